/** What a rule saw, on one line. */
import type { Decision, Evidence } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { formatAgainstLimit, formatCount, formatPlural } from "./number-format.ts";
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
    case "verified":
      return "trigger";
  }
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
  const window = evidence.window === "phase" ? `phase so far (${span})` : `last ${span}`;
  const samples = `${formatPlural(evidence.samples, "sample")} (${formatCount(evidence.minSamples)} needed)`;
  return `${evidence.metric} ${about}${value}${comparedWith(evidence, limit)}, ${window}, ${samples}`;
}

/** Only what was decided is said to be above or below; for the rest the limit is only named. */
function comparedWith(evidence: Evidence, limit: string): string {
  switch (evidence.holds) {
    case "yes":
      return ` ${evidence.operator} ${limit}`;
    case "no":
      return ` is not ${evidence.operator} ${limit}`;
    case "not enough data":
      return ` (limit ${evidence.operator} ${limit})`;
  }
}
