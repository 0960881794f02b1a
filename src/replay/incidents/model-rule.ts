/** Whether what a rule sees in a replay is mostly a model's, not the log's. */
import { findMetric } from "../../engine/monitor/catalogue.ts";
import type { OutcomeSources, PartSources, TraceSources } from "../../engine/trace-record.ts";

/** Whether at least half of the results or latencies that a metric is made of are modelled, of either version it needs. */
export function restsOnModel(metric: string, { sources }: TraceSources): boolean {
  const part = partOf(metric);
  if (part === null) return false;
  const isModelled = (of: PartSources): boolean => isMostlyModelled(of[part]);
  switch (findMetric(metric)?.scope) {
    case "candidate":
      return isModelled(sources.candidate);
    case "comparison":
      return isModelled(sources.candidate) || isModelled(sources.baseline);
    case "baseline":
    case "all":
      return isModelled(sources.baseline);
    case undefined:
      return false;
  }
}

/** Of what a metric is made; null: not of outcomes (health, memory, keys). */
function partOf(metric: string): "result" | "latency" | null {
  if (/(?:^|\.)latency\./u.test(metric)) return "latency";
  return /(?:errorRate|ErrorRate|successRate|fallbackRate|declineRate|burnRate)/u.test(metric) ? "result" : null;
}

function isMostlyModelled({ recorded, resampled, modelled }: OutcomeSources): boolean {
  return modelled > 0 && modelled >= recorded + resampled;
}
