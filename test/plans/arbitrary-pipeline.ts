/** Random stages around a rollout, random shadow traffic, and operator commands that speak of them. */
import fc from "fast-check";
import type { OperatorCommand } from "../../src/engine/deployment/operator.ts";
import { DEFECTS } from "../../src/engine/parity/column-analytics.ts";
import type { ParityPlan } from "../../src/engine/parity/parity-plan.ts";
import type { PipelinePlan, PipelineStage } from "../../src/engine/pipeline/pipeline-plan.ts";

const SECOND = 1_000_000;

const stage: fc.Arbitrary<Omit<PipelineStage, "name">> = fc
  .record({
    does: fc.constantFrom("test", "backup", "build", "check-health", "other"),
    durationUs: fc.constantFrom(0, 1, 2 * SECOND, 3_456_789),
    rangeUs: fc.constantFrom(0, 5 * SECOND),
    failsPpm: fc.constantFrom(0, 0, 300_000, 1_000_000),
    retries: fc.nat(2),
    onFailure: fc.constantFrom("stop", "rollback"),
  })
  .map(({ rangeUs, ...rest }) => ({ ...rest, durationMaxUs: rest.durationUs + rangeUs }));

/** Stages before and after the rollout. */
export const arbitraryPipeline: fc.Arbitrary<PipelinePlan> = fc
  .tuple(fc.array(stage, { maxLength: 3 }), fc.array(stage, { maxLength: 2 }))
  .map(([before, after]) => {
    const rollout = { does: "rollout", durationUs: 0, durationMaxUs: 0, failsPpm: 0, retries: 0 } as const;
    const stages = [...before, { ...rollout, onFailure: "stop" as const }, ...after];
    return { stages: stages.map((one, i) => ({ ...one, name: `stage ${i}` })) };
  });

/** Shadow traffic. */
export const arbitraryParity: fc.Arbitrary<ParityPlan> = fc.record({
  sharePpm: fc.constantFrom(0, 10_000, 50_000),
  faults: fc.array(
    fc
      .record({ defect: fc.constantFrom(...DEFECTS), atUs: fc.nat(40 * SECOND), lengthUs: fc.nat(20 * SECOND) })
      .map(({ defect, atUs, lengthUs }) => ({ name: defect, defect, atUs, untilUs: atUs + lengthUs })),
    { maxLength: 2 },
  ),
});

/** What operators do about a pipeline. */
export const pipelineCommands: fc.Arbitrary<OperatorCommand[]> = fc.array(
  fc
    .tuple(
      fc.nat(60 * SECOND),
      fc.constantFrom("start", "run-tests", "run-build", "ask-health", "ask-status", "roll-back", "pause", "resume"),
    )
    .map(([atUs, kind]): OperatorCommand => ({ atUs, by: "ann", reason: "", action: { kind } })),
  { maxLength: 5 },
);
