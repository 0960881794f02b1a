/** A document for GitHub: annotations at the lines of expectations that failed, and a summary of the job. */
import type { RunDocument, ScenarioRecord } from "../engine/result.ts";
import { allHeld } from "./console.ts";
import { formatDuration } from "./duration-format.ts";
import { failureEvidence, failureSentence } from "./failure-text.ts";
import { formatCount, formatPlural } from "./number-format.ts";
import { outcomeWord } from "./outcome-word.ts";
import { stripControls } from "./plain-text.ts";

/**
 * Annotations as workflow commands, one a line: an error per expectation that failed, a warning per warning.
 * `pathOf` turns a file as typed into its path from the root of the repository.
 */
export function renderAnnotations(document: RunDocument, pathOf: (file: string) => string): string {
  const lines = document.results.flatMap((record) =>
    record.expectations
      .filter((expectation) => !expectation.held)
      .map((expectation) => {
        const evidence = failureEvidence(record);
        const message = `${failureSentence(expectation)}${evidence === null ? "" : `\n${evidence}`}`;
        return annotation("error", pathOf(expectation.file), expectation.line, record.scenario, message);
      }),
  );
  const warnings = (document.warnings ?? []).map(({ rule, file, line, path, message }) => {
    return annotation("warning", pathOf(file), line, rule ?? "rehearse", `${path === "" ? "" : `${path}: `}${message}`);
  });
  return [...lines, ...warnings].map((line) => `${line}\n`).join("");
}

function annotation(kind: "error" | "warning", file: string, line: number, title: string, message: string): string {
  const place = line > 0 ? `,line=${line}` : "";
  return `::${kind} file=${escapeProperty(file)}${place},title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** As GitHub's own toolkit escapes what follows the second pair of colons. */
function escapeData(text: string): string {
  return stripButBreaks(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function stripButBreaks(text: string): string {
  return text.split("\n").map(stripControls).join("\n");
}

/** The summary in Markdown: failures first, then a table of all rehearsals, then the reproducing command. */
export function renderSummary(document: RunDocument): string {
  const { results, command } = document;
  const failed = results.filter((record) => !allHeld(record));
  const heading = `### Rehearsals: ${formatCount(results.length - failed.length)} passed, ${formatCount(failed.length)} failed`;
  const rows = [...failed, ...results.filter(allHeld)].map(summaryRow);
  return [
    heading,
    "",
    ...failed.flatMap(failureList),
    "| | scenario | policy | outcome | users exposed | expectations held |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    "```sh",
    stripControls(command),
    "```",
    "",
  ].join("\n");
}

function failureList(record: ScenarioRecord): string[] {
  const failed = record.expectations.filter((expectation) => !expectation.held);
  const evidence = failureEvidence(record);
  return [
    `**${cell(record.scenario)}**`,
    "",
    ...failed.map(
      (expectation) => `- ${cell(`${expectation.file}:${expectation.line}`)}: ${cell(failureSentence(expectation))}`,
    ),
    ...(evidence === null ? [] : [`- ${cell(evidence)}`]),
    "",
  ];
}

function summaryRow(record: ScenarioRecord): string {
  const held = record.expectations.filter((expectation) => expectation.held).length;
  const cells = [
    allHeld(record) ? "✅" : "❌",
    record.scenario,
    record.policy,
    `${outcomeWord(record.outcome)} after ${formatDuration(record.endedAtMs)}`,
    formatCount(record.impact.usersExposed),
    `${formatCount(held)} of ${formatPlural(record.expectations.length, "expectation")}`,
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** Nothing in the text is Markdown or ends the cell. */
function cell(text: string): string {
  return stripControls(text)
    .replaceAll(/\s+/gu, " ")
    .replaceAll(/[\\`*_[\]<>|~]/gu, (mark) => `\\${mark}`);
}
