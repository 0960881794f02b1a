/**
 * The parts of a rule's sentence that ask for more than a plain comparison:
 *
 *     errorRate < 2% with 95% confidence (Clopper-Pearson)
 *     errorRate > 1% towards 5%, CUSUM alarm at 97
 *     errorRate > 1% towards 5%, SPRT with 5% false alarms and 10% misses
 *     burnRate of 99.9% > 14.4 over 1h and 5m
 */
import { BURNT_METRIC, limitOfBurnRate } from "../engine/deployment/burn-rate.ts";
import type { Condition, RuleBound, RuleSlice, SequentialTest } from "../engine/deployment/policy.ts";
import { WHOLE_PPM } from "../engine/kernel/units.ts";
import type { MetricDefinition, ScopedMetric } from "../engine/monitor/catalogue.ts";
import type { BoundMethod } from "../engine/statistics/evidence.ts";
import { complain, parsed, refused, type Complaint, type Parsed } from "./complaint.ts";
import { nearestWord } from "./nearest-word.ts";
import { parseCount, parseShare } from "./quantity.ts";
import { sliceRuleName } from "./rule-slice.ts";
import type { RuleKind, RuleSentence } from "./rule.ts";

/** What a sentence asks for beyond a comparison; what it does not ask for is null. */
export interface RuleStatistics {
  readonly bound: RuleBound | null;
  readonly sequential: SequentialTest | null;
  /** The second, shorter window. */
  readonly alsoOverUs: number | null;
  /** Where the limit was written as a burn rate: of which objective. */
  readonly objectivePpm: number | null;
}

/** The parts as they were read, before it is known whether they go together. */
export interface StatisticalParts {
  confidence: { readonly ppm: number | null; readonly method: string | null } | null;
  towardsPpm: number | null;
  alarm: number | null;
  ratio: { readonly falseAlarmPpm: number | null; readonly missPpm: number | null } | null;
  alsoOverUs: number | null;
}

/** Words that begin one of these parts. */
export const STATISTICAL_KEYWORDS: readonly string[] = ["with", "towards", "CUSUM", "SPRT"];
/** How these parts are written, for messages. */
export const STATISTICAL_PARTS =
  "with SHARE confidence, towards SHARE, CUSUM alarm at N, SPRT with SHARE false alarms and SHARE misses";

/** Chances of errors that Wald's test aims at where the sentence does not say: 5 % and 10 % (ours). */
const USUAL_FALSE_ALARM_PPM = 50_000;
const USUAL_MISS_PPM = 100_000;
const HALF_PPM = WHOLE_PPM / 2;

const METHODS: Readonly<Record<string, BoundMethod>> = { Wilson: "wilson", "Clopper-Pearson": "clopper-pearson" };

/** No such part read yet. */
export function noStatisticalParts(): StatisticalParts {
  return { confidence: null, towardsPpm: null, alarm: null, ratio: null, alsoOverUs: null };
}

/** Takes a match from the beginning of what is left of a sentence. */
type Take = (pattern: RegExp) => RegExpExecArray | null;

