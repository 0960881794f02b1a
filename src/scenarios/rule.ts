/**
 * Rules as sentences, the way an engineer would say them:
 *
 *     METRIC [of "ROUTE"] [in NAME=VALUE] OP QUANTITY [over DURATION [and DURATION] | over the phase] [, at least N requests] [, for DURATION] [, in PHASE, PHASE]
 *
 * e.g. `errorRate < 2% over 5m, at least 200 requests` or `latency.delta > 2s over 60s, at least 50, for 30s`. The
 * parts after the quantity come in any order. `rule-sentence.ts` writes a rule back as such a sentence.
 */
import type { Comparison, Condition, RuleSlice, RuleWindow } from "../engine/deployment/policy.ts";
import { MINUTE_US } from "../engine/kernel/units.ts";
import {
  findMetric,
  fullMetricName,
  fullMetricNames,
  METRICS,
  type MetricDefinition,
  type MetricScope,
  type ScopedMetric,
} from "../engine/monitor/catalogue.ts";
import { complain, refused, showFound, type Complaint, type Parsed } from "./complaint.ts";
import { nearestWord } from "./nearest-word.ts";
import { parseAmount, parseCount, parseDuration, parseRate, parseShare, parseSize } from "./quantity.ts";
import { complainOfSlice, takeSlice } from "./rule-slice.ts";
import {
  combineParts,
  noStatisticalParts,
  readBurnRate,
  statisticsOfCondition,
  STATISTICAL_KEYWORDS,
  STATISTICAL_PARTS,
  takeStatisticalPart,
  type RuleStatistics,
  type StatisticalParts,
} from "./rule-statistics.ts";

/** Where a rule stands; its defaults and the scope of a metric named without one depend on it. */
export type RuleKind = "gate" | "trigger" | "alert";

/** What a rule's sentence says. What it leaves out is null, so that a mapping around it can say it instead. */
export interface RuleSentence {
  readonly metric: ScopedMetric;
  readonly operator: Comparison;
  /** In the metric's base unit (parts per million, microseconds, per second, plain). */
  readonly limit: number;
  readonly window: RuleWindow | null;
  readonly minSamples: number | null;
  readonly forUs: number | null;
  readonly phases: readonly string[] | null;
  /** Of which slice of the traffic; absent: of all. */
  readonly slice?: RuleSlice;
  /** What it asks for beyond a comparison; absent: nothing. */
  readonly statistics?: RuleStatistics;
}

/** Words that begin a part of a sentence; no phase may be called so. */
export const RULE_KEYWORDS: readonly string[] = [...STATISTICAL_KEYWORDS, "over", "at", "for", "in"];

const COMPARISONS: readonly Comparison[] = ["<", "<=", ">", ">="];
/** An amount with its unit, which may stand apart from it: `2%`, `2 %`, `60 s`. */
const AMOUNT = /^[^\s,]+(?:\s+(?:%|us|µs|ms|s|m|h|d|\/s|\/min|\/h|[KMGT]?B)(?![^\s,]))?/;
const NAME = /^[A-Za-z][\w-]*/;

/** Reads a rule's sentence; complains of everything in it that is wrong. */
export function parseRule(text: string, kind: RuleKind): Parsed<RuleSentence> {
  const { rest: sentence, slice, complaints: ofSlice } = takeSlice(text);
  const burn = readBurnRate(sentence);
  const head = burn === null ? /^\s*([^\s<>=!≤≥]+)\s*([<>=!≤≥]+)\s*/.exec(sentence) : ["", burn.metric, burn.operator];
  if (head === null) {
    const allowed = "a sentence such as errorRate < 2% over 5m, at least 200 requests";
    return refused(complain("this is not a rule", { found: showFound(sentence), allowed }));
  }
  const complaints: Complaint[] = [...ofSlice, ...(burn?.complaints ?? [])];
  const operator = COMPARISONS.find((comparison) => comparison === head[2]);
  if (operator === undefined) {
    complaints.push(complain("unknown comparison", { found: head[2] ?? "", allowed: COMPARISONS.join(" ") }));
  }
  const metric = findRuleMetric(head[1] ?? "", kind);
  if (metric === undefined) complaints.push(unknownMetric(head[1] ?? "", kind));
  const wrongSlice = metric === undefined ? null : complainOfSlice(slice, metric.metric);
  if (wrongSlice !== null) complaints.push(wrongSlice);

  const afterHead = sentence.slice(burn?.length ?? head[0]?.length ?? 0);
  const amount = burn === null ? (AMOUNT.exec(afterHead)?.[0] ?? "") : "";
  let limit = burn?.limit ?? null;
  if (metric !== undefined && burn === null) {
    const read = parseLimit(amount, metric.metric);
    if (read.ok) limit = read.value;
    else complaints.push(...read.complaints);
  }
  const asked = noStatisticalParts();
  const parts = parseParts(afterHead.slice(amount.length), kind, asked, complaints);
  if (complaints.length > 0 || metric === undefined || operator === undefined || limit === null) {
    return { ok: false, complaints };
  }
  const value: RuleSentence = { metric, operator, limit, ...parts, ...(slice === null ? {} : { slice }) };
  const combined = combineParts(asked, value, burn?.objectivePpm ?? null, kind);
  if (!combined.ok) return combined;
  return { ok: true, value: combined.value === null ? value : { ...value, statistics: combined.value } };
}

