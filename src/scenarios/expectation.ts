/**
 * Expectations on a run, as sentences over its record:
 *
 *     outcome is rolled-back
 *     rollback.detectionDelay < 90s
 *     phases.CANARY.candidate.errorRate >= 10%
 *     phases.TESTING is absent
 *     ending contains "not enough data"
 *     P(rolled-back) >= 99%
 */
import type { Comparison } from "../engine/deployment/policy.ts";
import { invariant } from "../engine/kernel/assert.ts";
import { MILLISECOND_US, WHOLE_PPM } from "../engine/kernel/units.ts";
import { OWN_VALUE_UNIT } from "../engine/service/own-metric.ts";
import type { ExpectationRecord, RunRecord } from "../engine/result.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import { evaluateShare, isShareSentence, splitShareSentence, type ShareLimit } from "./expectation-share.ts";
import { findFigure, type Figure, type FigureKind } from "./figure.ts";
import { nearestWord } from "./nearest-word.ts";
import { parseAmount, parseCount, parseDuration, parseShare, writeDuration } from "./quantity.ts";

/** How a figure is compared with what is expected. */
export type ExpectationOperator = Comparison | "is" | "is not" | "contains";

/** An expectation as it is written, read. Plain data. */
export interface ExpectationSentence {
  readonly text: string;
  /** Path of the figure, see `figure.ts`. */
  readonly path: string;
  readonly operator: ExpectationOperator;
  /** What it is compared with, in the figure's own unit (milliseconds, fraction, percent, count); null: absent. */
  readonly expected: string | number | null;
  /** Where given: not one run must meet it, but this share of the replications. */
  readonly share?: ShareLimit;
}