/** Reads one of these parts if one is next; false if none is. */
export function takeStatisticalPart(take: Take, parts: StatisticalParts, complaints: Complaint[]): boolean {
  const share = (word: string): number | null => {
    const read = parseShare(take(/^[^\s,]+(?:\s+%(?![^\s,]))?/)?.[0] ?? "");
    if (!read.ok) complaints.push(...read.complaints.map((one) => ({ ...one, message: `"${word}": ${one.message}` })));
    return read.ok ? read.value : null;
  };
  const once = (part: keyof StatisticalParts, word: string): void => {
    if (parts[part] !== null) complaints.push(complain(`the rule says "${word}" twice`));
  };
  if (take(/^with\s+/) !== null) {
    once("confidence", "with");
    const ppm = share("with");
    if (take(/^\s*confidence(?![\w-])/) === null) {
      complaints.push(complain(`"with" is followed by a confidence`, { allowed: "with 95% confidence" }));
    }
    parts.confidence = { ppm, method: take(/^\s*\(\s*([^()]*?)\s*\)/)?.[1] ?? null };
    return true;
  }
  if (take(/^towards\s+/) !== null) {
    once("towardsPpm", "towards");
    parts.towardsPpm = share("towards");
    return true;
  }
  if (take(/^CUSUM(?![\w-])/) !== null) {
    once("alarm", "CUSUM");
    const found = take(/^\s+alarm\s+at\s+([^\s,]+)/)?.[1] ?? "";
    const read = parseCount(found);
    if (read.ok && read.value >= 1) parts.alarm = read.value;
    else
      complaints.push(
        complain("a CUSUM needs its alarm line, at least 1", { found: found || null, allowed: "CUSUM alarm at 97" }),
      );
    return true;
  }
  if (take(/^SPRT(?![\w-])/) === null) return false;
  once("ratio", "SPRT");
  if (take(/^\s+with\s+/) === null) {
    parts.ratio = { falseAlarmPpm: USUAL_FALSE_ALARM_PPM, missPpm: USUAL_MISS_PPM };
    return true;
  }
  const falseAlarmPpm = share("SPRT");
  const isFirstNamed = take(/^\s+false\s+alarms?\s+and\s+/) !== null;
  const missPpm = isFirstNamed ? share("SPRT") : null;
  if (!isFirstNamed || take(/^\s+miss(?:es)?(?![\w-])/) === null) {
    const allowed = "SPRT with 5% false alarms and 10% misses";
    complaints.push(complain("this does not say how often the test may be wrong", { allowed }));
  }
  parts.ratio = { falseAlarmPpm, missPpm };
  return true;
}

/** What the parts ask for together, for a metric and its limit; complains of what does not go together. */
export function combineParts(
  parts: StatisticalParts,
  rule: Pick<RuleSentence, "operator" | "limit" | "metric" | "window" | "minSamples" | "forUs" | "slice">,
  objectivePpm: number | null,
  kind: RuleKind,
): Parsed<RuleStatistics | null> {
  const complaints: Complaint[] = [];
  const bound = boundOf(parts, rule.metric.metric, complaints);
  const sequential = sequentialOf(parts, rule, kind, complaints);
  const { window } = rule;
  const { alsoOverUs } = parts;
  if (rule.metric.metric.ofPhase === true && window?.kind === "sliding")
    complaints.push(notSliding(rule.metric.metric));
  if (rule.metric.metric.readsWindowBefore === true && window?.kind === "phase") {
    const message = `${rule.metric.metric.name} sets a window against the one before it: the phase has none`;
    complaints.push(complain(message, { found: "over the phase", allowed: "over 5m" }));
  }
  if (alsoOverUs !== null) {
    if (window?.kind === "sliding" && alsoOverUs >= window.lengthUs) {
      complaints.push(complain("the second window must be shorter than the first", { allowed: "over 1h and 5m" }));
    }
    if (bound !== null) complaints.push(complain(`a rule over two windows has no "with ... confidence"`));
  }
  if (bound !== null && sequential !== null) {
    complaints.push(complain(`CUSUM and SPRT state no confidence: leave out "with ... confidence"`));
  }
  if (complaints.length > 0) return { ok: false, complaints };
  const asksNothing = bound === null && sequential === null && alsoOverUs === null && objectivePpm === null;
  return parsed(asksNothing ? null : { bound, sequential, alsoOverUs, objectivePpm });
}

function boundOf(
  { confidence }: StatisticalParts,
  metric: MetricDefinition,
  complaints: Complaint[],
): RuleBound | null {
  if (confidence === null || confidence.ppm === null) return null;
  const { ppm: confidencePpm, method: named } = confidence;
  if (confidencePpm <= HALF_PPM || confidencePpm >= WHOLE_PPM) {
    complaints.push(complain("a confidence is more than 50% and less than 100%", { allowed: "with 95% confidence" }));
  }
  const [usual] = metric.bounds ?? [];
  if (usual === undefined) {
    const allowed = "rates, quantiles of latency, errorRate.delta, latency.shift";
    complaints.push(complain(`there is no bound for ${metric.name}`, { found: "with ... confidence", allowed }));
    return null;
  }
  if (named === null) return { method: usual, confidencePpm };
  const method = METHODS[named];
  if (method !== undefined && metric.bounds?.includes(method) === true) return { method, confidencePpm };
  const possible = Object.keys(METHODS).filter(
    (name) => metric.bounds?.includes(METHODS[name] as BoundMethod) === true,
  );
  complaints.push(
    complain(`this is no way to bound ${metric.name}`, {
      found: named,
      allowed: possible.length === 0 ? "its own way, without parentheses" : possible.join(", "),
      suggestion: nearestWord(named, possible),
    }),
  );
  return null;
}

