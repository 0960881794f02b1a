/** A watched rehearsal is the same however it is cut; what the monitor says is what a blind, late or stale one can know. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { step, stepUntil } from "../../src/engine/kernel/simulation.ts";
import { copyState, decodeState, encodeState } from "../../src/engine/kernel/snapshot.ts";
import type { AlertRule } from "../../src/engine/deployment/policy.ts";
import { HEALTH_LIMITS, type MonitorFault } from "../../src/engine/monitor/monitor-policy.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import { createStack, recordStack, rehearse, startStack } from "../../src/engine/stack.ts";
import type { StackState } from "../../src/engine/stack-state.ts";
import { arbitraryMonitoring, watched } from "../plans/arbitrary-monitoring.ts";
import { arbitraryPlan } from "./arbitrary-plan.ts";

const SECOND = 1_000_000;
const forever = (effect: MonitorFault["effect"]): MonitorFault => ({
  name: `monitor ${effect.kind}`,
  atUs: 0,
  untilUs: Number.MAX_SAFE_INTEGER,
  effect,
});

describe("a watched rehearsal", () => {
  it("keeps every invariant, slices and failures adding up, and is the same cut, copied and restored", () => {
    const cuts = fc.array(fc.nat(90 * SECOND), { maxLength: 4 }).map((all) => all.sort((a, b) => a - b));
    fc.assert(
      fc.property(arbitraryPlan, arbitraryMonitoring, cuts, (bare, monitoring, cutsUs) => {
        const plan = watched(bare, monitoring);
        const whole = JSON.stringify(rehearse(plan, { check: true }));
        const stack = createStack(plan);
        let state = startStack(stack);
        for (const [i, untilUs] of cutsUs.entries()) {
          if (untilUs < state.kernel.nowUs || !stepUntil(stack.model, state, untilUs)) break;
          state = i % 2 === 0 ? copyState(state) : decodeState<StackState>(encodeState(state));
        }
        while (step(stack.model, state));
        expect(JSON.stringify(recordStack(stack, state))).toBe(whole);
      }),
      { numRuns: 30 },
    );
  });

  it("goes as it would have gone unwatched, where only records and log lines are asked for", () => {
    const added = new Set(["errors", "slices", "monitor", "digest"]);
    const common = (record: object) => Object.entries(record).filter(([name]) => !added.has(name));
    fc.assert(
      fc.property(arbitraryPlan, arbitraryMonitoring, (plan, { monitor }) => {
        const { recentErrors, health, summaryEveryUs, reportEveryUs } = monitor;
        const asked = {
          recentErrors,
          health,
          by: monitor.by.filter((way) => way === "route"),
          ...(summaryEveryUs === undefined ? {} : { summaryEveryUs }),
          ...(reportEveryUs === undefined ? {} : { reportEveryUs }),
        };
        const watchedRecord = rehearse({ ...plan, policy: { ...plan.policy, monitor: asked } });
        expect(common(watchedRecord)).toEqual(common(rehearse(plan)));
      }),
      { numRuns: 25 },
    );
  });
});

describe("a blind monitor", () => {
  it("never advances and never fires", () => {
    const gate = { name: "any", metric: "all.requests", operator: ">=", limit: 0 } as const;
    const anyGate = { ...gate, window: { kind: "phase" }, minSamples: 1 } as const;
    fc.assert(
      fc.property(arbitraryPlan, arbitraryMonitoring, (bare, monitoring) => {
        const { policy, ...plan } = watched(bare, monitoring);
        const phases = policy.phases.map((phase) => ({
          ...phase,
          maxDurationUs: null,
          onNotEnoughData: "wait" as const,
          gates: [...phase.gates, anyGate],
        }));
        const { decisions } = rehearse({
          ...plan,
          policy: { ...policy, phases },
          operator: [],
          monitorFaults: [forever({ kind: "blind" })],
        });
        const kinds = new Set(decisions.map((decision) => decision.kind));
        for (const kind of ["advance", "complete", "rollback", "pause", "alert", "notify", "investigate"] as const) {
          expect(kinds).not.toContain(kind);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("a late monitor", () => {
  /** Only alerts, so that what is seen changes nothing. */
  const alertsOnly = (plan: RehearsalPlan): RehearsalPlan => ({
    ...plan,
    operator: [],
    policy: {
      ...plan.policy,
      triggers: [],
      phases: plan.policy.phases.slice(0, 1).map((phase) => ({
        ...phase,
        minDurationUs: 1_000 * SECOND,
        maxDurationUs: null,
        gates: [],
      })),
    },
  });
  const alertsOf = (plan: RehearsalPlan) =>
    rehearse(plan)
      .decisions.filter(({ kind }) => kind === "alert")
      .map(({ atMs, reason, evidence }) => ({ atMs, reason, value: evidence?.value, samples: evidence?.samples }));

  it("says the same as one in time, so much later", () => {
    let seen = 0;
    fc.assert(
      fc.property(
        arbitraryPlan,
        arbitraryMonitoring,
        fc.integer({ min: 1, max: 15 }),
        (bare, monitoring, lateTicks) => {
          const recentErrors = 0;
          const monitor = { recentErrors, by: [], health: HEALTH_LIMITS };
          const { policy, ...rest } = alertsOnly(watched(bare, { ...monitoring, monitor, monitorFaults: [] }));
          // What is looked at over the phase, and distinct keys, are not of a window that could be moved.
          const alerts = policy.alerts.filter(
            ({ metric, window }) => window.kind === "sliding" && metric !== "split.mismatch",
          );
          const lively = (name: string, metric: string, limit: number, change: object = {}): AlertRule => ({
            name,
            metric,
            operator: ">",
            limit,
            window: { kind: "sliding", lengthUs: 3 * SECOND },
            minSamples: 1,
            forUs: 0,
            severity: "info",
            ...change,
          });
          const plan = {
            ...rest,
            policy: {
              ...policy,
              alerts: [
                ...alerts,
                lively("errors", "all.errorRate", 100_000),
                lively("rate", "all.requestRate", 20, { slice: { route: "/b" } }),
                lively("slow", "all.latency.p95", 300_000),
              ],
            },
          };
          const inTime = alertsOf(plan);
          const lateUs = lateTicks * SECOND;
          const late = alertsOf({ ...plan, monitorFaults: [forever({ kind: "late", lateUs })] });
          const lastMs = (plan.horizonUs - lateUs) / 1_000;
          const shifted = inTime
            .map((one) => ({ ...one, atMs: one.atMs + lateTicks * 1_000 }))
            .filter(({ atMs }) => atMs - lateTicks * 1_000 < lastMs);
          expect(late.filter(({ atMs }) => atMs < plan.horizonUs / 1_000)).toEqual(shifted);
          seen += shifted.length;
        },
      ),
      { numRuns: 40 },
    );
    expect(seen).toBeGreaterThan(50);
  });
});
