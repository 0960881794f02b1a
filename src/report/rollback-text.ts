/** The way back: when the harm began, when it was seen, when traffic was back, when that was verified. */
import type { RollbackRecord } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { padLeft, padRight } from "./line-layout.ts";
import type { Mark, Theme } from "./theme.ts";

/** The rollback's timeline and its steps; empty where there was no rollback. */
export function rollbackLines(rollback: RollbackRecord | null, theme: Theme): string[] {
  if (rollback === null) return [];
  const { onsetAtMs, detectedAtMs, revertedAtMs, verifiedAtMs } = rollback;
  return [
    `  ${theme.bold("Rollback")}  by ${rollback.trigger}`,
    moment(theme, "plain", onsetAtMs, "onset", "it began"),
    moment(theme, "bad", detectedAtMs, "detected", after(detectedAtMs, onsetAtMs, "the onset")),
    ...rollback.steps.map((step) =>
      moment(
        theme,
        step.result === "done" ? "plain" : "bad",
        step.startedAtMs,
        "step",
        `${step.name} ${step.result}, took ${formatDuration(step.endedAtMs - step.startedAtMs)}`,
      ),
    ),
    moment(theme, "good", revertedAtMs, "reverted", after(revertedAtMs, detectedAtMs, "detection")),
    moment(theme, "good", verifiedAtMs, "verified", after(verifiedAtMs, detectedAtMs, "detection")),
  ];
}

function moment(theme: Theme, mark: Mark, atMs: number | null, word: string, what: string): string {
  const shownMark = atMs === null ? "unknown" : mark;
  const time = padLeft(atMs === null ? "never" : formatDuration(atMs), 12);
  const state = padRight(`${theme.glyph(shownMark)} ${word}`, 14);
  return `  ${time}  ${theme.paint(shownMark, state)}${what}`;
}

function after(atMs: number | null, sinceMs: number | null, since: string): string {
  if (atMs === null) return "not before the run ended";
  return sinceMs === null ? "" : `${formatDuration(atMs - sinceMs)} after ${since}`;
}