function sequentialOf(
  { towardsPpm, alarm, ratio }: StatisticalParts,
  rule: Pick<RuleSentence, "operator" | "limit" | "metric" | "window" | "minSamples" | "forUs" | "slice">,
  kind: RuleKind,
  complaints: Complaint[],
): SequentialTest | null {
  if (towardsPpm === null && alarm === null && ratio === null) return null;
  const before = complaints.length;
  if (kind !== "trigger") complaints.push(complain("only a trigger can have a CUSUM or an SPRT"));
  if (towardsPpm === null) {
    complaints.push(complain("the rate that is to be found is missing", { allowed: "errorRate > 1% towards 5%, ..." }));
  }
  if ((alarm === null) === (ratio === null)) {
    const allowed = "errorRate > 1% towards 5%, CUSUM alarm at 97, or ... SPRT";
    complaints.push(complain(`"towards" goes with either a CUSUM or an SPRT`, { allowed }));
  }
  const { metric, operator, limit } = rule;
  if (metric.metric.name !== "errorRate" || metric.scope === "comparison" || operator !== ">") {
    const allowed = "errorRate > SHARE, candidate.errorRate > SHARE, ...";
    complaints.push(complain("a CUSUM or an SPRT looks for an errorRate that has risen", { allowed }));
  }
  if (rule.slice !== undefined) {
    complaints.push(complain("a CUSUM or an SPRT watches all of a version's traffic, not a slice of it"));
  }
  const said =
    rule.window !== null ? "over" : rule.minSamples !== null ? "at least" : rule.forUs !== null ? "for" : null;
  if (said !== null) complaints.push(ownPatience(said));
  if (towardsPpm !== null && (limit <= 0 || towardsPpm <= limit || towardsPpm >= WHOLE_PPM)) {
    const allowed = "0% < limit < towards < 100%";
    complaints.push(
      complain("the rate that is to be found must be more than the limit, which is more than 0%", { allowed }),
    );
  }
  if (ratio !== null && ratio.falseAlarmPpm !== null && ratio.missPpm !== null) {
    const { falseAlarmPpm, missPpm } = ratio;
    if (falseAlarmPpm <= 0 || missPpm <= 0 || falseAlarmPpm >= HALF_PPM || missPpm >= HALF_PPM) {
      complaints.push(complain("both chances of an error are more than 0% and less than 50%"));
    }
  }
  if (complaints.length > before || towardsPpm === null) return null;
  if (alarm !== null) return { kind: "cusum", badPpm: towardsPpm, alarm };
  const { falseAlarmPpm, missPpm } = ratio ?? {};
  return {
    kind: "sprt",
    badPpm: towardsPpm,
    falseAlarmPpm: falseAlarmPpm ?? USUAL_FALSE_ALARM_PPM,
    missPpm: missPpm ?? USUAL_MISS_PPM,
  };
}

function ownPatience(word: string): Complaint {
  return complain(`a CUSUM or an SPRT has no "${word}": it goes on from attempt to attempt until it is sure`);
}

function notSliding(metric: MetricDefinition): Complaint {
  return complain(`${metric.name} is of the phase so far: it has no other window`, { allowed: "over the phase" });
}

