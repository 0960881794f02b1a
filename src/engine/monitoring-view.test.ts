import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY, trigger } from "../../test/plans/small-policy.ts";
import { begin, stepTo } from "../../test/plans/stepping.ts";
import type { Policy } from "./deployment/policy.ts";
import { HEALTH_LIMITS, type MonitorFault, type MonitorPolicy } from "./monitor/monitor-policy.ts";
import type { RehearsalPlan } from "./plan.ts";
import { seenTick } from "./monitoring-view.ts";
import { rehearse } from "./stack.ts";

const SECOND = 1_000_000;
const MONITOR: MonitorPolicy = { recentErrors: 0, by: [], health: HEALTH_LIMITS };

/** Seconds at whose ticks the monitor knows nothing (null) or the figures of which second. */
function seen(plan: Partial<RehearsalPlan>, seconds: readonly number[], monitor: Partial<MonitorPolicy> = {}) {
  const stepping = begin(
    smallPlan({ perSecond: 10, policy: { ...QUICK_POLICY, monitor: { ...MONITOR, ...monitor } }, ...plan }),
  );
  return seconds.map((second) => {
    stepTo(stepping, second * SECOND);
    return seenTick(stepping.stack.ready, stepping.state);
  });
}

const fault = (effect: MonitorFault["effect"], fromS: number, toS: number): MonitorFault => ({
  name: "",
  atUs: fromS * SECOND,
  untilUs: toS * SECOND,
  effect,
});

describe("what the monitor sees", () => {
  it("is the newest tick where nothing is wrong", () => {
    expect(seen({}, [0, 1, 7])).toEqual([0, 1, 7]);
  });

  it("is nothing while it is blind", () => {
    expect(seen({ monitorFaults: [fault({ kind: "blind" }, 3, 5)] }, [2, 3, 4, 5])).toEqual([2, null, null, 5]);
  });

  it("is late by whole ticks, and nothing before the start", () => {
    const monitorFaults = [fault({ kind: "late", lateUs: 2.5 * SECOND }, 0, 8)];
    expect(seen({ monitorFaults }, [2, 3, 7, 8])).toEqual([null, 0, 4, 8]);
  });

  it("stays as it was while it is stale, until it is too old", () => {
    const monitorFaults = [fault({ kind: "stale" }, 3, 9)];
    expect(seen({ monitorFaults }, [3, 5, 8, 9])).toEqual([3, 3, 3, 9]);
    expect(seen({ monitorFaults }, [5, 6, 9], { staleAfterUs: 2 * SECOND })).toEqual([3, null, 9]);
  });

  it("is as it was when it was last fetched", () => {
    expect(seen({}, [2, 3, 5, 6], { scrapeEveryUs: 3 * SECOND })).toEqual([0, 3, 3, 6]);
  });
});

describe("rules on slices, and of a monitor that is not in time", () => {
  const route = { name: "GET /b", weight: 1 };
  const policyWith = (change: Partial<Policy>): Policy => ({ ...QUICK_POLICY, alerts: [], ...change });

  it("fire for their slice alone", () => {
    const plan = smallPlan();
    const slice = { route: "GET /" };
    const rule = trigger("b", "candidate.requests", 5, { minSamples: 1, slice });
    const other = { ...rule, name: "none", slice: { route: route.name } };
    const fired = rehearse({ ...plan, policy: policyWith({ triggers: [other, rule] }) });
    expect(fired.rollback?.trigger).toBe("b");
    const [cause] = fired.decisions.filter((decision) => decision.kind === "rollback");
    expect(cause?.evidence).toMatchObject({ slice: 'of "GET /"', holds: "yes" });
    expect(cause?.looked.find((look) => look.rule === "none")).toMatchObject({ holds: "not enough data", samples: 0 });
    expect(fired.notes).toContain('the traffic has nothing of "GET /b": its rules never have data');
  });

  it("see neither health nor errors through a stale monitor, and go on what was known", () => {
    const failing = candidateFault(12 * SECOND, 60 * SECOND, { errorPpm: 900_000, failsHealth: true });
    const plan = smallPlan({ faults: [failing], policy: policyWith({}), horizonUs: 60 * SECOND });
    expect(rehearse(plan).rollback?.detectedAtMs).toBeLessThan(15_000);
    const stale = { ...plan, monitorFaults: [fault({ kind: "stale" }, 11.5, 30)] };
    const late = rehearse(stale);
    expect(late.rollback?.detectedAtMs).toBe(30_000);
    expect(
      late.decisions.filter(({ kind, by }) => kind === "fault" && by === "scenario").map(({ atMs }) => atMs),
    ).toEqual([11_500, 12_000, 30_000]);
    const health = { ...plan, monitorFaults: [fault({ kind: "late", lateUs: 9 * SECOND }, 0, 60)] };
    const onHealth = policyWith({ triggers: QUICK_POLICY.triggers.filter(({ name }) => name === "health-ok") });
    const found = rehearse({ ...health, policy: onHealth });
    // Three polls a second apart from 12 s on fail the candidate at 14 s; nine seconds later that is known.
    expect(found.rollback?.detectedAtMs).toBe(23_000);
  });

  it("have nothing to go on, not even health polls, while the monitor is blind", () => {
    const window = { kind: "sliding", lengthUs: SECOND } as const;
    const alerts = ["baseline.health.ok", "candidate.health.failedPolls", "system.health", "all.requests"].map(
      (metric) => ({
        ...trigger(metric, metric, 0, { operator: ">=", minSamples: 1, window }),
      }),
    );
    const plan = smallPlan({ policy: policyWith({ alerts, triggers: [] }), horizonUs: 12 * SECOND });
    const raised = (monitorFaults: readonly MonitorFault[]): (string | undefined)[] =>
      rehearse({ ...plan, monitorFaults })
        .decisions.filter(({ kind }) => kind === "alert")
        .map(({ evidence }) => evidence?.rule);
    expect(raised([])).toEqual(alerts.map((alert) => alert.name));
    expect(raised([fault({ kind: "blind" }, 0, 60)])).toEqual([]);
  });
});
