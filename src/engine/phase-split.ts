/** The split of the traffic in the phase that is open, where the policy asks for it: of keys, or of requests that are drawn. */
import { CLASS_PERCENTAGE } from "./flags/targeting.ts";
import { createSplit, type SplitReading, type SplitState } from "./monitor/sample-ratio.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/**
 * The count before the start; null where no rule looks at the split, or where what is routed together cannot be told: by
 * sessions. Where requests are routed by users, keys are counted; where each is routed by a draw of its own, requests are.
 * Keys that lists or segments decide about are not counted.
 */
export function createPhaseSplit({ plan, rules, routing }: ReadyPlan): SplitState | null {
  const { world } = plan;
  const stickiness = plan.routing?.stickiness ?? "default";
  const isByUser = (world.identity ?? "user") === "user" && (stickiness === "default" || stickiness === "user");
  const isDrawn = stickiness === "request" || stickiness === "random";
  if (!rules.readsSplit || !(isByUser || isDrawn)) return null;
  const classOfKey = routing?.plane.classOfKey;
  return createSplit(
    world.keyHashes.length,
    classOfKey === undefined ? undefined : (key) => classOfKey[key] === CLASS_PERCENTAGE,
    isDrawn ? "request" : "key",
  );
}

/** The split so far; null before all routers know the phase's share, outside of phases, and where nobody counts. */
export function readSplit({ plan }: ReadyPlan, { split, openPhase }: StackState): SplitReading | null {
  const phase = plan.policy.phases[openPhase];
  if (split === undefined || split.counting === 0 || phase === undefined) return null;
  return { unit: split.unit, keys: split.keys, candidateKeys: split.candidateKeys, sharePpm: phase.trafficPpm };
}

/** What has to be said where a rule looks at the split and nobody can count it. */
export function splitNotes({ rules }: ReadyPlan, { split }: StackState): string[] {
  if (!rules.readsSplit || split !== undefined) return [];
  return [
    "split.mismatch is absent: requests are routed by sessions, and a share of requests says nothing of the split",
  ];
}
