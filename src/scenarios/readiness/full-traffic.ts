/** A scenario's versions at full traffic, each by itself: what they are like before anything is rolled out. */
import type { Phase, Policy } from "../../engine/deployment/policy.ts";
import { stepUntil } from "../../engine/kernel/simulation.ts";
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import { BASELINE, CANDIDATE } from "../../engine/monitor/counters.ts";
import type { RehearsalPlan } from "../../engine/plan.ts";
import { readResources } from "../../engine/resource-reading.ts";
import type { RunRecord, VersionFigures } from "../../engine/result.ts";
import { createStack, recordStack, startStack } from "../../engine/stack.ts";

/** One version under all of the traffic. */
export interface FullTraffic {
  readonly record: RunRecord;
  /** The version's own figures; null: it never served. */
  readonly figures: VersionFigures | null;
  /** Memory of the fullest instance at every tick, bytes; empty where the scenario gives the version no memory. */
  readonly memoryBytes: readonly number[];
  /** Times that the version failed so many polls that it counted as unhealthy. */
  readonly unhealthy: number;
}

const WHOLE_RUN: Omit<Phase, "trafficPpm" | "minDurationUs"> = {
  name: "FULL_TRAFFIC",
  maxDurationUs: null,
  onMaxDuration: "pause",
  onNotEnoughData: "wait",
  gates: [],
};

/**
 * The plan without what goes wrong in it and without people: its versions, resources, flags and pins as they are. The
 * defects of shadow traffic stay: they are the candidate's own.
 */
export function undisturbed(plan: RehearsalPlan): RehearsalPlan {
  const policy = { ...plan.policy, phases: plan.policy.phases.map((phase) => without(phase, "approval")) };
  const undone = { faults: [], resourceFaults: [], monitorFaults: [], rollbackFaults: [], operator: [], reactions: [] };
  return { ...without(without(plan, "pipeline"), "afterRollbackUs"), ...undone, policy };
}

/** A copy without a field that may be left out. */
function without<Whole extends object, Name extends keyof Whole>(whole: Whole, name: Name): Omit<Whole, Name> {
  const copy: Partial<Whole> = { ...whole };
  delete copy[name];
  return copy as Omit<Whole, Name>;
}

/** Runs one version under all of the traffic for so long. */
export function runFullTraffic(plan: RehearsalPlan, version: "baseline" | "candidate", forUs: number): FullTraffic {
  const trafficPpm = version === "baseline" ? 0 : WHOLE_PPM;
  const policy: Policy = {
    ...without(plan.policy, "schedule"),
    phases: [{ ...WHOLE_RUN, trafficPpm, minDurationUs: 2 * forUs }],
    triggers: [],
    alerts: [],
  };
  const stack = createStack({ ...undisturbed(plan), policy, horizonUs: forUs });
  const state = startStack(stack);
  const memoryBytes: number[] = [];
  const index = version === "baseline" ? BASELINE : CANDIDATE;
  for (let atUs = policy.tickUs; stepUntil(stack.model, state, atUs); atUs += policy.tickUs) {
    const bytes = readResources(stack.ready.resources, state).resources?.gauges[index].memoryBytes ?? null;
    if (bytes !== null) memoryBytes.push(bytes);
  }
  const record = recordStack(stack, state);
  const figures = record.phases.at(-1)?.[version] ?? null;
  const unhealthy = record.decisions.filter(
    ({ kind, reason }) => kind === "health" && reason.startsWith(`${version} failed`),
  ).length;
  return { record, figures: figures === null || figures.requests === 0 ? null : figures, memoryBytes, unhealthy };
}
