import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SAMPLE_ATTEMPT, createInFlight, reserveInFlight } from "./in-flight.ts";

describe("in flight", () => {
  it("makes room without losing what waits", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { maxLength: 50 }), fc.integer({ min: 1, max: 9000 }), (times, more) => {
        const inFlight = createInFlight();
        for (const atUs of times) {
          inFlight.atUs[inFlight.count] = atUs;
          inFlight.latencyUs[inFlight.count] = atUs + 1;
          inFlight.bits[inFlight.count] = SAMPLE_ATTEMPT;
          inFlight.count++;
        }
        reserveInFlight(inFlight, more);
        const { length } = inFlight.atUs;
        expect(length).toBeGreaterThanOrEqual(times.length + more);
        expect([inFlight.latencyUs.length, inFlight.bits.length]).toEqual([length, length]);
        expect(Array.from(inFlight.atUs.slice(0, times.length))).toEqual(times);
        expect(Array.from(inFlight.latencyUs.slice(0, times.length))).toEqual(times.map((atUs) => atUs + 1));
        expect(inFlight.count).toBe(times.length);
      }),
    );
  });
});
