/** Which part of the requests a rule's samples come from. */
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import { findMetric } from "../../engine/monitor/catalogue.ts";

/**
 * The share of all requests, parts per million, whose attempts are samples of a metric while `trafficPpm` go to the
 * candidate; of a comparison that of the smaller side. Null where samples are no requests (polls, seconds, keys).
 */
export function sampledPpm(metric: string, trafficPpm: number): number | null {
  const found = findMetric(metric);
  if (found === undefined || !/\b(?:attempts|requests)\b/.test(found.metric.samples)) return null;
  switch (found.scope) {
    case "candidate":
      return trafficPpm;
    case "baseline":
      return WHOLE_PPM - trafficPpm;
    case "all":
      return WHOLE_PPM;
    case "comparison":
      return Math.min(trafficPpm, WHOLE_PPM - trafficPpm);
  }
}

/** True where a rule on this metric has nothing to measure once no request goes to the candidate. */
export function needsCandidate(metric: string): boolean {
  return sampledPpm(metric, 0) === 0;
}

/** True where a rule on this metric has nothing to measure once all requests go to the candidate. */
export function needsBaseline(metric: string): boolean {
  const scope = findMetric(metric)?.scope;
  return (scope === "comparison" || scope === "baseline") && sampledPpm(metric, WHOLE_PPM) === 0;
}