/** The condition that a sentence stands for: what it leaves out is filled in by the rule's kind. */
export function conditionOf(rule: RuleSentence, kind: RuleKind): Condition {
  const { metric, scope } = rule.metric;
  return {
    metric: fullMetricName(metric, scope),
    operator: rule.operator,
    limit: rule.limit,
    window: rule.window ?? defaultWindow(rule, kind),
    minSamples: rule.minSamples ?? (decidesItself(rule) ? 1 : defaultMinSamples(metric, kind)),
    ...(rule.slice === undefined ? {} : { slice: rule.slice }),
    ...statisticsOfCondition(rule.statistics),
  };
}

/** A bound or a sequential test knows by itself how many samples it needs. */
function decidesItself({ statistics }: RuleSentence): boolean {
  return statistics !== undefined && (statistics.bound !== null || statistics.sequential !== null);
}

function defaultWindow({ metric, statistics }: RuleSentence, kind: RuleKind): RuleWindow {
  const isOfPhase = metric.metric.ofPhase === true || (statistics?.sequential ?? null) !== null;
  const isOverPhase = isOfPhase || (kind === "gate" && metric.metric.readsWindowBefore !== true);
  return isOverPhase ? { kind: "phase" } : { kind: "sliding", lengthUs: MINUTE_US };
}

/** A limit in the base unit of the metric; its text must carry that unit. */
function parseLimit(text: string, metric: MetricDefinition): Parsed<number> {
  if (text === "")
    return refused(complain("the limit is missing", { allowed: `as in ${metric.name} < ${EXAMPLES[metric.unit]}` }));
  const read = readByUnit(text, metric);
  if (read.ok) return read;
  return {
    ok: false,
    complaints: read.complaints.map((complaint) => ({
      ...complaint,
      message: `the limit of ${metric.name}: ${complaint.message}`,
    })),
  };
}

const EXAMPLES = {
  rate: "2%",
  duration: "200ms",
  count: "100",
  perSecond: "5/s",
  boolean: "1",
  size: "1GB",
  number: "18.50",
} as const;

function readByUnit(text: string, metric: MetricDefinition): Parsed<number> {
  // A difference of a scenario's own metrics is bad in either direction: its limit may be below 0.
  const isNegative = metric.own !== undefined && metric.scopes.includes("comparison") && /^\s*[-−]/.test(text);
  if (isNegative) {
    const read = readByUnit(text.replace(/^\s*[-−]\s*/, ""), { ...metric, scopes: [] });
    return read.ok ? { ok: true, value: -read.value } : read;
  }
  switch (metric.unit) {
    case "rate":
      return parseShare(text);
    case "number":
      return parseAmount(text);
    case "duration":
      return parseDuration(text);
    case "count":
      return parseCount(text);
    case "perSecond":
      return parseRate(/^\d+(\.\d+)?$/.test(text) ? `${text}/s` : text);
    case "size":
      return parseSize(text);
    case "boolean":
      if (text === "0" || text === "1") return { ok: true, value: Number(text) };
      return refused(complain("this is either 1 (true) or 0 (false)", { found: text, allowed: "0, 1" }));
  }
}

/** Metrics that count something have a value as soon as there is one sample; rates and times need more to mean much. */
function defaultMinSamples(metric: MetricDefinition, kind: RuleKind): number {
  if (metric.isGauge === true) return 1;
  if (metric.unit === "rate" || metric.unit === "duration" || metric.unit === "number")
    return kind === "gate" ? 100 : 50;
  return 1;
}

/** The scope of a metric that is named without one. */
export function defaultScope(kind: RuleKind): MetricScope {
  return kind === "alert" ? "all" : "candidate";
}

/** The metric of a name, with or without its scope; undefined when there is none of that name for that kind of rule. */
function findRuleMetric(name: string, kind: RuleKind): ScopedMetric | undefined {
  return findMetric(name) ?? findMetric(`${defaultScope(kind)}.${name}`);
}

