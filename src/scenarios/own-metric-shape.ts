/** What a scenario file says of metrics of its own: their kinds, and their values under either version. */
import { z } from "zod";
import type { OwnMetricKind } from "../engine/service/own-metric.ts";
import type { OwnMetricModel, OwnMetricOverride, OwnValueModel } from "../engine/service/own-metric-model.ts";
import type { LatencyModel } from "../engine/service/version-model.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity } from "./field.ts";
import { nearestWord } from "./nearest-word.ts";
import { complainOfOwnName } from "./own-metric-name.ts";
import { parseOwnValue, type OwnValueText } from "./own-metric-text.ts";
import { parseAmount, writeAmount } from "./quantity.ts";
import { complainOfSegment, parseSegment, type KnownSegments } from "./segment-name.ts";
import { buildLatency, checkLatency } from "./version-latency.ts";
import type { NodePath } from "./yaml-text.ts";

const percentile = (share: string) =>
  quantity(parseAmount, `Value that ${share} of the requests do not exceed`).optional();
const simpleKeys = {
  p50: percentile("50 %"),
  p90: percentile("90 %"),
  p95: percentile("95 %"),
  p99: percentile("99 %"),
  p999: percentile("99.9 %"),
  exponential: quantity(parseAmount, "Exponential with this mean: 40").optional(),
  samples: z
    .array(quantity(parseAmount, "A measured value"))
    .min(1)
    .optional()
    .meta({ description: "Measured values, all equally likely: [12, 15, 80]" }),
  quantiles: z
    .record(z.string(), quantity(parseAmount, "Value at this quantile"))
    .optional()
    .meta({ description: "A measured distribution, linear between its quantiles: { 0%: 5, 50%: 40, 100%: 200 }" }),
};
const number = quantity(parseAmount, "20 (constant)");
const part = mapping(
  {
    weight: z.number().positive().meta({ description: "Weight among the parts" }),
    value: z
      .union([number, mapping(simpleKeys, "Lognormal through percentiles, exponential, samples or quantiles")], {
        error: "a value is a number, or a mapping of percentiles",
      })
      .meta({ description: "What requests of this sort are worth" }),
  },
  "One sort of requests",
);
const distribution = mapping(
  {
    ...simpleKeys,
    mixture: z.array(part).min(1).optional().meta({ description: "Several sorts of requests, by weight" }),
  },
  "Lognormal through at least two percentiles, or exponential, samples, quantiles or a mixture",
);
const value = z.union(
  [
    quantity(parseOwnValue, "5% (of a boolean), 20 (of a number), or on top of the baseline's: x 0.9, + 1%, - 2"),
    distribution,
  ],
  { error: "a value is a share, a number, or a mapping of percentiles" },
);
const values = {
  baseline: value.optional().meta({ description: "Under the baseline" }),
  candidate: value.optional().meta({ description: "Under the candidate (default: as under the baseline)" }),
};
const override = mapping(values, "What is different here");

/** The metrics of a scenario's own, by name. */
export const ownMetricsShape = z
  .record(
    z.string(),
    mapping(
      {
        kind: z
          .enum(["boolean", "number"])
          .meta({ description: "boolean: its share counts; number: its mean and quantiles" }),
        unit: z.string().min(1).max(12).optional().meta({ description: "Shown beside its values: EUR" }),
        ...values,
        routes: z.record(z.string(), override).optional().meta({ description: "What single routes do differently" }),
        segments: z
          .record(z.string(), override)
          .optional()
          .meta({ description: "What is different for users of a segment: { region=eu: { baseline: 4% } }" }),
      },
      "A metric of the scenario's own: of every request that is served, by the version that serves it",
    ),
  )
  .meta({ description: "Metrics of the scenario's own, by name: { conversion: { kind: boolean, baseline: 5% } }" });

/** What a file says of its own metrics. */
export type OwnMetricsText = z.output<typeof ownMetricsShape>;
type OwnMetricText = OwnMetricsText[string];
type ValueText = z.output<typeof value>;
type DistributionText = z.output<typeof distribution>;

/** Names and kinds of the metrics, as far as they could be read. */
export function kindsOf(metrics: Partly<OwnMetricsText | undefined>): Record<string, OwnMetricKind> {
  return Object.fromEntries(
    Object.entries(metrics ?? {}).flatMap(([name, metric]) =>
      metric?.kind === undefined ? [] : [[name, metric.kind]],
    ),
  );
}

