import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryParity, arbitraryPipeline, pipelineCommands } from "../../test/plans/arbitrary-pipeline.ts";
import { candidateFault, CLOCKWORK, smallPlan } from "../../test/plans/small-plan.ts";
import type { OperatorCommand } from "./deployment/operator.ts";
import { run, stepUntil } from "./kernel/simulation.ts";
import { copyState, decodeState, encodeState } from "./kernel/snapshot.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { PipelineStage } from "./pipeline/pipeline-plan.ts";
import type { RunRecord } from "./result.ts";
import { createStack, recordStack, rehearse, startStack } from "./stack.ts";

function stage(name: string, change: Partial<PipelineStage> = {}): PipelineStage {
  const durationUs = change.durationUs ?? 3 * SECOND_US;
  return {
    name,
    does: "other",
    durationMaxUs: durationUs,
    failsPpm: 0,
    retries: 0,
    onFailure: "stop",
    ...change,
    durationUs,
  };
}
const ROLLOUT = stage("rollout", { does: "rollout", durationUs: 0 });
const HEALTH = stage("health", { does: "check-health", durationUs: 40 * SECOND_US, onFailure: "rollback" });

function command(atUs: number, kind: "start" | "roll-back" | "run-tests" | "ask-status" | "ask-health" | "run-build") {
  return { atUs, by: "ann", reason: "because", action: { kind } } satisfies OperatorCommand;
}
function reasons(record: RunRecord, kind: string): string[] {
  return record.decisions.filter((one) => one.kind === kind).map((one) => one.reason);
}

