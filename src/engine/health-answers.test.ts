import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { begin, stepTo, type Stepping } from "../../test/plans/stepping.ts";
import { healthAnswer, statusAnswer } from "./health-answers.ts";
import { encodeState } from "./kernel/snapshot.ts";

const SECOND = 1_000_000;

describe("/health and /status", () => {
  const plan = smallPlan({ faults: [candidateFault(12 * SECOND, 60 * SECOND, { failsHealth: true })] });
  const answers = ({ stack, state }: Stepping) => ({
    health: healthAnswer(stack.ready, state),
    status: statusAnswer(stack.ready, state),
  });

  it("know nothing at the start", () => {
    const { health, status } = answers(begin(plan));
    expect(health).toEqual({ httpStatus: 200, status: "unknown", atMs: 0, windowMs: 0, checks: [] });
    expect(status).toMatchObject({ status: "unknown", deployment: { phase: "DISABLED", trafficPercent: 0 } });
  });

  it("answer at any time, and leave the state as it is", () => {
    const stepping = stepTo(begin(plan), 11 * SECOND);
    const before = encodeState(stepping.state);
    const { health, status } = answers(stepping);
    expect(encodeState(stepping.state)).toBe(before);
    expect(health).toMatchObject({ httpStatus: 200, status: "healthy", atMs: 11_000, windowMs: 5_000 });
    expect(health.checks.map(({ name }) => name)).toEqual(["errors", "baseline", "candidate"]);
    expect(status.deployment).toEqual({
      policy: "setbull-v2",
      status: "running",
      phase: "TESTING",
      trafficPercent: 10,
    });
    const counters = stepping.state.recording.counters;
    expect(status.baseline.requests).toBe(counters[3]);
    expect(status.candidate.errors).toBe(counters[8]);
    expect(status).toMatchObject({ cacheHitRate: null, alerts: [], ending: null });
  });

  it("are degraded when the candidate is unhealthy, and unavailable when the baseline is", () => {
    const degraded = answers(stepTo(begin(plan), 14 * SECOND));
    expect(degraded.health).toMatchObject({ httpStatus: 200, status: "degraded" });
    expect(degraded.status.candidate.healthy).toBe(false);
    const faults = [
      { ...candidateFault(2 * SECOND, 60 * SECOND, { failsHealth: true }), version: "baseline" as const },
    ];
    expect(answers(stepTo(begin({ ...plan, faults }), 5 * SECOND)).health).toMatchObject({
      httpStatus: 503,
      status: "unhealthy",
    });
  });
});