/** An expectation with its place. */
export interface Expectation extends ExpectationSentence {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const OPERATORS_ALLOWED = "is, is not, contains, <, <=, >, >=";

/** Reads an expectation's sentence. */
export function parseExpectation(text: string): Parsed<ExpectationSentence> {
  if (isShareSentence(text)) {
    const split = splitShareSentence(text);
    if (!split.ok) return split;
    const { inner, operator, limitPpm } = split.value;
    const sentence = parseOneRun(inner);
    return sentence.ok ? parsed({ ...sentence.value, text: text.trim(), share: { operator, limitPpm } }) : sentence;
  }
  return parseOneRun(text);
}

/** Reads an expectation on a single run. */
function parseOneRun(text: string): Parsed<ExpectationSentence> {
  const match = /^\s*(\S+?)\s*(is not\b|is\b|contains\b|[<>=!≤≥]+)\s*(.*?)\s*$/.exec(text);
  if (match === null || !/[\s<>=!≤≥]/.test(text.trim().slice((match[1] ?? "").length, (match[1] ?? "").length + 1))) {
    const allowed = `PATH ${OPERATORS_ALLOWED.replaceAll(", ", "|")} VALUE, as in outcome is rolled-back`;
    return refused(complain("this is not an expectation", { found: showFound(text), allowed }));
  }
  const [, path = "", operatorText = "", valueText = ""] = match;
  const operator = OPERATORS.find((known) => known === operatorText);
  const figure = findFigure(path);
  if (!figure.ok) return figure;
  if (operator === undefined) {
    return refused(complain("unknown comparison", { found: operatorText, allowed: OPERATORS_ALLOWED }));
  }
  if (valueText === "") return refused(complain("the value that is expected is missing", { found: text.trim() }));
  const expected = parseExpected(valueText, operator, figure.value, path);
  return expected.ok ? parsed({ text: text.trim(), path, operator, expected: expected.value }) : expected;
}

const OPERATORS: readonly ExpectationOperator[] = ["is", "is not", "contains", "<", "<=", ">", ">="];

function parseExpected(
  text: string,
  operator: ExpectationOperator,
  figure: Figure,
  path: string,
): Parsed<string | number | null> {
  const ordered = operator === "<" || operator === "<=" || operator === ">" || operator === ">=";
  if (!ordered && operator !== "contains" && text === "absent") return parsed(null);
  const wordy = figure.kind === "word" || figure.kind === "text";
  if (figure.kind === "presence") {
    return refused(
      complain(`${path} is either there or absent`, {
        found: text,
        allowed: `${path} is absent, ${path} is not absent`,
      }),
    );
  }
  if (ordered && wordy)
    return refused(
      complain(`${path} is a text: it has no order`, { found: operator, allowed: "is, is not, contains" }),
    );
  if (operator === "contains" && !wordy) {
    return refused(
      complain(`${path} is no text: it contains nothing`, { found: operator, allowed: "is, is not, <, <=, >, >=" }),
    );
  }
  if (!wordy) return parseNumber(text, figure.kind);
  const plain = /^"(.*)"$/.exec(text)?.[1] ?? /^'(.*)'$/.exec(text)?.[1] ?? text;
  if (figure.kind === "text" || operator === "contains" || figure.words.includes(plain)) return parsed(plain);
  const suggestion = nearestWord(plain, figure.words);
  return refused(
    complain(`${path} never has this value`, { found: plain, allowed: figure.words.join(", "), suggestion }),
  );
}

function parseNumber(text: string, kind: Exclude<FigureKind, "word" | "text" | "presence">): Parsed<number> {
  switch (kind) {
    case "duration":
      return scaled(parseDuration(text), MILLISECOND_US);
    case "share":
      return scaled(parseShare(text), WHOLE_PPM);
    case "percent":
      return scaled(parseShare(text), WHOLE_PPM / 100);
    case "count":
      return parseCount(text);
    case "number":
      return scaled(parseAmount(text), OWN_VALUE_UNIT);
  }
}

function scaled(read: Parsed<number>, divisor: number): Parsed<number> {
  return read.ok ? parsed(read.value / divisor) : read;
}

/** How an expectation fared in a run. A figure that is absent meets no comparison but `is absent` and `is not VALUE`. */
export function evaluateExpectation(expectation: Expectation, record: RunRecord): ExpectationRecord {
  const { text, file, line, share } = expectation;
  if (share !== undefined) {
    return evaluateShare({ text, file, line, share }, isMet(expectation, record) ? 1 : 0, 1, 1);
  }
  const figure = figureOf(expectation);
  const value = figure.read(record);
  return { text, held: holds(value, expectation), got: writeFigure(value, figure.kind), file, line };
}

/** Whether a single run meets the expectation; of one on a share, what stands in its parentheses. */
export function isMet(expectation: Expectation, record: RunRecord): boolean {
  return holds(figureOf(expectation).read(record), expectation);
}

function figureOf({ path, text }: Expectation): Figure {
  const figure = findFigure(path);
  invariant(figure.ok, `the expectation "${text}" speaks of a figure that is not there`);
  return figure.value;
}

function holds(value: string | number | null, { operator, expected }: ExpectationSentence): boolean {
  switch (operator) {
    case "is":
      return value === expected;
    case "is not":
      return value !== expected;
    case "contains":
      return typeof value === "string" && typeof expected === "string" && value.includes(expected);
    case "<":
      return typeof value === "number" && typeof expected === "number" && value < expected;
    case "<=":
      return typeof value === "number" && typeof expected === "number" && value <= expected;
    case ">":
      return typeof value === "number" && typeof expected === "number" && value > expected;
    case ">=":
      return typeof value === "number" && typeof expected === "number" && value >= expected;
  }
}

function writeFigure(value: string | number | null, kind: FigureKind): string {
  if (value === null) return "absent";
  if (typeof value === "string") return value;
  switch (kind) {
    case "duration":
      return value < 0
        ? `-${writeDuration(-value * MILLISECOND_US)}`
        : writeDuration(Math.round(value * MILLISECOND_US));
    case "share":
      return `${Number((value * 100).toPrecision(4))}%`;
    case "percent":
      return `${value}%`;
    case "count":
    case "number":
    case "word":
    case "text":
    case "presence":
      return String(value);
  }
}