describe("a pipeline", () => {
  it("goes through its stages, the rollout among them, one after the other", () => {
    const stages = [stage("tests", { does: "test", durationUs: 7 * SECOND_US }), ROLLOUT, stage("smoke")];
    const plain = rehearse(smallPlan({ ...CLOCKWORK }));
    const record = rehearse(smallPlan({ ...CLOCKWORK, pipeline: { stages } }), { check: true });
    expect(plain.outcome).toBe("completed");
    expect(record.outcome).toBe("completed");
    expect(record.ending).toContain("all stages");
    const rolloutMs = plain.endedAtMs;
    expect(record.pipeline?.stages.map(({ name, startedAtMs, result }) => [name, startedAtMs, result])).toEqual([
      ["tests", 0, "done"],
      ["rollout", 7_000, "done"],
      ["smoke", 7_000 + rolloutMs, "done"],
    ]);
    expect(record.endedAtMs).toBe(10_000 + rolloutMs);
    expect(record.phases[0]?.enteredAtMs).toBe(7_000);
    expect(record.pipeline).toMatchObject({ status: "done", failedStage: null, notBegun: [] });
  });

  it("is not touched by a stage that somebody ran on its own and that failed", () => {
    const stages = [stage("tests", { does: "test", failsPpm: 1_000_000, retries: 1 }), ROLLOUT];
    const operator = [command(SECOND_US, "run-tests"), command(50 * SECOND_US, "start")];
    const plan = smallPlan({ ...CLOCKWORK, pipeline: { stages }, operator, horizonUs: 40 * SECOND_US });
    const record = rehearse(plan, { check: true });
    expect(reasons(record, "stage").slice(-2)).toEqual([
      "stage tests failed, attempt 1: it is tried again",
      "stage tests failed, attempt 2: nothing else is touched",
    ]);
    expect(record.pipeline).toMatchObject({ status: "idle", failedStage: null, notBegun: ["rollout"] });
    expect(record).toMatchObject({ phases: [], ending: "the duration is over" });
  });

  it("stops before the first user when a stage fails for good", () => {
    const stages = [stage("build", { failsPpm: 1_000_000, retries: 2 }), ROLLOUT];
    const record = rehearse(smallPlan({ ...CLOCKWORK, pipeline: { stages } }), { check: true });
    expect(record).toMatchObject({ outcome: "stalled", endedAtMs: 9_000, phases: [] });
    expect(record.ending).toBe("the pipeline stopped: stage build failed, attempt 3");
    expect(record.impact.candidateRequests).toBe(0);
    expect(record.pipeline).toMatchObject({ status: "failed", failedStage: "build", notBegun: ["rollout"] });
  });

  it("goes on where a retry succeeds: attempts have luck of their own", () => {
    const seeds = Array.from({ length: 40 }, (_, i) => String(i));
    const attempts = seeds.map((seed) => {
      const stages = [stage("build", { failsPpm: 500_000, retries: 1, durationUs: 1 }), ROLLOUT];
      const record = rehearse(smallPlan({ ...CLOCKWORK, seed, horizonUs: 2 * SECOND_US, pipeline: { stages } }));
      return [record.pipeline?.stages.filter(({ name }) => name === "build").length, record.pipeline?.status];
    });
    const count = (attempt: number, status: string): number =>
      attempts.filter(([made, came]) => made === attempt && came === status).length;
    // A half passes at once, a quarter at the second attempt, a quarter fails: 20, 10, 10 of 40, within four deviations.
    expect(count(1, "under way")).toBeGreaterThan(7);
    expect(count(2, "under way")).toBeGreaterThan(1);
    expect(count(2, "failed")).toBeGreaterThan(1);
    expect(count(1, "failed")).toBe(0);
  });

  it("is tried again by an operator who deploys again, with other luck", () => {
    const stages = [stage("build", { failsPpm: 500_000 }), ROLLOUT];
    const again = [0, 10, 20, 30].map((second) => command(second * SECOND_US, "start"));
    const records = ["1", "2", "3", "4", "5", "6"].map((seed) =>
      rehearse(smallPlan({ ...CLOCKWORK, seed, operator: again, pipeline: { stages } })),
    );
    expect(records.some((one) => one.pipeline?.stages[0]?.result === "failed" && one.outcome === "completed")).toBe(
      true,
    );
  });

  it("rolls a finished rollout back when a health check after it fails", () => {
    const plain = rehearse(smallPlan({ ...CLOCKWORK }));
    const sick = candidateFault(plain.endedAtMs * 1_000 + SECOND_US, 900 * SECOND_US, { failsHealth: true });
    const record = rehearse(smallPlan({ ...CLOCKWORK, faults: [sick], pipeline: { stages: [ROLLOUT, HEALTH] } }), {
      check: true,
    });
    expect(record).toMatchObject({ outcome: "rolled-back", rollback: { trigger: "pipeline:health" } });
    expect(record.rollback?.detectedAtMs).toBe(plain.endedAtMs + 40_000);
    expect(record.phases.at(-1)?.verdict).toBe("advanced");
    const left = rehearse(
      smallPlan({ ...CLOCKWORK, faults: [sick], pipeline: { stages: [ROLLOUT, { ...HEALTH, onFailure: "stop" }] } }),
    );
    expect(left).toMatchObject({ outcome: "completed", rollback: null, pipeline: { failedStage: "health" } });
    const well = rehearse(smallPlan({ ...CLOCKWORK, pipeline: { stages: [ROLLOUT, HEALTH] } }));
    expect(well).toMatchObject({ outcome: "completed", pipeline: { status: "done" } });
  });

  it("can be undone by an operator until its last stage is done", () => {
    const plain = rehearse(smallPlan({ ...CLOCKWORK }));
    const operator = [command(0, "start"), command(plain.endedAtMs * 1_000 + 5 * SECOND_US, "roll-back")];
    const record = rehearse(smallPlan({ ...CLOCKWORK, operator, pipeline: { stages: [ROLLOUT, HEALTH] } }), {
      check: true,
    });
    expect(record).toMatchObject({ outcome: "rolled-back", rollback: { trigger: "operator:ann" } });
    expect(record.pipeline?.failedStage).toBe("health");
  });

  it("runs a stage alone for an operator, answers, and refuses what cannot be", () => {
    const stages = [stage("tests", { does: "test" }), stage("more tests", { does: "test" }), ROLLOUT];
    const operator = [
      command(SECOND_US, "run-tests"),
      command(2 * SECOND_US, "run-tests"),
      command(2 * SECOND_US, "start"),
      command(3 * SECOND_US, "ask-status"),
      command(4 * SECOND_US, "run-build"),
      command(9 * SECOND_US, "ask-health"),
      command(30 * SECOND_US, "start"),
    ];
    const record = rehearse(smallPlan({ ...CLOCKWORK, operator, pipeline: { stages } }), { check: true });
    expect(record.pipeline?.stages.map(({ name, startedAtMs }) => [name, startedAtMs]).slice(0, 3)).toEqual([
      ["tests", 1_000],
      ["more tests", 4_000],
      ["tests", 30_000],
    ]);
    expect(reasons(record, "refused")).toEqual([
      "test is not possible during the stage tests: because",
      "start is not possible during the stage tests: because",
      "the scenario's pipeline has no stage that does build: because",
    ]);
    expect(reasons(record, "review")[0]).toMatch(/^status: idle in DISABLED, 0 % of the traffic, stage tests/);
    expect(reasons(record, "review")[1]).toMatch(/^health: healthy/);
  });

  it("serves nobody by the candidate before its rollout, keeps its invariants, and is the same however it is cut", () => {
    const outcomes = new Set<string>();
    const cuts = fc.array(fc.nat(60 * SECOND_US), { maxLength: 3 });
    const property = fc.property(
      arbitraryPipeline,
      arbitraryParity,
      pipelineCommands,
      fc.record({ seed: fc.string({ maxLength: 2 }), errorPpm: fc.constantFrom(0, 300_000) }),
      cuts,
      (pipeline, parity, operator, { seed, errorPpm }, cutsUs) => {
        const horizonUs = 60 * SECOND_US;
        const facts = { ...CLOCKWORK, perSecond: 50, candidate: { p50Ms: 5, p95Ms: 5, errorPpm }, horizonUs };
        const plan = smallPlan({ ...facts, seed, operator, pipeline, parity });
        const record = rehearse(plan, { check: true });
        outcomes.add(record.outcome);
        const rollout = pipeline.stages.find(({ does }) => does === "rollout")?.name;
        const began = record.pipeline?.stages.find(({ name }) => name === rollout)?.startedAtMs ?? Infinity;
        for (const { enteredAtMs } of record.phases) expect(enteredAtMs).toBeGreaterThanOrEqual(began);
        if (began === Infinity) expect(record.impact.candidateRequests).toBe(0);
        expect(record.parity?.compared).toBeLessThanOrEqual((record.impact.requests * parity.sharePpm) / 1_000_000);
        const stack = createStack(plan);
        let state = startStack(stack);
        for (const [i, cutUs] of cutsUs.toSorted((a, b) => a - b).entries()) {
          if (!stepUntil(stack.model, state, cutUs)) break;
          state = i % 2 === 0 ? copyState(state) : decodeState(encodeState(state));
        }
        run(stack.model, state);
        expect(recordStack(stack, state)).toEqual(record);
      },
    );
    fc.assert(property, { numRuns: 80, seed: 3 });
    expect(outcomes.size).toBeGreaterThan(2);
  });
});
