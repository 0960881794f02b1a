/** Latencies in files: constants, percentiles, exponentials, measured ones, mixtures, and changes of the baseline's. */
import { z } from "zod";
import type { LatencyModel } from "../engine/service/version-model.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity } from "./field.ts";
import {
  parseAddition,
  parseDuration,
  parseFactor,
  parseLatency,
  parseShare,
  writeDuration,
  type QuantityText,
} from "./quantity.ts";
import type { NodePath } from "./yaml-text.ts";

/** Percentiles that a latency can be given by, and the quantile of each. */
const PERCENTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;
/** Ways of giving a distribution that stand alone. */
const DISTRIBUTIONS = ["exponential", "samples", "quantiles", "mixture"] as const;

/** A change of latency: `x 3`, `+ 2s`, `x 0.5 + 10ms`. */
export interface LatencyChange {
  readonly factor: number;
  readonly addUs: number;
}

/** Reads a change of latency. */
export function parseLatencyChange(text: QuantityText): Parsed<LatencyChange> {
  const match = /^\s*([x×][^+]*)?(\+.*)?\s*$/.exec(String(text));
  const [, factorText, additionText] = match ?? [];
  if (factorText === undefined && additionText === undefined) {
    const allowed = "x 0.5, + 2s, x 0.5 + 10ms";
    return refused(complain("this is not a change of latency", { found: showFound(text), allowed }));
  }
  const factor = factorText === undefined ? parsed(1) : parseFactor(factorText);
  const addition = additionText === undefined ? parsed(0) : parseAddition(additionText, parseDuration);
  if (factor.ok && addition.ok) return parsed({ factor: factor.value, addUs: addition.value });
  return { ok: false, complaints: [factor, addition].flatMap((one) => (one.ok ? [] : one.complaints)) };
}

function parseOwnOrRelativeLatency(text: QuantityText): Parsed<LatencyModel> {
  if (/^\s*[x×+]/.test(String(text))) {
    const change = parseLatencyChange(text);
    return change.ok ? parsed({ kind: "relative" as const, ...change.value }) : change;
  }
  return parseConstant(text);
}

function parseConstant(text: QuantityText): Parsed<LatencyModel> {
  const latency = parseLatency(text);
  return latency.ok ? parsed({ kind: "constant" as const, us: latency.value }) : latency;
}

function percentile(name: keyof typeof PERCENTILES) {
  return quantity(parseLatency, `Latency that ${PERCENTILES[name] * 100} % of the attempts do not exceed`).optional();
}

/** Distributions that can also be a part of a mixture. */
const simpleKeys = {
  p50: percentile("p50"),
  p90: percentile("p90"),
  p95: percentile("p95"),
  p99: percentile("p99"),
  p999: percentile("p999"),
  exponential: quantity(parseLatency, "Exponential with this mean: 40ms").optional(),
  samples: z
    .array(quantity(parseLatency, "A measured latency"))
    .min(1)
    .optional()
    .meta({ description: "Measured latencies, all equally likely: [12ms, 15ms, 80ms]" }),
  quantiles: z
    .record(z.string(), quantity(parseLatency, "Latency at this quantile"))
    .optional()
    .meta({ description: "A measured distribution, linear between its quantiles: { 0%: 5ms, 50%: 40ms, 100%: 2s }" }),
};
const part = mapping(
  {
    weight: z.number().positive().meta({ description: "Weight among the parts" }),
    latency: z
      .union(
        [
          quantity(parseConstant, "80ms (constant)"),
          mapping(simpleKeys, "Lognormal through percentiles, exponential, samples or quantiles"),
        ],
        { error: "a latency is a quantity, or a mapping of percentiles" },
      )
      .meta({ description: "How long requests of this sort take" }),
  },
  "One sort of requests",
);

/** A latency, as it stands in a file. */
export const latencyShape = z
  .union(
    [
      quantity(parseOwnOrRelativeLatency, "80ms (constant), or on top of the baseline's: x 0.5, + 2s, x 0.5 + 10ms"),
      mapping(
        {
          ...simpleKeys,
          mixture: z.array(part).min(1).optional().meta({ description: "Several sorts of requests, by weight" }),
        },
        "Lognormal through at least two percentiles, or exponential, samples, quantiles or a mixture",
      ),
    ],
    { error: "a latency is a quantity, or a mapping of percentiles" },
  )
  .meta({ description: "How long an attempt takes" });

/** What a file says of a latency. */
export type LatencyText = z.output<typeof latencyShape>;
type MappingText = Exclude<LatencyText, LatencyModel>;
type PartText = z.output<typeof part>["latency"];

/** True for a latency that was written as a quantity. */
export function isModel(latency: Partly<LatencyText>): latency is LatencyModel {
  return latency !== undefined && "kind" in latency;
}

