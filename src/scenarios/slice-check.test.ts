import { describe, expect, it } from "vitest";
import { QUICK_POLICY, trigger } from "../../test/plans/small-policy.ts";
import { HEALTH_LIMITS } from "../engine/monitor/monitor-policy.ts";
import { complainOfSlices } from "./slice-check.ts";

describe("slices that a scenario does not have", () => {
  const segments = [
    {
      name: "region",
      values: [
        { name: "eu", ppm: 400_000 },
        { name: "us", ppm: 600_000 },
      ],
    },
  ];
  const traffic = {
    arrivals: { kind: "constant", perSecond: 1 },
    users: { population: 1, segments },
    routes: [{ name: "GET /b", weight: 1 }],
  } as const;
  const rule = (name: string, slice: object) => trigger(name, "candidate.errorRate", 1, { slice });

  it("are complained of, with what there is", () => {
    const policy = {
      ...QUICK_POLICY,
      triggers: [rule("good", { route: "GET /b", segment: "region=eu" }), rule("route", { route: "GET /c" })],
      alerts: [{ ...rule("segment", { segment: "region=uk" }), forUs: 0 }],
      monitor: { recentErrors: 0, by: ["route", "region", "plan"], health: HEALTH_LIMITS },
    };
    expect(
      complainOfSlices(policy, traffic).map(({ found, allowed, suggestion }) => [found, allowed, suggestion]),
    ).toEqual([
      ['of "GET /c"', "GET /b", "GET /b"],
      ["in region=uk", "in region=eu, in region=us", null],
      ["plan", "route, region", null],
    ]);
    const users = { population: 1 };
    const [, , undivided] = complainOfSlices(policy, { ...traffic, users });
    expect(undivided?.allowed).toBe("no segments: the scenario's users are not divided");
  });
});
