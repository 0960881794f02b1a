/** A document as JUnit XML: a suite per scenario, a case per expectation. No times: the same run, the same bytes. */
import junit, { type Builder } from "junit-report-builder";
import type { RunDocument, ScenarioRecord } from "../engine/result.ts";
import { failureEvidence, failureSentence } from "./failure-text.ts";
import { outcomeWord } from "./outcome-word.ts";
import { stripControls } from "./plain-text.ts";

/** The package is CommonJS and exports the builder itself, where its types promise a `default` within it. */
const BUILDER = junit as unknown as Builder;

/** The document as XML that ends in a newline. A scenario without expectations is one case, which has passed. */
export function renderJunit(document: RunDocument): string {
  const report = BUILDER.newBuilder().name("rehearse");
  for (const record of document.results) {
    const suite = report.testSuite().name(stripControls(record.scenario));
    const properties = { policy: record.policy, seed: record.seed, outcome: record.outcome, digest: record.digest };
    for (const [name, value] of Object.entries({ ...properties, command: document.command })) {
      suite.property(name, stripControls(value));
    }
    if (record.expectations.length === 0) {
      suite
        .testCase()
        .className(stripControls(record.scenario))
        .name(`ran: ${outcomeWord(record.outcome)}`);
    }
    for (const expectation of record.expectations) {
      const { text, file, line, held, undecided } = expectation;
      const testCase = suite.testCase().className(stripControls(record.scenario)).name(stripControls(text));
      testCase.file(stripControls(line > 0 ? `${file}:${line}` : file));
      if (undecided === true) testCase.skipped();
      if (!held)
        testCase.failure(failureSentence(expectation), "expectation").stacktrace(detailOf(record, expectation));
    }
  }
  return `${report.build().trimEnd()}\n`;
}

function detailOf(record: ScenarioRecord, { file, line }: { readonly file: string; readonly line: number }): string {
  const evidence = failureEvidence(record);
  const place = stripControls(line > 0 ? `${file}:${line}` : file);
  // It stands in a CDATA section, which the package ends too early at a second one of these.
  return (evidence === null ? place : `${place}\n${evidence}`).replaceAll("]]>", "]] >");
}
