/** Where everything that a plan has recorded stands: counters of requests, resources, shadow traffic, its own metrics. */
import { counterCount } from "./monitor/counters.ts";
import { HISTOGRAM_BINS } from "./monitor/histogram.ts";
import { placeOwnMetrics, type OwnPlaces } from "./monitor/own-metric-counters.ts";
import { PARITY_KINDS } from "./monitor/parity-measure.ts";
import { RESOURCE_COUNTERS } from "./monitor/resource-measure.ts";
import { MISMATCHES } from "./parity/compare-answers.ts";
import type { RehearsalPlan } from "./plan.ts";

/** Counters that a plan's resources need besides those of its requests. */
export function resourceCounters(plan: RehearsalPlan): number {
  return plan.resources === undefined ? 0 : 2 * RESOURCE_COUNTERS;
}

/** Counters that a plan's shadow traffic needs besides all others. */
function parityCounters(plan: RehearsalPlan): number {
  return plan.parity === undefined ? 0 : PARITY_KINDS + MISMATCHES.length;
}

/** What recordings hold besides the counters and bins of requests. */
interface MoreRecorded {
  readonly counters: number;
  readonly bins: number;
}

/** Where the metrics of the plan's world are counted: after everything else. `limits`: how many are counted exactly. */
export function ownPlaces(plan: RehearsalPlan, limits: number): OwnPlaces {
  const countersAt = counterCount(limits) + resourceCounters(plan) + parityCounters(plan);
  return placeOwnMetrics(plan.world.ownMetrics ?? [], countersAt, 2 * HISTOGRAM_BINS);
}

/** Counters and bins that the recording of the whole needs besides those of requests. */
export function moreRecorded(plan: RehearsalPlan, limits: number): MoreRecorded {
  const { counters, bins } = ownPlaces(plan, limits);
  return { counters: resourceCounters(plan) + parityCounters(plan) + counters, bins };
}

/** As `moreRecorded`, of a slice: nothing where the world has no metrics of its own, else the same places. */
export function moreRecordedOfSlices(plan: RehearsalPlan, limits: number): MoreRecorded {
  return (plan.world.ownMetrics ?? []).length === 0 ? { counters: 0, bins: 0 } : moreRecorded(plan, limits);
}