/** What may not stand beside a sentence, because of what the sentence asks for. */
export function complainBeside(
  sentence: Pick<RuleSentence, "metric" | "statistics">,
  beside: { readonly over: unknown; readonly minSamples: unknown; readonly for: unknown },
): Complaint | null {
  const key = (["over", "minSamples", "for"] as const).find((one) => beside[one] !== undefined);
  if (key !== undefined && (sentence.statistics?.sequential ?? null) !== null) return ownPatience(key);
  if (beside.over !== undefined && sentence.metric.metric.ofPhase === true) return notSliding(sentence.metric.metric);
  return null;
}

/** The fields of a condition that a sentence's statistics stand for. */
export function statisticsOfCondition(
  statistics: RuleStatistics | undefined,
): Pick<Condition, "bound" | "alsoOverUs" | "objectivePpm"> {
  const { bound = null, alsoOverUs = null, objectivePpm = null } = statistics ?? {};
  return {
    ...(bound === null ? {} : { bound }),
    ...(alsoOverUs === null ? {} : { alsoOverUs }),
    ...(objectivePpm === null ? {} : { objectivePpm }),
  };
}

/** A name for a rule without one, where its metric's would mislead; null: the metric's will do. */
export function usualName(sentence: {
  readonly statistics?: { readonly objectivePpm?: number | null | undefined } | undefined;
  readonly metric: ScopedMetric;
  readonly slice?: RuleSlice;
}): string | null {
  if (sentence.slice !== undefined) return sliceRuleName(sentence.metric.metric, sentence.slice);
  return (sentence.statistics?.objectivePpm ?? null) === null ? null : "burn-rate";
}

/** The beginning of a sentence about a burn rate, in terms of the metric that it is a multiple of. */
export interface BurnRateHead {
  /** `userErrorRate`, with the scope that was written, if one was. */
  readonly metric: string;
  readonly operator: string;
  readonly objectivePpm: number | null;
  readonly limit: number | null;
  /** How much of the sentence it takes. */
  readonly length: number;
  readonly complaints: readonly Complaint[];
}

/** Reads `burnRate of 99.9% > 14.4`; null when the sentence is not about a burn rate. */
export function readBurnRate(sentence: string): BurnRateHead | null {
  const start =
    /^\s*((?:[A-Za-z]+\.)?)burnRate(?![\w.-])(?:\s+of\s+([^\s<>=]+(?:\s+%)?))?\s*([<>=!≤≥]+)\s*([^\s,]*)/.exec(
      sentence,
    );
  if (start === null) return null;
  const [all, scope = "", objectiveText = "", operator = "", burnText = ""] = start;
  const complaints: Complaint[] = [];
  const objective = objectiveOf(objectiveText);
  if (!objective.ok) complaints.push(...objective.complaints);
  const burnMilli = /^(\d{1,9})(?:\.(\d{1,3}))?x?$/.exec(burnText);
  if (burnMilli === null) {
    const allowed = "a factor with at most three decimals, as in burnRate of 99.9% > 14.4";
    complaints.push(complain("this is no burn rate", { found: burnText || null, allowed }));
  }
  let limit: number | null = null;
  if (objective.ok && burnMilli !== null) {
    const milli = Number(burnMilli[1]) * 1_000 + Number((burnMilli[2] ?? "").padEnd(3, "0"));
    limit = limitOfBurnRate(milli, objective.value);
    if (limit > WHOLE_PPM) {
      const most = WHOLE_PPM / (WHOLE_PPM - objective.value);
      const allowed = `at most ${Math.floor(most)}, at which every request fails`;
      complaints.push(complain("an error budget cannot burn so fast", { found: burnText, allowed }));
    }
  }
  const objectivePpm = objective.ok ? objective.value : null;
  return { metric: `${scope}${BURNT_METRIC}`, operator, objectivePpm, limit, length: all.length, complaints };
}

function objectiveOf(text: string): Parsed<number> {
  const allowed = "burnRate of 99.9% > 14.4 over 1h and 5m";
  if (text === "") return refused(complain("the objective of the burn rate is missing", { allowed }));
  const read = parseShare(text);
  if (!read.ok || (read.value > 0 && read.value < WHOLE_PPM)) return read;
  return refused(complain("an objective is between 0% and 100%, and neither of them", { found: text, allowed }));
}
