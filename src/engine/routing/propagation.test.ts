import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstPollsUs, learnsAtUs, pushedAtUs } from "./propagation.ts";
import type { RouterSpec, StoreOutage } from "./routing-plan.ts";

const polling = (pollUs: number, readUs = 0, count = 3): RouterSpec => ({ kind: "polling", count, pollUs, readUs });

describe("routers learn of a change", () => {
  it("after their delays, or at their first reading after it", () => {
    const delayed: RouterSpec = { kind: "delayed", delaysUs: [0, 5, 9] };
    expect([0, 1, 2].map((router) => learnsAtUs(delayed, 0, [], router, 100))).toEqual([100, 105, 109]);
    expect(learnsAtUs(polling(10), 3, [], 0, 0)).toBe(3);
    expect(learnsAtUs(polling(10), 3, [], 0, 12)).toBe(13);
    // A reading of the same instant was before the change.
    expect(learnsAtUs(polling(10, 2), 3, [], 0, 13)).toBe(25);
  });

  it("not while they cannot reach the store, each for itself", () => {
    const outages: StoreOutage[] = [
      { atUs: 10, untilUs: 20, routers: null },
      { atUs: 15, untilUs: 34, routers: [1] },
      { atUs: 100, untilUs: Number.MAX_SAFE_INTEGER, routers: null },
    ];
    const delayed: RouterSpec = { kind: "delayed", delaysUs: [4, 4] };
    expect(learnsAtUs(delayed, 0, outages, 0, 9)).toBe(13);
    expect(learnsAtUs(delayed, 0, outages, 0, 10)).toBe(24);
    expect(learnsAtUs(delayed, 0, outages, 1, 10)).toBe(38);
    expect(learnsAtUs(delayed, 0, outages, 0, 100)).toBe(Infinity);
    expect(learnsAtUs(polling(10, 1), 3, outages, 0, 5)).toBe(24);
    expect(learnsAtUs(polling(10, 1), 3, outages, 1, 5)).toBe(44);
    expect(learnsAtUs(polling(10), 3, outages, 0, 95)).toBe(Infinity);
    expect(pushedAtUs(outages, 1, 12, 1)).toBe(35);
    expect(pushedAtUs(outages, 1, 35, 1)).toBe(36);
  });

  it("at a reading that worked, the first after the change, never out of order", () => {
    const outage = fc
      .record({ atUs: fc.nat(200), lengthUs: fc.nat(60), routers: fc.constantFrom(null, [0], [1]) })
      .map(({ atUs, lengthUs, routers }): StoreOutage => ({ atUs, untilUs: atUs + lengthUs, routers }));
    fc.assert(
      fc.property(
        fc.array(outage, { maxLength: 3 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(300),
        fc.nat(20),
        fc.nat(300),
        (outages, pollUs, storedUs, readUs, laterUs) => {
          const firstUs = pollUs >> 1;
          const isCutOff = (atUs: number): boolean =>
            outages.some((one) => one.atUs <= atUs && atUs < one.untilUs && one.routers?.includes(0) !== false);
          let expected = firstUs;
          while (expected <= storedUs || isCutOff(expected)) expected += pollUs;
          const learns = learnsAtUs(polling(pollUs, readUs), firstUs, outages, 0, storedUs);
          expect(learns).toBe(expected + readUs);
          expect(learnsAtUs(polling(pollUs, readUs), firstUs, outages, 0, storedUs + laterUs)).toBeGreaterThanOrEqual(
            learns,
          );
        },
      ),
    );
  });
});

describe("first readings", () => {
  it("are spread over the interval by the seed, and the same for it", () => {
    const first = firstPollsUs(polling(10_000_000, 0, 50), "7");
    expect(first).toEqual(firstPollsUs(polling(10_000_000, 0, 50), "7"));
    expect(first).not.toEqual(firstPollsUs(polling(10_000_000, 0, 50), "8"));
    expect(new Set(first).size).toBe(50);
    for (const atUs of first) expect(Number.isInteger(atUs) && atUs >= 0 && atUs < 10_000_000).toBe(true);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(8_000_000);
  });
});
