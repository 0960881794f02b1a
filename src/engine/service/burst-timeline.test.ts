import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveStream } from "../kernel/random.ts";
import { createBurstTimeline, stayAt, stayLengthUs } from "./burst-timeline.ts";

const stream = deriveStream("5", "bursts");
const means = { calmUs: 9_000, burstUs: 1_000 };

describe("calm and bursts", () => {
  it("have stays of the lengths that were asked for (|z| < 4), the calm ones even", () => {
    const stays = 4_000;
    for (const [odd, mean] of [
      [0, means.calmUs],
      [1, means.burstUs],
    ] as const) {
      let sum = 0;
      for (let stay = 0; stay < stays; stay++) sum += stayLengthUs(stream, means, 2 * stay + odd);
      expect(Math.abs(sum / stays / mean - 1) * Math.sqrt(stays)).toBeLessThan(4);
    }
  });

  it("are the same in whatever order one asks", () => {
    const times = fc.array(fc.nat(3_000_000), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(times, (asked) => {
        const timeline = createBurstTimeline(stream, means);
        const stays = asked.map((atUs) => stayAt(timeline, atUs));
        asked.forEach((atUs, i) => {
          expect(stayAt(createBurstTimeline(stream, means), atUs)).toBe(stays[i]);
        });
      }),
      { numRuns: 30 },
    );
  });

  it("change exactly when a stay ends", () => {
    const timeline = createBurstTimeline(stream, means);
    let endUs = 0;
    for (let stay = 0; stay < 200; stay++) {
      expect(stayAt(timeline, endUs)).toBe(stay);
      endUs += stayLengthUs(stream, means, stay);
      expect(stayAt(timeline, endUs - 1)).toBe(stay);
      expect(timeline.endsUs[stay]).toBe(endUs);
    }
  });
});
