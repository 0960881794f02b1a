/** What a run leaves behind of its pipeline. Times are milliseconds from the run's start. */

/** One attempt of a stage. */
export interface PipelineStageRecord {
  readonly name: string;
  readonly startedAtMs: number;
  /** Null: it was under way when the run ended. */
  readonly endedAtMs: number | null;
  readonly result: "done" | "failed" | "under way";
  /** From 1. */
  readonly attempt: number;
}

/** The stages around the rollout, as they went. */
export interface PipelineRecord {
  readonly status: "idle" | "under way" | "done" | "failed";
  /** The stage that stopped the deployment; null: none did. */
  readonly failedStage: string | null;
  /** In the order of their beginnings; stages that an operator had run on their own among them. */
  readonly stages: readonly PipelineStageRecord[];
  /** Names of stages that never began. */
  readonly notBegun: readonly string[];
}
