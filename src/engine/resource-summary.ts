/** The caches since the start and the memory now, as the summary line says them; nothing where none are simulated. */
import { BASELINE, CANDIDATE } from "./monitor/counters.ts";
import { RESOURCE_ASKED, RESOURCE_COUNTERS, RESOURCE_HITS } from "./monitor/resource-measure.ts";
import type { SummaryFigures } from "./monitor/summary-line.ts";
import { readResources } from "./resource-reading.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/**
 * Look-ups and hits of both versions' caches together; the memory of the fullest instance of each version. Null where
 * the scenario declares no such thing.
 */
export function resourceSummary(ready: ReadyPlan, state: StackState): Pick<SummaryFigures, "cache" | "memoryBytes"> {
  const { resources } = readResources(ready.resources, state);
  if (resources === undefined) return { cache: null, memoryBytes: [null, null] };
  const { countersAt, gauges } = resources;
  const { counters } = state.recording;
  const both = (counter: number): number =>
    (counters[countersAt + BASELINE * RESOURCE_COUNTERS + counter] as number) +
    (counters[countersAt + CANDIDATE * RESOURCE_COUNTERS + counter] as number);
  const { baseline, candidate } = ready.plan.resources ?? { baseline: null, candidate: null };
  const hasCache = (baseline?.cache ?? null) !== null || (candidate?.cache ?? null) !== null;
  return {
    cache: hasCache ? { hits: both(RESOURCE_HITS), lookups: both(RESOURCE_ASKED) } : null,
    memoryBytes: [gauges[BASELINE].memoryBytes, gauges[CANDIDATE].memoryBytes],
  };
}