/** Complains of names that mean something else, values of the wrong kind, routes and segments that are not there. */
export function checkOwnMetrics(
  metrics: Partly<OwnMetricsText | undefined>,
  routes: readonly string[],
  segments: KnownSegments,
  report: Report,
): void {
  for (const [name, metric] of Object.entries(metrics ?? {})) {
    const path = ["metrics", name];
    const wrongName = complainOfOwnName(name);
    if (wrongName !== null) report(path, wrongName);
    if (metric === undefined) continue;
    if (!("baseline" in metric)) {
      const allowed = metric.kind === "number" ? "20, or percentiles such as { p50: 20, p95: 90 }" : "5%";
      report(path, complain("what the metric is under the baseline is missing", { allowed: `baseline: ${allowed}` }));
    }
    if (metric.kind === "boolean" && metric.unit !== undefined) {
      report([...path, "unit"], complain("a boolean has no unit: its share counts"));
    }
    checkValues(metric, metric.kind, path, report);
    for (const [route, one] of Object.entries(metric.routes ?? {})) {
      const at = [...path, "routes", route];
      if (!routes.includes(route)) {
        const suggestion = nearestWord(route, routes);
        report(at, complain("the traffic has no such route", { found: route, allowed: routes.join(", "), suggestion }));
      }
      checkValues(one, metric.kind, at, report);
    }
    for (const [segment, one] of Object.entries(metric.segments ?? {})) {
      const at = [...path, "segments", segment];
      const selector = parseSegment(segment);
      const complaints = selector.ok ? complainOfSegment(selector.value, segments) : selector.complaints;
      for (const complaint of complaints) report(at, complaint);
      checkValues(one, metric.kind, at, report);
    }
  }
}

function checkValues(
  given: Partly<Pick<OwnMetricText, "baseline" | "candidate">>,
  kind: OwnMetricKind | undefined,
  path: NodePath,
  report: Report,
): void {
  for (const version of ["baseline", "candidate"] as const) {
    const one = given?.[version] as Partly<ValueText>;
    if (one === undefined || kind === undefined) continue;
    const at = [...path, version];
    if (!("kind" in one)) {
      if (kind === "boolean") report(at, complain("a boolean has a share, no distribution", { allowed: "5%" }));
      else checkDistribution(one, at, report);
      continue;
    }
    const quantityText = one as OwnValueText;
    if (version === "baseline" && quantityText.kind === "relative") {
      report(at, complain("only the candidate's values can be relative: they are on top of the baseline's"));
    } else if (kind === "boolean" && quantityText.unit === "number") {
      report(at, complain("a boolean is true for a share of the requests", { allowed: "5%, x 0.9, + 1%" }));
    } else if (kind === "number" && quantityText.unit === "share") {
      report(at, complain("a number is no share", { allowed: "20, x 0.9, + 2" }));
    }
  }
}

function checkDistribution(given: Partly<DistributionText> & object, path: NodePath, report: Report): void {
  const { mixture, ...simple } = given;
  const asLatency = { ...simple, ...(mixture === undefined ? {} : { mixture: mixture.map(latencyPart) }) };
  checkLatency(asLatency, path, report, { noun: "a value", nouns: "values", write: writeAmount });
  for (const name of ["p50", "p90", "p95", "p99", "p999", "exponential"] as const) {
    if (given[name] === 0) report([...path, name], complain("this must be more than 0", { found: "0" }));
  }
}

function latencyPart(one: Partly<z.output<typeof part>>): object {
  const { value: worth } = one ?? {};
  return typeof worth === "object" ? { weight: one?.weight, latency: worth } : { weight: one?.weight };
}

/** The metrics that a file stands for. */
export function buildOwnMetrics(metrics: OwnMetricsText): OwnMetricModel[] {
  return Object.entries(metrics).map(([name, metric]) => ({
    name,
    kind: metric.kind,
    ...(metric.unit === undefined ? {} : { unit: metric.unit }),
    baseline: metric.baseline === undefined ? AS_BASELINE : buildValue(metric.baseline),
    candidate: metric.candidate === undefined ? AS_BASELINE : buildValue(metric.candidate),
    overrides: [
      ...Object.entries(metric.routes ?? {}).map(([route, one]) => ({ route, ...buildOverride(one) })),
      ...Object.entries(metric.segments ?? {}).flatMap(([segment, one]) => {
        const where = parseSegment(segment);
        return where.ok ? [{ where: where.value, ...buildOverride(one) }] : [];
      }),
    ],
  }));
}

const AS_BASELINE: OwnValueModel = { kind: "relative", factor: 1, add: 0 };

function buildOverride(one: Pick<OwnMetricText, "baseline" | "candidate">): OwnMetricOverride {
  return {
    ...(one.baseline === undefined ? {} : { baseline: buildValue(one.baseline) }),
    ...(one.candidate === undefined ? {} : { candidate: buildValue(one.candidate) }),
  };
}

function buildValue(text: ValueText): OwnValueModel {
  if (!("kind" in text)) return { kind: "distribution", distribution: distributionOf(text) };
  switch (text.kind) {
    case "share":
      return { kind: "share", ppm: text.ppm };
    case "distribution":
      return { kind: "distribution", distribution: text.distribution };
    case "relative":
      return { kind: "relative", factor: text.factor, add: text.add };
  }
}

/** Values are distributed as latencies are; what are microseconds there are millionths. */
function distributionOf({
  mixture,
  ...simple
}: DistributionText): Exclude<LatencyModel, { readonly kind: "relative" }> {
  const read = (one: object): Exclude<LatencyModel, { readonly kind: "relative" }> => {
    const model = buildLatency(one);
    return model.kind === "relative" ? { kind: "constant", us: 0 } : model;
  };
  if (mixture === undefined) return read(simple);
  return {
    kind: "mixture",
    parts: mixture.map(({ weight, value: worth }) => ({
      weight,
      latency: typeof worth === "number" ? { kind: "constant", us: worth } : read(worth),
    })),
  };
}
