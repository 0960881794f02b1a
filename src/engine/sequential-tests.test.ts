import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY, phase, trigger } from "../../test/plans/small-policy.ts";
import { begin, stepTo } from "../../test/plans/stepping.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import type { Policy, SequentialTest, Trigger } from "./deployment/policy.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { MonitorFault } from "./monitor/monitor-policy.ts";
import type { RehearsalPlan } from "./plan.ts";
import { bucketsOfKeys, routeBatch } from "./routing/router.ts";
import { shareThreshold } from "./flags/bucketing.ts";
import { lookAtTriggers } from "./looking.ts";
import { createBatch, SERVED } from "./service/world.ts";
import { rehearse } from "./stack.ts";

const SHARE_PPM = 300_000;
const HORIZON_US = 40 * SECOND_US;
const CUSUM: SequentialTest = { kind: "cusum", badPpm: 50_000, alarm: 97 };
const SPRT: SequentialTest = { kind: "sprt", badPpm: 50_000, falseAlarmPpm: 50_000, missPpm: 100_000 };

function tested(sequential: SequentialTest, change: Partial<Trigger> = {}): Trigger {
  const window = { kind: "phase" } as const;
  return trigger("test", "candidate.errorRate", 10_000, { sequential, window, minSamples: 1, ...change });
}

function policyOf(triggers: readonly Trigger[], change: Partial<Policy> = {}): Policy {
  const phases = [phase("A", SHARE_PPM, 100 * SECOND_US, [])];
  return { ...QUICK_POLICY, phases, alerts: [], triggers, ...change };
}

function planOf(
  policy: Policy,
  errorPpm: number,
  change: Partial<RehearsalPlan> & { perSecond?: number } = {},
): RehearsalPlan {
  const candidate = { errorPpm, p50Ms: 700, p95Ms: 2_500 };
  return smallPlan({
    policy,
    candidate,
    propagationUs: 0,
    horizonUs: HORIZON_US,
    perSecond: 60,
    users: 300,
    ...change,
  });
}

/** Every attempt of the candidate in the order of completion, from the world itself: nothing of the stack is asked. */
function attemptsOf({ world }: RehearsalPlan): { readonly doneUs: number; readonly failed: boolean }[] {
  const batch = createBatch();
  const state = world.start();
  const buckets = bucketsOfKeys(world.keyHashes);
  const attempts: { doneUs: number; failed: boolean }[] = [];
  for (world.arrivals(state, batch, HORIZON_US); batch.count > 0; world.arrivals(state, batch, HORIZON_US)) {
    routeBatch(batch, buckets, shareThreshold(SHARE_PPM));
    world.outcomes(state, batch);
    for (let i = 0; i < batch.count; i++) {
      if (batch.routed[i] === 0) continue;
      attempts.push({ doneUs: batch.atUs[i]! + batch.candidateUs[i]!, failed: batch.candidateCode[i] !== SERVED });
    }
  }
  return attempts.sort((a, b) => a.doneUs - b.doneUs || Number(a.failed) - Number(b.failed));
}

/** The instant of the first alarm, attempt by attempt; null: none. */
function firstAlarm(attempts: ReturnType<typeof attemptsOf>, kind: SequentialTest["kind"]): number | null {
  let score = 0;
  let [failures, trials] = [0, 0];
  for (const { doneUs, failed } of attempts) {
    if (kind === "cusum") {
      score = failed ? score + 39 : Math.max(0, score - 1);
      if (score >= 97) return doneUs;
      continue;
    }
    trials++;
    failures += failed ? 1 : 0;
    const ratio = failures * Math.log(5) + (trials - failures) * Math.log(95 / 99);
    if (ratio >= Math.log(18)) return doneUs;
    if (ratio <= Math.log(2 / 19)) [failures, trials] = [0, 0];
  }
  return null;
}

describe.each([CUSUM, SPRT])("a trigger with the test $kind", (sequential) => {
  it("fires at the first tick after its line was reached at any attempt, and never without", () => {
    let fired = 0;
    fc.assert(
      fc.property(fc.string({ maxLength: 4 }), fc.constantFrom(2_000, 10_000, 30_000, 120_000), (seed, errorPpm) => {
        const plan = planOf(policyOf([tested(sequential)]), errorPpm, { seed });
        const alarmUs = firstAlarm(attemptsOf(plan), sequential.kind);
        const tickUs = plan.policy.tickUs;
        const dueUs = alarmUs === null ? Infinity : (Math.floor(alarmUs / tickUs) + 1) * tickUs;
        const { rollback } = rehearse(plan, { check: true });
        fired += rollback === null ? 0 : 1;
        expect(rollback === null ? null : rollback.detectedAtMs * 1_000).toBe(dueUs <= HORIZON_US ? dueUs : null);
      }),
      { numRuns: 60, seed: 3 },
    );
    expect(fired).toBeGreaterThan(15);
  });
});

