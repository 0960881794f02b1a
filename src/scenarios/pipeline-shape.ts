/** The deployment's stages around the rollout, in a scenario file. */
import { z } from "zod";
import { PIPELINE_WORK, type PipelinePlan } from "../engine/pipeline/pipeline-plan.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity, wholeNumber } from "./field.ts";
import { parseShare } from "./quantity.ts";
import { parseSpan } from "./rollback-shape.ts";

const stageShape = mapping(
  {
    stage: z.string().min(1).meta({ description: "What people call the stage" }),
    does: z.enum(PIPELINE_WORK).default("other").meta({
      description:
        "rollout: the phases of the policy; check-health fails where a version that serves is unhealthy by its polls; test, backup, build, other (default) take their time and may fail. An operator can run test and build alone",
    }),
    takes: quantity(parseSpan, "How long an attempt takes: 5m, or drawn from a range, 5m..8m").optional(),
    fails: quantity(parseShare, "The chance that an attempt fails: 2% (default: 0%)").optional(),
    retries: wholeNumber(0, "How often a failed attempt is made again before the stage has failed (default: 0)")
      .max(100)
      .optional(),
    onFailure: z
      .enum(["stop", "rollback"])
      .optional()
      .meta({ description: "After the rollout: rollback sends all traffic back (default), stop leaves it as it is" }),
  },
  "A stage; stages run one after the other, and one that fails stops the deployment",
);

/** The stages. */
export const pipelineShape = z
  .array(stageShape)
  .min(1)
  .meta({ description: "Stages before and after the rollout, which is one of them (default: the rollout alone)" });

/** What a file says of the stages. */
export type PipelineText = z.output<typeof pipelineShape>;

/** Complains of a pipeline without its rollout, names that are there twice, and keys that mean nothing where they stand. */
export function checkPipeline(stages: Partly<PipelineText | undefined>, report: Report): void {
  if (stages === undefined) return;
  const rollouts = stages.filter((stage) => stage?.does === "rollout").length;
  if (rollouts !== 1) {
    const found = rollouts === 0 ? "none" : String(rollouts);
    report(["pipeline"], complain("exactly one stage does the rollout", { found, allowed: "does: rollout" }));
  }
  const rolloutAt = stages.findIndex((stage) => stage?.does === "rollout");
  const names = new Set<string>();
  for (const [index, stage] of stages.entries()) {
    if (stage === undefined) continue;
    const path = ["pipeline", index];
    const { stage: name, onFailure } = stage;
    if (name !== undefined && names.has(name)) {
      report([...path, "stage"], complain("two stages have the same name", { found: name }));
    }
    if (name !== undefined) names.add(name);
    if (stage.does === "rollout") {
      for (const key of ["takes", "fails", "retries", "onFailure"] as const) {
        if (stage[key] === undefined) continue;
        report(
          [...path, key],
          complain(`the policy says of the rollout what ${key} would`, { allowed: "stage, does" }),
        );
      }
    } else if (!("takes" in stage) || stage.takes === undefined) {
      if (name !== undefined) report(path, complain("how long the stage takes is missing", { allowed: "takes: 5m" }));
    }
    if (onFailure === "rollback" && index < rolloutAt) {
      const message = "before the rollout there is nothing to roll back";
      report([...path, "onFailure"], complain(message, { found: onFailure, allowed: "stop" }));
    }
  }
}

/** The stages of a plan. */
export function buildPipeline(stages: PipelineText): PipelinePlan {
  const rolloutAt = stages.findIndex((stage) => stage.does === "rollout");
  return {
    stages: stages.map(({ stage, does, takes, fails = 0, retries = 0, onFailure }, index) => ({
      name: stage,
      does,
      durationUs: takes?.leastUs ?? 0,
      durationMaxUs: takes?.mostUs ?? 0,
      failsPpm: fails,
      retries,
      onFailure: index > rolloutAt ? (onFailure ?? "rollback") : "stop",
    })),
  };
}

/** How long the stages besides the rollout take at most, microseconds: a run without a duration goes on for so long more. */
export function pipelineUs(plan: PipelinePlan | undefined): number {
  return (plan?.stages ?? []).reduce((sum, { durationMaxUs, retries }) => sum + durationMaxUs * (retries + 1), 0);
}
