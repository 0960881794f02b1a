/** Which metrics a rehearsal publishes: those of the catalogue, and of the scenario's own, that have a value at some tick. */
import { stepUntil } from "../../engine/kernel/simulation.ts";
import { spanFrom } from "../../engine/looking.ts";
import { findMetric, fullMetricNames, type ScopedMetric } from "../../engine/monitor/catalogue.ts";
import { measure } from "../../engine/monitor/measure.ts";
import { PANELS, METRICS_LEAST } from "../../engine/monitor/panels.ts";
import { RESOURCE_METRICS } from "../../engine/monitor/resource-catalogue.ts";
import { copyTotals } from "../../engine/monitor/totals.ts";
import type { RehearsalPlan } from "../../engine/plan.ts";
import type { RunRecord } from "../../engine/result.ts";
import { createStack, recordStack, startStack } from "../../engine/stack.ts";
import type { Measured } from "./measure-readiness.ts";

/** A rehearsal, and the names of the metrics that it published. */
export interface PublishedMetrics {
  readonly record: RunRecord;
  readonly published: ReadonlySet<string>;
}

/** Rehearses a plan and looks at every tick for the metrics that have not shown a value yet. */
export function rehearsePublishing(plan: RehearsalPlan): PublishedMetrics {
  const stack = createStack(plan);
  const state = startStack(stack);
  const start = copyTotals(state.recording, 0);
  const published = new Set<string>();
  const { tickUs } = plan.policy;
  let silent = fullMetricNames().flatMap((name): [string, ScopedMetric][] => {
    const metric = findMetric(name);
    return metric === undefined ? [] : [[name, metric]];
  });
  for (let atUs = tickUs; stepUntil(stack.model, state, atUs); atUs += tickUs) {
    const span = spanFrom(stack.ready, state, start);
    silent = silent.filter(([name, metric]) => {
      if (measure(metric, span).value === null) return true;
      published.add(name);
      return false;
    });
  }
  return { record: recordStack(stack, state), published };
}

/** Whether so many metrics are published as a dashboard is to have. */
export function countPublished(published: ReadonlySet<string>): Measured {
  const reason = `${published.size} of ${fullMetricNames().length} metrics of the catalogue have values in the rollout (at least ${METRICS_LEAST})`;
  return { value: published.size >= METRICS_LEAST, reason };
}

/** Whether every metric of every panel is published; not measurable where only what the scenario simulates not is missing. */
export function judgePanels(published: ReadonlySet<string>): Measured {
  const missing = PANELS.map(({ name, metrics }) => ({ name, metrics: metrics.filter((one) => !published.has(one)) }));
  const incomplete = missing.filter(({ metrics }) => metrics.length > 0);
  const words = incomplete.map(({ name, metrics }) => `${name}: ${metrics.join(", ")}`).join("; ");
  if (incomplete.length === 0) {
    const metrics = PANELS.reduce((sum, panel) => sum + panel.metrics.length, 0);
    return { value: true, reason: `${PANELS.length} panels, and all of their ${metrics} metrics have values` };
  }
  const isResource = (name: string): boolean => RESOURCE_METRICS.some((metric) => name.endsWith(`.${metric.name}`));
  if (incomplete.every(({ metrics }) => metrics.every(isResource))) {
    return { value: null, reason: `the scenario gives its versions not all that panels show (${words})` };
  }
  return { value: false, reason: `panels without values: ${words}` };
}