describe("the evidence of a test", () => {
  it("shows the statistic at the alarm, its line, and the rate since it began", () => {
    const plan = planOf(policyOf([tested(CUSUM)]), 300_000);
    const { evidence } = rehearse(plan).decisions.find((one) => one.kind === "rollback")!;
    expect(evidence).toMatchObject({ rule: "test", metric: "candidate.errorRate", limit: 0.01, holds: "yes" });
    const statistic = evidence!.statistic!;
    expect(statistic).toMatchObject({ kind: "cusum", goodRate: 0.01, badRate: 0.05, weight: 39, alarm: 97 });
    if (statistic.kind !== "cusum") throw new Error("another statistic");
    const failures = Math.round(evidence!.value! * evidence!.samples);
    // From 0: 39 a failure, less 1 a success.
    expect(statistic.score).toBe(39 * failures - (evidence!.samples - failures));
    expect(statistic.score).toBeGreaterThanOrEqual(97);
    expect(evidence!.windowMs).toBeGreaterThan(0);
  });

  it("is three-valued: nothing to go by, undecided, good, bad", () => {
    const at = (sequential: SequentialTest, atUs: number, errorPpm: number) => {
      const stepping = stepTo(begin(planOf(policyOf([tested(sequential, { action: "notify" })]), errorPpm)), atUs);
      return lookAtTriggers(stepping.stack.ready, stepping.state)[0]!;
    };
    expect(at(CUSUM, 0, 0)).toMatchObject({ holds: "not enough data", value: null, samples: 0 });
    expect(at(SPRT, 2 * SECOND_US, 0)).toMatchObject({ holds: "not enough data", statistic: { says: "undecided" } });
    expect(at(CUSUM, 2 * SECOND_US, 0)).toMatchObject({ holds: "no", value: 0 });
    const verdicts = [4, 5, 6, 7, 8].map((second) => at(SPRT, second * SECOND_US, 0).statistic);
    expect(verdicts).toContainEqual(expect.objectContaining({ says: "undecided" }));
    expect(rehearse(planOf(policyOf([tested(SPRT)]), 0)).rollback).toBeNull();
  });
});

describe("a test begins anew", () => {
  const watching = (change: Partial<RehearsalPlan>, triggers: readonly Trigger[], phases = policyOf([]).phases) =>
    begin(planOf(policyOf(triggers, { phases }), 0, change));

  it("while its trigger is not looked at", () => {
    const phases = [phase("A", SHARE_PPM, 5 * SECOND_US, []), phase("B", SHARE_PPM, 100 * SECOND_US, [])];
    const stepping = watching({}, [tested(CUSUM, { phases: ["B"] })], phases);
    stepTo(stepping, 4 * SECOND_US);
    expect(stepping.state.sequential!.tests[0]).toMatchObject({ seen: 0 });
    stepTo(stepping, 8 * SECOND_US);
    expect(stepping.state.sequential!.tests[0]!.seen).toBeGreaterThan(20);
  });

  it("when its limit is adjusted, which is refused where the test could not be", () => {
    const adjust = (atUs: number, limit: number): OperatorCommand => ({
      atUs,
      by: "ann",
      reason: "why",
      action: { kind: "adjust", target: "triggers.test", limit },
    });
    const operator = [adjust(5_500_000, 20_000), adjust(8_500_000, 50_000)];
    const stepping = watching({ operator }, [tested(CUSUM)]);
    const test = () => stepping.state.sequential!.tests[0]!;
    stepTo(stepping, 5 * SECOND_US);
    const before = test().seen;
    stepTo(stepping, 6 * SECOND_US);
    expect(test()).toMatchObject({ goodPpm: 20_000 });
    expect(test().seen).toBeLessThan(before);
    stepTo(stepping, 9 * SECOND_US);
    expect(test().goodPpm).toBe(20_000);
    expect(stepping.state.decisions.at(-1)).toMatchObject({ kind: "refused" });
  });

  it("not when a phase is entered, nor while paused", () => {
    const phases = [phase("A", SHARE_PPM, 5 * SECOND_US, []), phase("B", SHARE_PPM, 100 * SECOND_US, [])];
    const operator: OperatorCommand[] = [{ atUs: 7_500_000, by: "ann", reason: "why", action: { kind: "pause" } }];
    const stepping = watching({ operator }, [tested(CUSUM)], phases);
    const seen = [4, 5, 6, 7, 8, 9].map((second) => {
      stepTo(stepping, second * SECOND_US);
      return stepping.state.sequential!.tests[0]!.seen;
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBe(6);
  });
});

describe("a monitor that knows its figures late", () => {
  const errorPpm = 200_000;
  const detectedUs = (effect: MonitorFault["effect"] | null): number => {
    const monitorFaults = effect === null ? [] : [{ name: "monitor", atUs: 0, untilUs: 6_500_000, effect }];
    return rehearse(planOf(policyOf([tested(CUSUM)]), errorPpm, { monitorFaults })).rollback!.detectedAtMs * 1_000;
  };

  it("has its tests go on as late, and loses no alarm while it is blind", () => {
    const inTime = detectedUs(null);
    expect(inTime).toBeLessThan(4 * SECOND_US);
    expect(detectedUs({ kind: "late", lateUs: 2 * SECOND_US })).toBe(inTime + 2 * SECOND_US);
    expect(detectedUs({ kind: "blind" }), "the first tick at which it sees again").toBe(7 * SECOND_US);
  });
});

describe("a policy without tests", () => {
  it("keeps no attempts", () => {
    expect(begin(planOf(policyOf([]), 0)).state.sequential).toBeUndefined();
  });
});