function unknownMetric(name: string, kind: RuleKind): Complaint {
  const known = METRICS.find((metric) => metric.name === name);
  if (known !== undefined) {
    const allowed = known.scopes.map((scope) => fullMetricName(known, scope)).join(", ");
    return complain(`${name} has no scope "${defaultScope(kind)}", which ${kind}s use by default`, {
      found: name,
      allowed,
    });
  }
  const names = [...METRICS.map((metric) => metric.name), ...fullMetricNames(), "burnRate"];
  const suggestion = nearestWord(name, names);
  const allowed =
    suggestion === null ? METRICS.map((metric) => metric.name).join(", ") : "a name of rehearse list metrics";
  return complain("unknown metric", { found: name, allowed, suggestion });
}

type Parts = { -readonly [Part in "window" | "minSamples" | "forUs" | "phases"]: RuleSentence[Part] };

/** Reads what follows the quantity. Each part may be said once. */
function parseParts(text: string, kind: RuleKind, asked: StatisticalParts, complaints: Complaint[]): Parts {
  const parts: Parts = { window: null, minSamples: null, forUs: null, phases: null };
  let rest = text;
  const skip = (): void => {
    rest = rest.replace(/^[\s,]+/, "");
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    const match = pattern.exec(rest);
    if (match !== null) rest = rest.slice(match[0].length);
    return match;
  };
  const once = (part: keyof Parts): void => {
    if (parts[part] !== null) complaints.push(complain(`the rule says "${PART_WORDS[part]}" twice`));
  };
  const duration = (word: string): number | null => {
    const amount = take(AMOUNT)?.[0] ?? "";
    const read = parseDuration(amount);
    if (!read.ok) complaints.push(...read.complaints.map((one) => ({ ...one, message: `"${word}": ${one.message}` })));
    return read.ok ? read.value : null;
  };
  for (skip(); rest !== ""; skip()) {
    if (take(/^over\s+the\s+phase(?![\w-])/) !== null) {
      once("window");
      parts.window = { kind: "phase" };
    } else if (take(/^over\s+/) !== null) {
      once("window");
      const lengthUs = duration("over");
      if (lengthUs === 0) complaints.push(complain(`"over": a window must be longer than 0s`));
      if (lengthUs !== null) parts.window = { kind: "sliding", lengthUs };
      if (take(/^\s+and\s+/) !== null) asked.alsoOverUs = duration("over");
      if (asked.alsoOverUs === 0) complaints.push(complain(`"over": a window must be longer than 0s`));
    } else if (take(/^at\s+least\s+/) !== null) {
      once("minSamples");
      const read = parseCount(take(/^[^\s,]+/)?.[0] ?? "");
      take(/^\s+(requests?|attempts?|samples?|polls?)(?![\w-])/);
      if (!read.ok) complaints.push(...read.complaints);
      else if (read.value < 1) complaints.push(complain("a rule needs at least 1 sample", { found: "0" }));
      else parts.minSamples = read.value;
    } else if (take(/^for\s+/) !== null) {
      once("forUs");
      if (kind === "gate") complaints.push(complain(`a gate has no "for": it is looked at until it passes`));
      parts.forUs = duration("for");
    } else if (take(/^in\s+/) !== null) {
      once("phases");
      if (kind === "gate") complaints.push(complain(`a gate has no "in": it is its own phase's`));
      parts.phases = takePhases(take, () => rest);
      if (parts.phases.length === 0) complaints.push(complain(`"in" is followed by the names of phases`));
    } else if (!takeStatisticalPart(take, asked, complaints)) {
      complaints.push(cannotRead(rest));
      break;
    }
  }
  return parts;
}

const PART_WORDS: Readonly<Record<keyof Parts, string>> = {
  window: "over",
  minSamples: "at least",
  forUs: "for",
  phases: "in",
};

/** Names of phases up to the next part of the sentence. */
function takePhases(take: (pattern: RegExp) => RegExpExecArray | null, rest: () => string): string[] {
  const names: string[] = [];
  for (let separator = ""; ; separator = "\\s*,\\s*") {
    const next = new RegExp(`^${separator}(${NAME.source.slice(1)})`).exec(rest());
    if (next === null || RULE_KEYWORDS.includes(next[1] ?? "")) return names;
    take(new RegExp(`^${separator}${NAME.source.slice(1)}`));
    names.push(next[1] ?? "");
  }
}

function cannotRead(rest: string): Complaint {
  const word = /^at\s+[^\s,]+|^[^\s,]+/.exec(rest)?.[0] ?? rest;
  return complain("the rule goes on with something that cannot be read", {
    found: showFound(rest),
    allowed: `over DURATION, over the phase, at least N requests, for DURATION, in PHASE, ${STATISTICAL_PARTS}`,
    suggestion: nearestWord(word, [...Object.values(PART_WORDS), ...STATISTICAL_KEYWORDS]),
  });
}
