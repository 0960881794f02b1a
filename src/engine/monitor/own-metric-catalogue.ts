/**
 * The names of metrics of a scenario's or a trace's own. Which there are depends on the world; what a name means does
 * not: what is measured stands at its end (`conversion.rate`, `basket.value.mean`), so any such name is a metric, and
 * whether the world has it is checked where a policy meets a world.
 */
import type { OwnMetric, OwnMetricKind } from "../service/own-metric.ts";
import type { MetricDefinition, MetricScope, ScopedMetric } from "./catalogue.ts";

/** What is measured of a metric: the share of a boolean that is true, mean and quantiles of a number. */
export type OwnFigure = "rate" | "mean" | "p50" | "p95" | "p99" | "p999";

/** Which metric of the world's own a definition is of, and what of it. */
export interface OwnMeasured {
  readonly name: string;
  readonly figure: OwnFigure;
}

const PERMILLE: Readonly<Record<string, number>> = { p50: 500, p95: 950, p99: 990, p999: 999 };
const FIGURES: Readonly<Record<OwnMetricKind, readonly OwnFigure[]>> = {
  boolean: ["rate"],
  number: ["mean", "p50", "p95", "p99", "p999"],
};
const everyone: readonly MetricScope[] = ["candidate", "baseline", "all"];
const FORM =
  /^(?:(candidate|baseline|all)\.)?([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)\.(rate|mean|p50|p95|p99|p999)(\.delta)?$/;

/** The quantile of a figure in parts per thousand; null: it is none. */
export function permilleOf(figure: OwnFigure): number | null {
  return PERMILLE[figure] ?? null;
}

/** The kind of metric that a figure is measured of. */
export function kindOfFigure(figure: OwnFigure): OwnMetricKind {
  return figure === "rate" ? "boolean" : "number";
}

/** The definition of a figure of a metric. */
function defineOwnMetric(name: string, figure: OwnFigure): MetricDefinition {
  const permille = permilleOf(figure);
  const means = {
    boolean: `Served requests for which ${name} is true / served requests that have it.`,
    number:
      permille === null
        ? `Mean ${name} of the served requests that have it.`
        : `Value of ${name} that ${permille / 10} % of the served requests that have it do not exceed.`,
  };
  return {
    name: `${name}.${figure}`,
    unit: figure === "rate" ? "rate" : "number",
    scopes: everyone,
    samples: "completed requests that were served",
    means: means[kindOfFigure(figure)],
    quantilePermille: null,
    own: { name, figure },
    ...(figure === "rate" ? { bounds: ["wilson", "clopper-pearson"] } : {}),
    ...(permille === null ? {} : { readsHistograms: true }),
  };
}

/** The definition of the candidate's rate or mean minus the baseline's. */
function defineOwnDelta(name: string, figure: "rate" | "mean"): MetricDefinition {
  return {
    name: `${name}.${figure}.delta`,
    unit: figure === "rate" ? "rate" : "number",
    scopes: ["comparison"],
    samples: "completed requests that were served by the version that has fewer",
    means: `The candidate's ${name}.${figure} minus the baseline's in the same window; absent when either has none.`,
    quantilePermille: null,
    own: { name, figure },
    ...(figure === "rate" ? { bounds: ["newcombe"] } : {}),
  };
}

/** `candidate.conversion.rate`, `basket.value.mean.delta`; undefined for what is no such name. */
export function findOwnMetric(fullName: string): ScopedMetric | undefined {
  const match = FORM.exec(fullName);
  if (match === null) return undefined;
  const [, scope, name = "", measured = "", delta] = match;
  const figure = measured as OwnFigure;
  if (delta === undefined) {
    if (scope === undefined) return undefined;
    return { metric: defineOwnMetric(name, figure), scope: scope as MetricScope };
  }
  if (scope !== undefined || (figure !== "rate" && figure !== "mean")) return undefined;
  return { metric: defineOwnDelta(name, figure), scope: "comparison" };
}

/** All definitions of a metric. */
export function definitionsOf({ name, kind }: OwnMetric): MetricDefinition[] {
  return [
    ...FIGURES[kind].map((figure) => defineOwnMetric(name, figure)),
    defineOwnDelta(name, kind === "boolean" ? "rate" : "mean"),
  ];
}
