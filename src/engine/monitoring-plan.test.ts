import { describe, expect, it } from "vitest";
import { smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY, gate, trigger } from "../../test/plans/small-policy.ts";
import { HEALTH_LIMITS, type MonitorFault } from "./monitor/monitor-policy.ts";
import { readyMonitor, sliceIndex } from "./monitoring-plan.ts";
import type { RehearsalPlan } from "./plan.ts";
import { readyRules } from "./rules.ts";

const SECOND = 1_000_000;
const ready = (plan: RehearsalPlan) => readyMonitor(plan, readyRules(plan.policy, []));
const monitor = { recentErrors: 0, by: ["route", "region"], health: HEALTH_LIMITS };

describe("a monitor made ready", () => {
  it("has no slices where nobody asks for them, and looks back as far as the longest window", () => {
    expect(ready(smallPlan())).toMatchObject({ observed: null, slices: [], ringTicks: 5, keepsHistograms: false });
  });

  it("tells each slice apart once, those of rules first, and says what there is none of", () => {
    const slice = { route: "GET /" };
    const b = trigger("b", "candidate.errorRate", 1, { slice: { segment: "region=eu" } });
    const [phase] = QUICK_POLICY.phases;
    const phases = [{ ...phase!, gates: [gate("candidate.errorRate", "<", 1, { slice })] }];
    const policy = { ...QUICK_POLICY, monitor, phases, triggers: [trigger("a", "all.requests", 1, { slice }), b] };
    const made = ready(smallPlan({ policy }));
    expect(made.slices).toEqual([{ route: "GET /" }, { segment: "region=eu" }, { route: "GET /" }]);
    expect(made.ruleSlices).toBe(2);
    expect(sliceIndex(made.slices, { segment: "region=eu" })).toBe(1);
    expect(made.notes).toEqual([
      "the traffic has nothing in region=eu: its rules never have data",
      "the figures are not broken down by region: the users are not divided in that way",
    ]);
  });

  it("keeps totals for as long as the monitor may be late, with histograms where a quantile is looked at", () => {
    const late = (effect: MonitorFault["effect"], untilUs: number): MonitorFault => ({
      name: "",
      atUs: 0,
      untilUs,
      effect,
    });
    const policy = { ...QUICK_POLICY, monitor: { ...monitor, by: [], scrapeEveryUs: 3 * SECOND } };
    const monitorFaults = [late({ kind: "late", lateUs: 7.5 * SECOND }, 1), late({ kind: "stale" }, 4 * SECOND)];
    expect(ready(smallPlan({ policy, monitorFaults }))).toMatchObject({ ringTicks: 5 + 8 + 3, keepsHistograms: false });
    const [phase] = QUICK_POLICY.phases;
    const phases = [{ ...phase!, gates: [gate("candidate.latency.p99", "<", 1)] }];
    expect(ready(smallPlan({ policy: { ...policy, phases } })).keepsHistograms).toBe(true);
  });
});
