import { describe, expect, it } from "vitest";
import type { Fault, FaultShape } from "./fault.ts";
import { failsHealthOf, faultStrength } from "./fault-shape.ts";

const strengths = (shape: FaultShape | undefined, ...times: number[]): number[] =>
  times.map((nowUs) => faultStrength({ atUs: 100, untilUs: 200, ...(shape === undefined ? {} : { shape }) }, nowUs));

describe("the strength of a fault", () => {
  it("is all of it while a step lasts, which a fault is that says nothing", () => {
    expect(strengths(undefined, 100, 199)).toEqual([1, 1]);
    expect(strengths({ kind: "step" }, 100, 199)).toEqual([1, 1]);
  });

  it("grows evenly in a ramp, and stays", () => {
    expect(strengths({ kind: "ramp", riseUs: 40 }, 100, 110, 120, 139, 140, 199)).toEqual([0, 0.25, 0.5, 0.975, 1, 1]);
  });

  it("grows and shrinks in a spike, to nothing at the end", () => {
    expect(strengths({ kind: "spike", riseUs: 20 }, 100, 105, 120, 160, 180, 199)).toEqual([
      0,
      0.25,
      1,
      0.5,
      0.25,
      1 / 80,
    ]);
  });

  it("comes and goes in flapping, there first", () => {
    expect(strengths({ kind: "flapping", onUs: 10, offUs: 5 }, 100, 109, 110, 114, 115, 124, 125)).toEqual([
      1, 1, 0, 0, 1, 1, 0,
    ]);
  });

  it("decides of health polls, of the version or of both", () => {
    const fault: Fault = {
      name: "",
      version: "baseline",
      atUs: 100,
      untilUs: 200,
      errorPpm: 0,
      declinePpm: 0,
      latencyFactor: 1,
      latencyAddUs: 0,
      failsHealth: true,
      route: null,
      shape: { kind: "flapping", onUs: 10, offUs: 10 },
    };
    expect([105, 115, 125].map((nowUs) => failsHealthOf(fault, "baseline", nowUs))).toEqual([true, false, true]);
    expect(failsHealthOf(fault, "candidate", 105)).toBe(false);
    expect(failsHealthOf({ ...fault, version: "both" }, "candidate", 105)).toBe(true);
    expect(failsHealthOf({ ...fault, failsHealth: false }, "baseline", 105)).toBe(false);
  });
});
