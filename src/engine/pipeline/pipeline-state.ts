/** What is remembered of a pipeline, and what the record says of it. */
import { deriveStream, draw32, DRAW_UNIT } from "../kernel/random.ts";
import { msFromUs } from "../kernel/units.ts";
import type { PipelineErrand, PipelinePlan, PipelineStage } from "./pipeline-plan.ts";
import type { PipelineRecord, PipelineStageRecord } from "./pipeline-result.ts";

/** One attempt of a stage that has ended. Plain data. */
export interface StageAttempt {
  readonly stage: number;
  readonly attempt: number;
  readonly startedAtUs: number;
  readonly endedAtUs: number;
  readonly failed: boolean;
}

/** Progress of a pipeline. Plain data. */
export interface PipelineState {
  /** `done` and `failed` are of the whole pipeline; an errand leaves it as it was before. */
  status: "idle" | "under way" | "done" | "failed";
  /** Index of the stage under way; -1: none is. */
  stage: number;
  startedAtUs: number;
  /** When the attempt under way ends; -1: nobody knows. */
  endsAtUs: number;
  /** Attempts of the stage under way, the present one included. */
  attempt: number;
  /** The attempt under way is going to fail. */
  failing: boolean;
  /** The stage runs on its own, for an operator; empty: as part of the pipeline. */
  errand: PipelineErrand | "";
  /** Who had it started, as in the audit trail. */
  by: string;
  /** Attempts so far, by stage: no attempt has the luck of another. */
  readonly drawn: number[];
  readonly ended: StageAttempt[];
}

/** A pipeline that has not started; nothing for a plan without. */
export function startPipelineState(plan: PipelinePlan | undefined): { readonly pipeline?: PipelineState } {
  if (plan === undefined) return {};
  const drawn = plan.stages.map(() => 0);
  return {
    pipeline: {
      status: "idle",
      stage: -1,
      startedAtUs: 0,
      endsAtUs: -1,
      attempt: 0,
      failing: false,
      errand: "",
      by: "",
      drawn,
      ended: [],
    },
  };
}

/** How an attempt of a stage goes: by a stream of the stage's own, drawn by the attempt. */
export function drawStage(stage: PipelineStage, seed: string, attempt: number): { takesUs: number; fails: boolean } {
  const { a, b } = deriveStream(seed, `pipeline/${stage.name}`);
  const { durationUs, durationMaxUs, failsPpm } = stage;
  const late = Math.floor(draw32(a, b, 2 * attempt) * DRAW_UNIT * (durationMaxUs - durationUs + 1));
  return { takesUs: durationUs + late, fails: draw32(a, b, 2 * attempt + 1) * DRAW_UNIT * 1_000_000 < failsPpm };
}

/** What the pipeline has come to; nothing for a plan without. */
export function recordPipeline(
  plan: PipelinePlan | undefined,
  state: PipelineState | undefined,
): { readonly pipeline?: PipelineRecord } {
  if (plan === undefined || state === undefined) return {};
  const nameOf = (stage: number): string => plan.stages[stage]?.name ?? "";
  const stages = state.ended.map(({ stage, attempt, startedAtUs, endedAtUs, failed }): PipelineStageRecord => ({
    name: nameOf(stage),
    startedAtMs: msFromUs(startedAtUs),
    endedAtMs: msFromUs(endedAtUs),
    result: failed ? "failed" : "done",
    attempt,
  }));
  if (state.stage >= 0) {
    const { stage, startedAtUs, attempt } = state;
    stages.push({
      name: nameOf(stage),
      startedAtMs: msFromUs(startedAtUs),
      endedAtMs: null,
      result: "under way",
      attempt,
    });
  }
  const begun = new Set(stages.map(({ name }) => name));
  const notBegun = plan.stages.map(({ name }) => name).filter((name) => !begun.has(name));
  const failedStage =
    state.status === "failed" ? (stages.findLast(({ result }) => result === "failed")?.name ?? null) : null;
  return { pipeline: { status: state.status, failedStage, stages, notBegun } };
}
