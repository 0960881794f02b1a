import { describe, expect, it } from "vitest";
import { CLOCKWORK, candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY } from "../../test/plans/small-policy.ts";
import { begin, stepTo } from "../../test/plans/stepping.ts";
import { HEALTH_LIMITS, type MonitorPolicy } from "./monitor/monitor-policy.ts";
import { rehearse } from "./stack.ts";

const SECOND = 1_000_000;
const MONITOR: MonitorPolicy = {
  summaryEveryUs: 4 * SECOND,
  reportEveryUs: 5 * SECOND,
  recentErrors: 3,
  by: ["route"],
  health: HEALTH_LIMITS,
};
const clockwork = smallPlan({
  ...CLOCKWORK,
  policy: { ...QUICK_POLICY, monitor: MONITOR },
  faults: [candidateFault(12 * SECOND, 13 * SECOND, { errorPpm: 300_000 })],
  horizonUs: 14 * SECOND,
});

describe("the monitor at ticks", () => {
  it("writes a summary line and a report on the stage so often, exactly", () => {
    const { state } = stepTo(begin(clockwork), 10 * SECOND);
    const [first, second] = state.monitoring.log.newest.filter(({ text }) => text.startsWith("METRICS"));
    // Requests come every millisecond and take five: at 4 s the last five are in flight.
    expect(first).toMatchObject({ atUs: 4 * SECOND });
    expect(first?.text).toMatch(/^METRICS SUMMARY: Total=3995, V1=\d+, V2=\d+, Errors=0 \(0\.0%\), .*Uptime=4s$/u);
    expect(second?.text).toContain("Total=7995");
    const reports = state.monitoring.log.newest.filter(({ text }) => text.startsWith("STAGE"));
    expect(reports.map(({ atUs }) => atUs / SECOND)).toEqual([5, 5, 10, 10]);
    expect(reports[0]?.text).toMatch(/^STAGE REPORT: Stage=CANARY, Version=V1, Requests=49\d\d, .*P50=5\.0ms/u);
    expect(state.monitoring).toMatchObject({ summaries: 2, reports: 2 });
  });

  it("leaves failures by kind, figures by slice and the final report in the record", () => {
    const policy = { ...clockwork.policy, phases: QUICK_POLICY.phases.slice(2) };
    const operator = [{ atUs: 6 * SECOND, by: "ann", reason: "", action: { kind: "advance" } }] as const;
    const { errors, slices, monitor, phases } = rehearse({ ...clockwork, policy, operator });
    expect(phases).toHaveLength(2);
    const failed = phases.reduce((sum, phase) => sum + phase.candidate.errors, 0);
    expect(failed).toBeGreaterThan(5);
    expect(errors).toMatchObject({
      total: failed,
      kinds: [{ name: "error", baseline: 0, candidate: failed, share: 1 }],
      routes: [{ name: "GET /", candidate: failed }],
      baseline: { errors: 0, longestRun: 0, burstCount: 0 },
      candidate: { errors: failed, burstCount: 1, bursts: [{ fromMs: 12_000, toMs: 13_000 }] },
    });
    expect(errors?.recent).toHaveLength(3);
    // The only route is all of the traffic.
    expect(slices?.map(({ phase, baseline, candidate }) => ({ name: phase, baseline, candidate }))).toEqual(
      phases.map(({ name, baseline, candidate }) => ({ name, baseline, candidate })),
    );
    expect(monitor).toMatchObject({ summaries: 3, reports: 2, lastSummary: expect.stringContaining("Uptime=12s") });
    expect(monitor?.finalReport).toHaveLength(2 * phases.length);
  });

  it("says nothing where the policy has no monitor", () => {
    const record = rehearse({ ...clockwork, policy: QUICK_POLICY });
    expect([record.errors, record.slices, record.monitor]).toEqual([undefined, undefined, undefined]);
  });
});
