import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyState } from "../kernel/snapshot.ts";
import { deriveStream } from "../kernel/random.ts";
import { createBurstTimeline, stayAt } from "../service/burst-timeline.ts";
import { BATCH_ROWS, createBatch } from "../service/world.ts";
import { createArrivalTimes } from "./arrival-times.ts";
import type { ArrivalModel, VaryingArrivals } from "./traffic.ts";

const END_US = 40_000_000;

/** All arrivals before the last cut; the state is copied at each. */
function arrivalsOf(model: ArrivalModel, cutsUs: readonly number[], seed = "9"): number[] {
  const times = createArrivalTimes(model, seed);
  let state = times.start() as ReturnType<typeof times.start> & Record<string, number>;
  const batch = createBatch();
  const all: number[] = [];
  for (const untilUs of cutsUs) {
    for (;;) {
      for (let i = 0; i < BATCH_ROWS; i++) batch.draw[i] = all.length + i;
      const count = times.fill(batch, state, 0, all.length, all.length, BATCH_ROWS, untilUs);
      if (count === 0) break;
      all.push(...batch.atUs.subarray(0, count));
    }
    state = copyState(state);
  }
  return all;
}

const ramp: VaryingArrivals = {
  kind: "varying",
  points: [
    { atUs: 5_000_000, perSecond: 0 },
    { atUs: 25_000_000, perSecond: 200 },
    { atUs: 25_000_000, perSecond: 40 },
  ],
  repeatUs: null,
  spacing: "poisson",
};
const bursty: ArrivalModel = {
  kind: "bursts",
  calmPerSecond: 5,
  burstPerSecond: 500,
  calmUs: 2_000_000,
  burstUs: 500_000,
};
const models: Record<string, ArrivalModel> = {
  constant: { kind: "constant", perSecond: 30 },
  poisson: { kind: "poisson", perSecond: 30 },
  ramp,
  "even ramp": { ...ramp, spacing: "even" },
  "repeated ramp": { ...ramp, repeatUs: 26_000_000 },
  bursts: bursty,
  "bursts out of silence": { ...bursty, calmPerSecond: 0 },
};

describe.each(Object.entries(models))("arrivals of %s", (_name, model) => {
  const whole = arrivalsOf(model, [END_US]);

  it("are whole microseconds that do not descend, before the end", () => {
    expect(whole.length).toBeGreaterThan(500);
    whole.forEach((atUs, i) => {
      expect(Number.isInteger(atUs) && atUs >= (whole[i - 1] ?? 0) && atUs < END_US).toBe(true);
    });
  });

  it("are the same however time is cut, with the state copied at every cut", () => {
    const cuts = fc.array(fc.nat(END_US), { maxLength: 10 });
    fc.assert(
      fc.property(cuts, (between) => {
        expect(arrivalsOf(model, [...between.sort((a, b) => a - b), END_US])).toEqual(whole);
      }),
      { numRuns: 15 },
    );
  });
});

describe("Poisson arrivals", () => {
  it("are the same made in whole batches, before a far end, as piece by piece, before near ones", () => {
    const poisson: ArrivalModel = { kind: "poisson", perSecond: 1_000 };
    const whole = arrivalsOf(poisson, [END_US]);
    expect(whole.length).toBeGreaterThan(30 * BATCH_ROWS);
    // From ends so near that no batch is full, over ends about a batch away, which some batches reach, to far ones.
    for (const stepUs of [100_000, 1_000_000, 1_281_000, 1_290_000, 1_400_000, 5_000_000]) {
      const cuts = Array.from({ length: END_US / stepUs }, (_, i) => (i + 1) * stepUs);
      expect(arrivalsOf(poisson, [...cuts, END_US])).toEqual(whole);
    }
    expect(whole.every((atUs) => atUs < END_US)).toBe(true);
  });
});

describe("arrivals", () => {
  it("of a varying rate are as many as the rate makes up, in every part (|z| < 4)", () => {
    const expected: readonly (readonly [fromUs: number, toUs: number, requests: number])[] = [
      [0, 5_000_000, 0],
      [5_000_000, 15_000_000, 500],
      [15_000_000, 25_000_000, 1_500],
      [25_000_000, 40_000_000, 600],
    ];
    for (const seed of ["1", "2", "3"]) {
      const all = arrivalsOf(ramp, [END_US], seed);
      for (const [fromUs, toUs, requests] of expected) {
        const count = all.filter((atUs) => atUs >= fromUs && atUs < toUs).length;
        expect(Math.abs(count - requests)).toBeLessThanOrEqual(4 * Math.sqrt(requests));
      }
    }
  });

  it("of a constant rate stay where they are to be, however many came before", () => {
    const all = arrivalsOf({ kind: "constant", perSecond: 30 }, [END_US]);
    expect(all).toEqual(Array.from({ length: 1_200 }, (_, n) => Math.floor((n * 1_000_000) / 30)));
  });

  it("that are spaced evenly come just when the rate has made one up", () => {
    const all = arrivalsOf({ ...ramp, spacing: "even" }, [END_US]);
    // The first at once, which is when the rate rises above 0; then one per unit: 2,000 on the way up, 600 after.
    expect(all).toHaveLength(2_600);
    expect(all[0]).toBe(5_000_000);
    // The n-th of a rate that rises by 10/s every second comes sqrt(n / 5) seconds after the beginning.
    for (const n of [1, 5, 500, 1_999]) expect(all[n]).toBe(Math.floor(5e6 + Math.sqrt(n / 5) * 1e6));
    expect(all[2_000]).toBe(25_000_000);
    expect(all[2_040]).toBe(26_000_000);
  });

  it("in bursts come at the two rates, in the stays that the seed has fixed (|z| < 4)", () => {
    const endUs = 400_000_000;
    const all = arrivalsOf(bursty, [endUs], "4");
    const means = { calmUs: 2_000_000, burstUs: 500_000 };
    const timeline = createBurstTimeline(deriveStream("4", "traffic/bursts"), means);
    const counts = [0, 0];
    for (const atUs of all) {
      const state = stayAt(timeline, atUs) & 1;
      counts[state] = (counts[state] ?? 0) + 1;
    }
    const lengths = [0, 0];
    for (let stay = 0, fromUs = 0; fromUs < endUs; stay++) {
      const toUs = Math.min(endUs, timeline.endsUs[stay] ?? endUs);
      lengths[stay & 1] = (lengths[stay & 1] ?? 0) + toUs - fromUs;
      fromUs = toUs;
    }
    for (const [state, perSecond] of [5, 500].entries()) {
      const expected = ((lengths[state] ?? 0) / 1e6) * perSecond;
      expect(expected).toBeGreaterThan(1_000);
      expect(Math.abs((counts[state] ?? 0) - expected) / Math.sqrt(expected)).toBeLessThan(4);
    }
  });
});
