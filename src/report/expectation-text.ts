/** Expectations: what was expected, what came, and the evidence of the decision that made it so. */
import type { ExpectationRecord, ScenarioRecord } from "../engine/result.ts";
import { evidenceLines } from "./decision-text.ts";
import { formatDuration } from "./duration-format.ts";
import { decidingDecision, ruleKindOf } from "./evidence-text.ts";
import { hang } from "./line-layout.ts";
import type { Theme } from "./theme.ts";

const HELD = { mark: "good", word: "held" } as const;
/** A shard that saw too few replications to say. */
const OPEN = { mark: "unknown", word: "open" } as const;

/** Every expectation that failed, as expected and got, with its place in the file and the deciding evidence. */
export function failedExpectationLines(record: ScenarioRecord, theme: Theme): string[] {
  const failed = record.expectations.filter((expectation) => !expectation.held);
  if (failed.length === 0) return [];
  return [
    ...failed.flatMap((expectation) => [
      `  ${theme.paint("bad", `${theme.glyph("bad")} expectation failed`)}  ${placeOf(expectation)}`,
      ...hang("      expected  ", expectation.text),
      ...hang("      got       ", expectation.got),
    ]),
    ...decidingLines(record, theme),
  ];
}

/** The expectations that held, one line each; a sentence where a scenario has none at all. */
export function heldExpectationLines(record: ScenarioRecord, theme: Theme): string[] {
  if (record.expectations.length === 0) {
    return record.trace === null ? [`  ${theme.bold("Expectations")}  none`] : [];
  }
  const held = record.expectations.filter((expectation) => expectation.held);
  if (held.length === 0) return [];
  return [
    `  ${theme.bold("Expectations")}`,
    ...held.flatMap((expectation) => {
      const { mark, word } = expectation.undecided === true ? OPEN : HELD;
      const label = `    ${theme.glyph(mark)} ${word}  `;
      return hang(label, heldSentence(expectation)).map((line, index) =>
        index === 0 ? line.replace(label.trim(), (state) => theme.paint(mark, state)) : line,
      );
    }),
  ];
}

/** What came is said only where the expectation does not say it already. */
function heldSentence({ text, got }: ExpectationRecord): string {
  return text.endsWith(` is ${got}`) ? text : `${text} (got ${got})`;
}

function placeOf(expectation: ExpectationRecord): string {
  return expectation.line > 0 ? `${expectation.file}:${expectation.line}` : expectation.file;
}

/** The evidence of the rollback, else of the last decision that had any. */
function decidingLines(record: ScenarioRecord, theme: Theme): string[] {
  const decision = decidingDecision(record);
  if (decision === null || decision.evidence === null) return [];
  return [
    `      evidence  ${decision.kind} at ${formatDuration(decision.atMs)} in ${decision.phase}`,
    ...evidenceLines(ruleKindOf(decision), decision.evidence, theme, 16),
  ];
}
