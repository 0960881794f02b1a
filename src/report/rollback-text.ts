/** The way back: when the harm began, when it was seen, when traffic was back, when that was verified. */
import type { RollbackPromise, RollbackRecord, RollbackStepRecord } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { hang, padLeft, padRight } from "./line-layout.ts";
import { formatCount } from "./number-format.ts";
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
      moment(theme, step.result === "done" ? "plain" : "bad", step.startedAtMs, "step", stepText(step)),
    ),
    moment(theme, "good", revertedAtMs, "reverted", after(revertedAtMs, detectedAtMs, "detection")),
    moment(theme, "good", verifiedAtMs, "verified", after(verifiedAtMs, detectedAtMs, "detection")),
    ...(rollback.promises ?? []).flatMap((promise) => promiseLines(promise, theme)),
    ...harmLines(rollback, theme),
  ];
}

function stepText(step: RollbackStepRecord): string {
  const attempt = step.attempt === undefined ? "" : ` at attempt ${step.attempt}`;
  const took = formatDuration(step.endedAtMs - step.startedAtMs);
  const promised = step.promisedMs === undefined ? "" : ` of at most ${formatDuration(step.promisedMs)}`;
  return `${step.name} ${step.result}${attempt}, took ${took}${promised}`;
}

function promiseLines({ what, promisedMs, tookMs, kept }: RollbackPromise, theme: Theme): string[] {
  const took = tookMs === null ? "is not over" : `took ${formatDuration(tookMs)}`;
  const state = padRight(`${theme.glyph(kept ? "good" : "bad")} ${kept ? "kept" : "broken"}`, 14);
  const [first = "", ...rest] = hang(
    `  ${padLeft("promise", 12)}  ${state}`,
    `${what} within ${formatDuration(promisedMs)}, ${took}`,
  );
  return [first.replace(state, () => theme.paint(kept ? "good" : "bad", state)), ...rest];
}

/** What the way back itself did to users, against the promise of none. */
function harmLines({ cutOff, harmedByRestart }: RollbackRecord, theme: Theme): string[] {
  const lines: string[] = [];
  const say = (count: number, what: string): void => {
    const mark = count === 0 ? "good" : "bad";
    const state = padRight(`${theme.glyph(mark)} ${formatCount(count)}`, 14);
    lines.push(`  ${padLeft("harm", 12)}  ${theme.paint(mark, state)}${what}`);
  };
  if (cutOff !== undefined) say(cutOff, "requests cut off when the candidate was stopped");
  if (harmedByRestart !== undefined) say(harmedByRestart, "failed because the baseline was restarted");
  return lines;
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
