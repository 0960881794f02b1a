/** The deployment's stages around the phased rollout, as a scenario declares them. Plain data. */

/**
 * What a stage is. `rollout`: the phases of the policy, however long they take. `check-health`: fails at its end, besides
 * its own chance, where a version that serves is unhealthy by its polls. The others only take their time and may fail.
 */
export const PIPELINE_WORK = ["test", "backup", "build", "rollout", "check-health", "other"] as const;
/** One of them. */
export type PipelineWork = (typeof PIPELINE_WORK)[number];

/** One stage; stages run one after the other. */
export interface PipelineStage {
  readonly name: string;
  readonly does: PipelineWork;
  /** How long it takes at least; the time is drawn evenly between the two. 0 for the rollout. */
  readonly durationUs: number;
  readonly durationMaxUs: number;
  /** The chance that an attempt fails, parts per million. */
  readonly failsPpm: number;
  /** How often a failed attempt is made again before the stage has failed. */
  readonly retries: number;
  /** Only after the rollout: whether a failed stage sends all traffic back, or only stops the pipeline. */
  readonly onFailure: "stop" | "rollback";
}

/** All stages; exactly one is the rollout. */
export interface PipelinePlan {
  readonly stages: readonly PipelineStage[];
}

/** Which stages an operator can have run on their own. */
export type PipelineErrand = Extract<PipelineWork, "test" | "build">;
