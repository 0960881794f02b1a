import { describe, expect, it } from "vitest";
import { memoryWith, resourceFault } from "../../../test/plans/resources.ts";
import { leakedByFaults, memoryBytes } from "./memory.ts";

describe("memory", () => {
  it("is the base, what leaks by time and by attempt, what is not collected, and what is in flight", () => {
    const model = memoryWith({
      leakBytesPerSecond: 10,
      leakBytesPerAttempt: 3,
      garbageBytesPerAttempt: 7,
      collectAtBytes: 70,
      bytesPerAttemptInFlight: 1_000,
    });
    const at = (taken: number, inFlight: number, seconds: number): number =>
      memoryBytes(model, { taken, inFlight }, 0, seconds * 1_000_000);
    expect(at(0, 0, 0)).toBe(100);
    expect(at(0, 0, 2.5)).toBe(125);
    expect(at(9, 2, 0)).toBe(100 + 27 + 63 + 2_000);
    // The tenth attempt brings the garbage to the limit: collected.
    expect(at(10, 0, 0)).toBe(100 + 30);
    expect(memoryBytes(model, { taken: 0, inFlight: 0 }, 5, 0)).toBe(105);
  });

  it("lost to a fault stays lost", () => {
    const faults = [
      resourceFault({ atUs: 2_000_000, untilUs: 4_000_000, leakBytesPerSecond: 100 }),
      resourceFault({ atUs: 0, instance: 1, leakBytesPerSecond: 1 }),
    ];
    const lost = (instance: number, seconds: number): number =>
      leakedByFaults(faults, "candidate", instance, seconds * 1_000_000);
    expect([1, 3, 4, 60].map((seconds) => lost(0, seconds))).toEqual([0, 100, 200, 200]);
    expect(lost(1, 60)).toBe(260);
    expect(leakedByFaults(faults, "baseline", 0, 60_000_000)).toBe(0);
  });
});
