/** A failed expectation as plain text, for reports that other programs show. */
import type { ExpectationRecord, ScenarioRecord } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { decidingDecision, evidenceSentence } from "./evidence-text.ts";
import { stripControls } from "./plain-text.ts";

/** `expected outcome is completed, got rolled-back`. */
export function failureSentence({ text, got }: ExpectationRecord): string {
  return stripControls(`expected ${text}, got ${got}`);
}

/** The evidence of the decision that made it so, on one line; null where no decision had any. */
export function failureEvidence(record: ScenarioRecord): string | null {
  const decision = decidingDecision(record);
  if (decision === null || decision.evidence === null) return null;
  const when = `${decision.kind} at ${formatDuration(decision.atMs)} in ${decision.phase}`;
  return stripControls(`${when}: ${decision.evidence.rule}: ${evidenceSentence(decision.evidence)}`);
}
