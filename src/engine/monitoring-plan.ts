/** The monitor of a plan made ready: which slices its rules and reports tell apart, and how far back it may look. */
import type { RuleSlice } from "./deployment/policy.ts";
import { HEALTH_LIMITS, type HealthLimits } from "./monitor/monitor-policy.ts";
import { createSliceGrid, describeSlice, hasSlice, type Slice, type SliceGrid } from "./monitor/slice-grid.ts";
import { createSliceScratch, type SliceScratch } from "./monitor/slice-recorder.ts";
import { readyOwnMetrics, type ReadyOwnMetrics } from "./own-metrics.ts";
import type { RehearsalPlan } from "./plan.ts";
import type { ReadyRule, ReadyRules } from "./rules.ts";

/** More cells than this are not told apart: each holds its own histograms. */
const CELLS_MAX = 4_096;

/** What the data plane has to observe besides the whole. Immutable but for the scratch space. */
export interface ObservedSlices {
  readonly grid: SliceGrid;
  readonly scratch: SliceScratch;
  /** Null where users are not divided. */
  readonly keySegment: Uint8Array | null;
}

/** The monitor of a plan. Immutable. */
export interface ReadyMonitor {
  /** Null: nobody asks for slices. */
  readonly observed: ObservedSlices | null;
  /** The grid's slices: those of rules, then those that the record is broken down by. */
  readonly slices: readonly Slice[];
  /** How many of them are of rules; none of these stands twice. */
  readonly ruleSlices: number;
  /** Ticks that the rings of totals reach back in all. */
  readonly ringTicks: number;
  /** The rings keep histograms. */
  readonly keepsHistograms: boolean;
  /** The rings of slices keep histograms. */
  readonly keepsSliceHistograms: boolean;
  readonly healthLimits: HealthLimits;
  /** Null: the world has no metrics of its own. */
  readonly own: ReadyOwnMetrics | null;
  /** What was asked and cannot be given, in words. */
  readonly notes: readonly string[];
}

/** Makes the monitor of a valid plan ready. */
export function readyMonitor(plan: RehearsalPlan, rules: ReadyRules): ReadyMonitor {
  const { world, policy } = plan;
  const notes: string[] = [];
  const all = [...rules.triggers, ...rules.gates.flat(), ...rules.alerts, ...rules.checks];
  const slices: Slice[] = [];
  for (const { condition } of all) {
    const { slice } = condition;
    if (slice === undefined || sliceIndex(slices, slice) >= 0) continue;
    slices.push(slice);
    if (!hasSlice(world, slice))
      notes.push(`the traffic has nothing ${describeSlice(slice)}: its rules never have data`);
  }
  const ruleSlices = slices.length;
  const breakdown = (policy.monitor?.by ?? []).flatMap((way) => slicesBy(plan, way, notes));
  let grid = createSliceGrid(world, [...slices, ...breakdown]);
  if (grid.cells > CELLS_MAX) {
    notes.push(`the figures are not broken down: ${grid.cells} cells, at most ${CELLS_MAX}`);
    breakdown.length = 0;
    grid = createSliceGrid(world, slices);
  }
  slices.push(...breakdown);
  const reachTicks = reachOf(plan);
  const readsQuantiles = (ofSlices: boolean): boolean =>
    all.some(
      (rule) =>
        (!ofSlices || rule.condition.slice !== undefined) &&
        readsHistograms(rule) &&
        (rule.windowTicks > 0 || reachTicks > 0),
    );
  const observed =
    slices.length === 0 ? null : { grid, scratch: createSliceScratch(grid), keySegment: world.keySegment ?? null };
  return {
    observed,
    own: readyOwnMetrics(plan, rules.limitsUs.length, observed),
    slices,
    ruleSlices,
    ringTicks: rules.windowTicksMax + reachTicks,
    keepsHistograms: rules.keepsHistograms || readsQuantiles(false),
    keepsSliceHistograms: readsQuantiles(true),
    healthLimits: policy.monitor?.health ?? HEALTH_LIMITS,
    notes,
  };
}

/** Where a slice stands among others; -1: nowhere. */
export function sliceIndex(slices: readonly Slice[], slice: RuleSlice): number {
  return slices.findIndex((one) => one.route === slice.route && one.segment === slice.segment);
}

function readsHistograms({ metric: { metric } }: ReadyRule): boolean {
  return metric.quantilePermille !== null || metric.readsHistograms === true;
}

/** All routes, or all values of a dimension. */
function slicesBy({ world }: RehearsalPlan, way: string, notes: string[]): Slice[] {
  if (way === "route") return world.routes.map((route) => ({ route }));
  const dimension = (world.segments ?? []).find((one) => one.name === way);
  if (dimension === undefined) {
    notes.push(`the figures are not broken down by ${way}: the users are not divided in that way`);
    return [];
  }
  return dimension.values.map((value) => ({ segment: `${way}=${value}` }));
}

/** How many ticks ago the newest figures that the monitor sees may be. */
function reachOf({ policy, monitorFaults, horizonUs }: RehearsalPlan): number {
  const { tickUs, monitor } = policy;
  let faultUs = 0;
  for (const { atUs, untilUs, effect } of monitorFaults ?? []) {
    if (effect.kind === "late") faultUs = Math.max(faultUs, effect.lateUs);
    if (effect.kind === "stale") faultUs = Math.max(faultUs, Math.min(untilUs, horizonUs) - atUs + tickUs);
  }
  return (
    Math.ceil(Math.max(Math.min(faultUs, horizonUs), 0) / tickUs) + Math.ceil((monitor?.scrapeEveryUs ?? 0) / tickUs)
  );
}
