/** The stages around a rollout, and shadow traffic, as text. */
import type { ParityRecord } from "../engine/parity/parity-result.ts";
import type { PipelineRecord } from "../engine/pipeline/pipeline-result.ts";
import { formatDuration } from "./duration-format.ts";
import { hang, padLeft } from "./line-layout.ts";
import { formatCount, formatPlural } from "./number-format.ts";
import type { Mark, Theme } from "./theme.ts";

const MARKS: Readonly<Record<PipelineRecord["stages"][number]["result"], Mark>> = {
  done: "good",
  failed: "bad",
  "under way": "unknown",
};

/** Every attempt of every stage; empty for a run without a pipeline. */
export function pipelineLines(pipeline: PipelineRecord | undefined, theme: Theme): string[] {
  if (pipeline === undefined) return [];
  const { status, stages, notBegun } = pipeline;
  return [
    `  ${theme.bold("Pipeline")}  ${status}`,
    ...stages.flatMap(({ name, startedAtMs, endedAtMs, result, attempt }) => {
      const mark = MARKS[result];
      const took = endedAtMs === null ? "" : ` after ${formatDuration(endedAtMs - startedAtMs)}`;
      const again = attempt > 1 ? `, attempt ${attempt}` : "";
      const state = theme.paint(mark, `${theme.glyph(mark)} ${result}`);
      return [`  ${padLeft(formatDuration(startedAtMs), 12)}  ${state}${took}${again}: ${name}`];
    }),
    ...(notBegun.length === 0 ? [] : hang("                never began: ", notBegun.join(", "))),
  ];
}

/** How the answers compared, with an example of each way to differ; empty for a run without shadow traffic. */
export function parityLines(parity: ParityRecord | undefined, theme: Theme): string[] {
  if (parity === undefined) return [];
  const { compared, mismatched, kinds } = parity;
  const mark: Mark = mismatched > 0 ? "bad" : compared > 0 ? "good" : "unknown";
  const words = `${formatPlural(compared, "shadow request")} compared, ${formatCount(mismatched)} answered differently`;
  return [
    `  ${theme.bold("Parity")}  ${theme.paint(mark, `${theme.glyph(mark)} ${words}`)}`,
    ...kinds.flatMap(({ kind, requests, firstAtMs, example }) =>
      hang(
        `  ${padLeft(formatCount(requests), 12)}  `,
        `${kind}, first seen at ${formatDuration(firstAtMs)}: ${example}`,
      ),
    ),
  ];
}