/** What is distributed, and how it is written: metrics of a scenario's own are distributed as latencies are. */
export interface Distributed {
  readonly noun: string;
  readonly nouns: string;
  readonly write: (value: number) => string;
}

const LATENCY: Distributed = { noun: "a latency", nouns: "latencies", write: writeDuration };

/** Complains of percentiles and quantiles that do not ascend, and of two distributions at once. */
export function checkLatency(
  latency: Partly<LatencyText>,
  path: NodePath,
  report: Report,
  what: Distributed = LATENCY,
): void {
  if (latency === undefined || isModel(latency)) return;
  const given = latency as Partly<MappingText> & object;
  const percentiles = percentilesOf(given);
  const distributions = DISTRIBUTIONS.filter((name) => name in given);
  if (distributions.length > 0 && distributions.length + percentiles.length > 1) {
    const found = [...percentiles, ...distributions].join(", ");
    const allowed = `percentiles, or one of ${DISTRIBUTIONS.join(", ")}`;
    report(path, complain(`${what.noun} has one distribution`, { found, allowed }));
    return;
  }
  if (given.quantiles !== undefined) checkQuantiles(given.quantiles, [...path, "quantiles"], report, what);
  for (const [index, one] of (given.mixture ?? []).entries()) {
    checkLatency(one?.latency, [...path, "mixture", index, what === LATENCY ? "latency" : "value"], report, what);
  }
  if (distributions.length === 0) checkPercentiles(given, percentiles, path, report, what);
}

function percentilesOf(given: object): (keyof typeof PERCENTILES)[] {
  return (Object.keys(PERCENTILES) as (keyof typeof PERCENTILES)[]).filter((name) => name in given);
}

function checkPercentiles(
  given: Partly<MappingText> & object,
  names: readonly (keyof typeof PERCENTILES)[],
  path: NodePath,
  report: Report,
  { write }: Distributed,
): void {
  if (names.length < 2) {
    const allowed = [...Object.keys(PERCENTILES), ...DISTRIBUTIONS.map((name) => `or ${name}`)].join(", ");
    report(path, complain("at least two percentiles are needed", { found: names.join(", ") || "none", allowed }));
  }
  for (const [index, name] of names.entries()) {
    const before = names[index - 1];
    const [lower, upper] = [before === undefined ? undefined : given[before], given[name]];
    if (before === undefined || lower === undefined || upper === undefined || upper > lower) continue;
    const allowed = `more than ${before}, ${write(lower)}`;
    report([...path, name], complain("percentiles must ascend", { found: write(upper), allowed }));
  }
}

function checkQuantiles(
  quantiles: Readonly<Record<string, number | undefined>>,
  path: NodePath,
  report: Report,
  { nouns, write }: Distributed,
): void {
  let before: { readonly name: string; readonly ppm: number; readonly us: number } | null = null;
  const entries = Object.entries(quantiles);
  if (entries.length === 0) report(path, complain("at least one quantile is needed", { found: "none" }));
  for (const [name, us] of entries) {
    const share = parseShare(name);
    if (!share.ok) for (const complaint of share.complaints) report([...path, name], complaint);
    if (!share.ok || us === undefined) continue;
    if (before !== null && share.value <= before.ppm) {
      report([...path, name], complain("quantiles must ascend", { found: name, allowed: `more than ${before.name}` }));
    } else if (before !== null && us < before.us) {
      const allowed = `at least that of ${before.name}, ${write(before.us)}`;
      report([...path, name], complain(`${nouns} must not descend`, { found: write(us), allowed }));
    }
    before = { name, ppm: share.value, us };
  }
}

/** The model that a latency of a file stands for. */
export function buildLatency(text: LatencyText | PartText): LatencyModel {
  if ("kind" in text) return text;
  if ("mixture" in text && text.mixture !== undefined) {
    return {
      kind: "mixture",
      parts: text.mixture.map(({ weight, latency }) => ({ weight, latency: buildLatency(latency) })),
    };
  }
  if (text.exponential !== undefined) return { kind: "exponential", meanUs: text.exponential };
  if (text.samples !== undefined) return { kind: "empirical", points: pointsOfSamples(text.samples) };
  if (text.quantiles !== undefined) {
    const points = Object.entries(text.quantiles).map(([name, us]) => {
      const share = parseShare(name);
      return { quantile: share.ok ? share.value / 1_000_000 : 0, us };
    });
    return { kind: "empirical", points };
  }
  const points = percentilesOf(text).flatMap((name) => {
    const us = text[name];
    return us === undefined ? [] : [{ quantile: PERCENTILES[name], us }];
  });
  return { kind: "lognormal", points };
}

/** Each of n samples stands in the middle of its n-th part of the distribution. */
function pointsOfSamples(samples: readonly number[]): { readonly quantile: number; readonly us: number }[] {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted.map((us, i) => ({ quantile: (i + 0.5) / sorted.length, us }));
}
