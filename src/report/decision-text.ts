/** The audit trail in words: when, what, why, and on what evidence. */
import type { Decision, DecisionKind, Evidence, ScenarioRecord } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { evidenceSentence, evidenceState, ruleKindOf } from "./evidence-text.ts";
import { hang, padLeft, padRight } from "./line-layout.ts";
import { formatPlural } from "./number-format.ts";
import type { Mark, Theme } from "./theme.ts";

const MARKS: Readonly<Record<DecisionKind, Mark>> = {
  start: "moved",
  advance: "good",
  hold: "unknown",
  rollback: "bad",
  pause: "unknown",
  resume: "moved",
  override: "moved",
  adjust: "moved",
  alert: "bad",
  investigate: "unknown",
  notify: "moved",
  refused: "bad",
  flags: "plain",
  health: "bad",
  fault: "plain",
  verified: "good",
  complete: "good",
  await: "unknown",
  approve: "good",
  reject: "bad",
  review: "plain",
  close: "moved",
  retry: "unknown",
  "rollback-failed": "bad",
  aftermath: "plain",
  stage: "moved",
};

/** How often the same alert is shown. */
const ALERTS_SHOWN = 2;

/** The heading and every decision; entries that repeat one after the other stand once, with their number. */
export function decisionLines(record: ScenarioRecord, theme: Theme): string[] {
  const trail = record.decisions;
  if (trail.length === 0) return [`  ${theme.bold("Decisions")}  none was taken`];
  const { shown, leftOut } = withoutManyAlerts(withoutRepeats(trail));
  return [
    `  ${theme.bold("Decisions")}`,
    ...shown.flatMap((repeats, index, all) => decisionEntry(repeats, all[index - 1]?.first.phase ?? "", theme)),
    ...(leftOut === 0
      ? []
      : [`  ${padLeft("", 12)}  and ${formatPlural(leftOut, "more alert")} like these: see --json`]),
  ];
}

interface Repeats {
  readonly first: Decision;
  readonly last: Decision;
  readonly count: number;
}

function withoutRepeats(decisions: readonly Decision[]): Repeats[] {
  const runs: Repeats[] = [];
  for (const decision of decisions) {
    const run = runs.at(-1);
    if (run !== undefined && isRepeat(run.first, decision)) {
      runs[runs.length - 1] = { first: run.first, last: decision, count: run.count + 1 };
    } else {
      runs.push({ first: decision, last: decision, count: 1 });
    }
  }
  return runs;
}

/** An alert that comes and goes all the time is shown twice; the others are only counted. */
function withoutManyAlerts(all: readonly Repeats[]): { readonly shown: Repeats[]; readonly leftOut: number } {
  const seen = new Map<string, number>();
  const shown = all.filter(({ first }) => {
    if (first.kind !== "alert") return true;
    const times = (seen.get(first.reason) ?? 0) + 1;
    seen.set(first.reason, times);
    return times <= ALERTS_SHOWN;
  });
  return { shown, leftOut: all.length - shown.length };
}

function isRepeat(one: Decision, other: Decision): boolean {
  return one.kind === other.kind && one.phase === other.phase && one.by === other.by && one.reason === other.reason;
}

/** The phase is named where it is another one than that of the entry before, and the reason does not name it. */
function decisionEntry({ first, last, count }: Repeats, phaseBefore: string, theme: Theme): string[] {
  const mark = first.kind === "alert" && first.evidence?.holds !== "yes" ? "good" : MARKS[first.kind];
  const head = `  ${padLeft(formatDuration(first.atMs), 12)}  `;
  const kind = `${padRight(`${theme.glyph(mark)} ${first.kind}`, 13)} `;
  const often = count > 1 ? ` (${formatPlural(count, "time")}, until ${formatDuration(last.atMs)})` : "";
  const who = first.by === "manager" || first.by === "monitor" ? "" : ` [${first.by}]`;
  const where = first.phase === phaseBefore || first.reason.includes(first.phase) ? "" : `${first.phase}: `;
  const [firstLine = "", ...restLines] = hang(head + kind, `${where}${first.reason}${who}${often}`);
  return [
    firstLine.replace(kind, () => theme.paint(mark, kind)),
    ...restLines,
    ...shownEvidence(last).flatMap((evidence) => evidenceLines(ruleKindOf(last), evidence, theme, 18)),
  ];
}

/** A decision about going on rests on all gates; any other rests on the one rule that decided. */
function shownEvidence(decision: Decision): readonly Evidence[] {
  if (ruleKindOf(decision) === "gate" && decision.looked.length > 0) return decision.looked;
  return decision.evidence === null ? decision.looked.slice(0, 1) : [decision.evidence];
}

/** One rule with its state as glyph and word, then what it saw. */
export function evidenceLines(kind: "gate" | "trigger", evidence: Evidence, theme: Theme, indent: number): string[] {
  const state = evidenceState(kind, evidence);
  const label = `${" ".repeat(indent)}${theme.glyph(state.mark)} `;
  const text = `${evidence.rule} ${state.word}: ${evidenceSentence(evidence)}`;
  const [firstLine = "", ...restLines] = hang(label, text);
  return [firstLine.replace(label.trim(), (glyph) => theme.paint(state.mark, glyph)), ...restLines];
}
