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
    ...inTime([
      // Whoever rolls back by hand has detected nothing that could have begun.
      ...(onsetAtMs === null ? [] : [{ mark: "plain", atMs: onsetAtMs, word: "onset", what: "it began" } as const]),
      { mark: "bad", atMs: detectedAtMs, word: "detected", what: after(detectedAtMs, onsetAtMs, "the onset") },
      ...rollback.steps.map((step): Moment => {
        return {
          mark: step.result === "done" ? "plain" : "bad",
          atMs: step.startedAtMs,
          word: "step",
          what: stepText(step),
        };
      }),
      { mark: "good", atMs: revertedAtMs, word: "reverted", what: after(revertedAtMs, detectedAtMs, "detection") },
      { mark: "good", atMs: verifiedAtMs, word: "verified", what: after(verifiedAtMs, detectedAtMs, "detection") },
    ]).map((moment) => momentLine(moment, theme)),
    ...(rollback.promises ?? []).flatMap((promise) => promiseLines(promise, theme)),
    ...harmLines(rollback, theme),
  ];
}

function stepText(step: RollbackStepRecord): string {
  const attempt = step.attempt === undefined ? "" : ` at attempt ${step.attempt}`;
  const took = formatDuration(step.endedAtMs - step.startedAtMs);
  const promised = step.promisedMs === undefined ? "" : ` of less than ${formatDuration(step.promisedMs)}`;
  return `${step.name} ${step.result}${attempt}, took ${took}${promised}`;
}

function promiseLines({ what, promisedMs, tookMs, kept }: RollbackPromise, theme: Theme): string[] {
  const took = tookMs === null ? "is not over" : `took ${formatDuration(tookMs)}`;
  const state = padRight(`${theme.glyph(kept ? "good" : "bad")} ${kept ? "kept" : "broken"}`, 14);
  const [first = "", ...rest] = hang(
    `  ${padLeft("promise", 12)}  ${state}`,
    `${what} in less than ${formatDuration(promisedMs)}, ${took}`,
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

/** One instant of the way back; null: it never came. */
interface Moment {
  readonly mark: Mark;
  readonly atMs: number | null;
  readonly word: string;
  readonly what: string;
}

/** As they came; what never came stands last. */
function inTime(moments: readonly Moment[]): readonly Moment[] {
  return moments.toSorted((one, other) => (one.atMs ?? Infinity) - (other.atMs ?? Infinity) || 0);
}

function momentLine({ mark, atMs, word, what }: Moment, theme: Theme): string {
  const shownMark = atMs === null ? "unknown" : mark;
  const time = padLeft(atMs === null ? "never" : formatDuration(atMs), 12);
  const state = padRight(`${theme.glyph(shownMark)} ${word}`, 14);
  return `  ${time}  ${theme.paint(shownMark, state)}${what}`;
}

function after(atMs: number | null, sinceMs: number | null, since: string): string {
  if (atMs === null) return "not before the run ended";
  return sinceMs === null ? "" : `${formatDuration(atMs - sinceMs)} after ${since}`;
}
