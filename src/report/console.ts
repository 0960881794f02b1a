/** A whole document as text for people: failures first, at most 80 columns, coloured or not. */
import type { RunDocument, ScenarioRecord } from "../engine/result.ts";
import { decisionLines } from "./decision-text.ts";
import { formatDuration } from "./duration-format.ts";
import { failedExpectationLines, heldExpectationLines } from "./expectation-text.ts";
import { impactLines } from "./impact-text.ts";
import { cut, hang, padRight } from "./line-layout.ts";
import { formatCount, formatPlural } from "./number-format.ts";
import { errorLines, monitorLines, sliceLines } from "./monitor-text.ts";
import { ownMetricLines } from "./own-metric-text.ts";
import { outcomeWord } from "./outcome-word.ts";
import { phaseLines } from "./phase-text.ts";
import { parityLines, pipelineLines } from "./pipeline-text.ts";
import { replicationLines } from "./replication-text.ts";
import { rollbackLines } from "./rollback-text.ts";
import { resourceLines } from "./resource-text.ts";
import { routingLines } from "./routing-text.ts";
import { createTheme, type Mark, type Theme, type ThemeOptions } from "./theme.ts";
import { modelWarnings, traceLines } from "./trace-text.ts";

/**
 * The document as text that ends in a newline: scenarios with failed expectations first, then the others. Only the
 * reproducing command may be longer than a line: it has to survive being copied.
 */
export function renderDocument(document: RunDocument, options: ThemeOptions): string {
  const theme = createTheme(options);
  const failed = document.results.filter((record) => !allHeld(record));
  const passed = document.results.filter(allHeld);
  const blocks = [...failed, ...passed].map((record) => scenarioLines(record, theme).join("\n"));
  const summary = [...summaryLines(document.results, theme), `reproduce  ${document.command}`].join("\n");
  return `${[...blocks, summary].join("\n\n")}\n`;
}

/** True when every expectation of the record held, or there is none. */
export function allHeld(record: ScenarioRecord): boolean {
  return record.expectations.every((expectation) => expectation.held);
}

function scenarioLines(record: ScenarioRecord, theme: Theme): string[] {
  const sections = [
    titleLines(record, theme),
    failedExpectationLines(record, theme),
    traceLines(record.trace, theme),
    modelWarnings(record.trace).flatMap((warning) => hang(`  ${theme.glyph("unknown")} warning  `, warning)),
    phaseLines(record, theme),
    ownMetricLines(record, theme),
    pipelineLines(record.pipeline, theme),
    decisionLines(record, theme),
    rollbackLines(record.rollback, theme),
    routingLines(record.routing, theme),
    resourceLines(record.resources, theme),
    impactLines(record, theme),
    parityLines(record.parity, theme),
    errorLines(record, theme),
    sliceLines(record, theme),
    monitorLines(record, theme),
    replicationLines(record, theme),
    heldExpectationLines(record, theme),
    record.notes.flatMap((note) => hang("  note  ", note)),
  ];
  return sections
    .filter((section) => section.length > 0)
    .flatMap((section, index) => (index === 0 ? section : ["", ...section]));
}

function titleLines(record: ScenarioRecord, theme: Theme): string[] {
  const { mark, word } = verdictOf(record);
  const state = theme.paint(mark, `${theme.glyph(mark)} ${word}`);
  const ended = `${outcomeWord(record.outcome)} after ${formatDuration(record.endedAtMs)}: ${record.ending}`;
  return [
    `${state}  ${theme.bold(record.scenario)}`,
    ...hang("  outcome  ", ended),
    ...hang("  policy   ", `${record.policy}, seed ${record.seed}, digest ${record.digest}`),
  ];
}

function verdictOf(record: ScenarioRecord): { readonly mark: Mark; readonly word: string } {
  if (record.expectations.length === 0) return { mark: "moved", word: "RAN" };
  return allHeld(record) ? { mark: "good", word: "PASSED" } : { mark: "bad", word: "FAILED" };
}

function summaryLines(records: readonly ScenarioRecord[], theme: Theme): string[] {
  const expectations = records.flatMap((record) => record.expectations);
  const heldCount = expectations.filter((expectation) => expectation.held).length;
  const failedCount = records.filter((record) => !allHeld(record)).length;
  const mark: Mark = failedCount > 0 ? "bad" : "good";
  const scenarios = `${formatPlural(records.length, "rehearsal")}: ${formatCount(records.length - failedCount)} passed, ${formatCount(failedCount)} failed`;
  const held = `${formatCount(heldCount)} of ${formatPlural(expectations.length, "expectation")} held`;
  const parts =
    expectations.length === 0 ? [`${formatPlural(records.length, "rehearsal")}, no expectations`] : [scenarios, held];
  const lines = hang(`${theme.glyph(mark)} `, parts.join(` ${theme.dot} `)).map((line) => theme.paint(mark, line));
  return records.length > 1 ? [...records.map((record) => overviewLine(record, theme)), ...lines] : lines;
}

/** One rehearsal on one line, for the end of a suite. */
function overviewLine(record: ScenarioRecord, theme: Theme): string {
  const { mark, word } = verdictOf(record);
  const state = padRight(`${theme.glyph(mark)} ${word.toLowerCase()}`, 10);
  const outcome = `${outcomeWord(record.outcome)} after ${formatDuration(record.endedAtMs)}`;
  const exposed = `${formatCount(record.impact.usersExposed)} exposed`;
  const words = `${padRight(cut(record.scenario, 26), 26)}  ${padRight(cut(outcome, 24), 24)}  ${exposed}`;
  return `${theme.paint(mark, state)}${words}`;
}
