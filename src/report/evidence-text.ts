/** What a rule saw, on one line. */
import type { Decision, Evidence, RunRecord } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { formatAgainstLimit, formatCount, formatPlural } from "./number-format.ts";
import { statisticText } from "./statistic-text.ts";
import type { Mark } from "./theme.ts";

/** Which kind of rule the evidence is from: a gate that holds is good news, a trigger that holds is not. */
export type RuleKind = "gate" | "trigger";

/**
 * Gates are looked at when it is decided whether to go on. A rollback or a pause rests on a trigger that holds, or
 * else on a gate that could not be passed in time.
 */
export function ruleKindOf(decision: Decision): RuleKind {
  switch (decision.kind) {
    case "advance":
    case "hold":
    case "complete":
    case "await":
    case "review":
    case "verified":
      return "gate";
    case "rollback":
    case "pause":
      return decision.evidence === null || decision.evidence.holds === "yes" ? "trigger" : "gate";
    case "start":
    case "resume":
    case "override":
    case "adjust":
    case "alert":
    case "investigate":
    case "notify":
    case "refused":
    case "flags":
    case "health":
    case "fault":
    case "approve":
    case "reject":
    case "close":
    case "retry":
    case "rollback-failed":
    case "aftermath":
    case "stage":
      return "trigger";
  }
}

/** The decision that made the run what it is: the rollback, else the last that had evidence; null: none had. */
export function decidingDecision({ decisions }: RunRecord): Decision | null {
  const withEvidence = decisions.filter((decision) => decision.evidence !== null);
  return withEvidence.find((decision) => decision.kind === "rollback") ?? withEvidence.at(-1) ?? null;
}

/** The state of a rule as a mark and a word. */
export function evidenceState(kind: RuleKind, evidence: Evidence): { readonly mark: Mark; readonly word: string } {
  if (evidence.holds === "not enough data") return { mark: "unknown", word: "not enough data" };
  const holds = evidence.holds === "yes";
  if (kind === "gate") return holds ? { mark: "good", word: "passes" } : { mark: "bad", word: "fails" };
  return holds ? { mark: "bad", word: "fires" } : { mark: "good", word: "quiet" };
}

/** `candidate.errorRate 31.36% > 10%, last 1m, 118 samples (50 needed)`. */
export function evidenceSentence(evidence: Evidence): string {
  const [value, limit] = formatAgainstLimit(evidence.metric, evidence.value, evidence.limit);
  const about = evidence.approximate && evidence.value !== null ? "about " : "";
  const span = formatDuration(evidence.windowMs);
  const { statistic, invalid } = evidence;
  const isTest = statistic?.kind === "cusum" || statistic?.kind === "sprt";
  const window = isTest ? `since ${span} ago` : evidence.window === "phase" ? `phase so far (${span})` : `last ${span}`;
  const samples = `${formatPlural(evidence.samples, "sample")} (${formatCount(evidence.minSamples)} needed)`;
  const behind = statistic === undefined ? "" : `; ${statisticText(statistic)}`;
  const marked = invalid === undefined ? "" : `; invalid: ${invalid}`;
  const slice = evidence.slice === undefined ? "" : ` ${evidence.slice}`;
  return `${evidence.metric}${slice} ${about}${value}${comparedWith(evidence, limit)}, ${window}, ${samples}${behind}${marked}`;
}

/** A test's rate, and that of the longer of two windows, may be beyond the limit although the rule does not hold. */
function mayHoldAnyway({ statistic }: Evidence): boolean {
  return statistic?.kind === "cusum" || statistic?.kind === "sprt" || statistic?.kind === "two-windows";
}

/** Only what was decided is said to be above or below; for the rest the limit is only named. */
function comparedWith(evidence: Evidence, limit: string): string {
  switch (evidence.holds) {
    case "yes":
      return ` ${evidence.operator} ${limit}`;
    case "no":
      if (mayHoldAnyway(evidence)) return ` against ${evidence.operator} ${limit}`;
      return ` is not ${evidence.operator} ${limit}`;
    case "not enough data":
      return ` (limit ${evidence.operator} ${limit})`;
  }
}
