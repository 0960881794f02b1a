/** Figures of a run's pipeline and shadow traffic that expectations speak of: `pipeline.failedStage`, `parity.mismatched`. */
import { stepWord } from "./rollback-figure.ts";
import { MISMATCHES } from "../engine/parity/compare-answers.ts";
import type { ParityRecord } from "../engine/parity/parity-result.ts";
import type { PipelineRecord, PipelineStageRecord } from "../engine/pipeline/pipeline-result.ts";
import type { RunRecord } from "../engine/result.ts";
import type { PartFigures } from "./figure.ts";

/** Below `pipeline`. */
export const PIPELINE: PartFigures<PipelineRecord> = {
  status: { kind: "word", words: ["idle", "under way", "done", "failed"], read: (pipeline) => pipeline.status },
  failedStage: { kind: "text", read: (pipeline) => pipeline.failedStage },
};

/** Of the attempts of one stage. */
export const STAGE: PartFigures<readonly PipelineStageRecord[]> = {
  result: { kind: "word", words: ["done", "failed", "under way"], read: (attempts) => attempts.at(-1)?.result ?? null },
  attempts: { kind: "count", read: (attempts) => attempts.length },
  startedAt: { kind: "duration", read: (attempts) => attempts[0]?.startedAtMs ?? null },
  endedAt: { kind: "duration", read: (attempts) => attempts.at(-1)?.endedAtMs ?? null },
  duration: {
    kind: "duration",
    read: (attempts) =>
      attempts.reduce<number | null>(
        (sum, { startedAtMs, endedAtMs }) =>
          sum === null || endedAtMs === null ? null : sum + endedAtMs - startedAtMs,
        0,
      ),
  },
};

/** The attempts of a stage, named in small letters with anything else as `-`; null where it never began. */
export function stageAttempts(run: RunRecord, name: string): readonly PipelineStageRecord[] | null {
  const attempts = run.pipeline?.stages.filter((one) => stepWord(one.name) === name) ?? [];
  return attempts.length === 0 ? null : attempts;
}

/** Below `parity`. */
export const PARITY: PartFigures<ParityRecord> = {
  compared: { kind: "count", read: (parity) => parity.compared },
  mismatched: { kind: "count", read: (parity) => parity.mismatched },
  mismatchRate: { kind: "share", read: (parity) => parity.mismatchRate },
  ...Object.fromEntries(
    MISMATCHES.map((kind) => [
      kind,
      {
        kind: "count" as const,
        read: (parity: ParityRecord) => parity.kinds.find((one) => one.kind === kind)?.requests ?? 0,
      },
    ]),
  ),
};
