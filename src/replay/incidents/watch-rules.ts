/** A rehearsal in which triggers only watch: none acts, so that all are judged to the end of the trace. */
import type { Policy } from "../../engine/deployment/policy.ts";
import { checkInvariants, createInvariantMemory } from "../../engine/invariants.ts";
import { step } from "../../engine/kernel/simulation.ts";
import { lookAtAlert, lookAtTriggers } from "../../engine/looking.ts";
import type { RehearsalPlan } from "../../engine/plan.ts";
import type { Evidence } from "../../engine/result.ts";
import { createRoutedCount, watchRouting } from "../../engine/routing-watch.ts";
import type { WorldState } from "../../engine/service/world.ts";
import { createStack, startStack } from "../../engine/stack.ts";
import type { StackState } from "../../engine/stack-state.ts";

/** What one rule saw at one tick. */
export interface WatchedLook {
  readonly atUs: number;
  /** Null: it was not looked at, for it is not of this phase, or the rollout was not under way. */
  readonly evidence: Evidence | null;
  /** Where the rollout stood. */
  readonly phase: string;
}

/** One trigger or alert over a whole run. */
export interface WatchedRule {
  readonly kind: "trigger" | "alert";
  readonly name: string;
  /** When it fired, or was raised. */
  readonly firedAtUs: readonly number[];
  /** When it ceased to fire; as many, or one less where it still does. */
  readonly ceasedAtUs: readonly number[];
  readonly looks: readonly WatchedLook[];
}

/** A policy of which nothing stops, pauses or rolls back the rollout by itself. */
export function watchOnly(policy: Policy): Policy {
  return {
    ...policy,
    triggers: policy.triggers.map((trigger) => ({ ...trigger, action: "notify" })),
    phases: policy.phases.map((phase) => ({ ...phase, maxDurationUs: null, onNotEnoughData: "wait" })),
  };
}

interface OpenRule extends WatchedRule {
  readonly firedAtUs: number[];
  readonly ceasedAtUs: number[];
  readonly looks: WatchedLook[];
}

/** What a whole run showed. */
export interface Watched {
  readonly rules: readonly WatchedRule[];
  readonly untilUs: number;
  /** The world's state at the end. */
  readonly worldState: WorldState;
  /** The stays in phases, in order; the last may be open. */
  readonly phases: readonly { readonly name: string }[];
}

/**
 * Runs a plan whose policy only watches. The engine itself decides when a rule fires: this looks over its shoulder.
 * `isChecked`: the invariants are checked at every state, and every request as it is routed. `onState` is called after every
 * control event.
 */
export function watchRules(
  plan: RehearsalPlan,
  isChecked: boolean = false,
  onState?: (state: StackState) => void,
): Watched {
  const { policy } = plan;
  const begin = (kind: "trigger" | "alert", name: string): OpenRule => ({
    kind,
    name,
    firedAtUs: [],
    ceasedAtUs: [],
    looks: [],
  });
  const triggers = policy.triggers.map(({ name }) => begin("trigger", name));
  const alerts = policy.alerts.map(({ name }) => begin("alert", name));
  const memory = isChecked ? createInvariantMemory(createRoutedCount()) : null;
  const stack = createStack(plan, memory === null ? undefined : watchRouting(memory.watched));
  const state = startStack(stack);
  let seenTick = 0;
  while (step(stack.model, state)) {
    if (memory !== null) checkInvariants(stack.ready, state, memory);
    onState?.(state);
    const { nowUs } = state.kernel;
    const phase = policy.phases[state.openPhase]?.name ?? "";
    if (state.ring.newestTick !== seenTick) {
      seenTick = state.ring.newestTick;
      const looks = lookAtTriggers(stack.ready, state);
      for (const [i, rule] of triggers.entries()) {
        rule.looks.push({ atUs: nowUs, evidence: phase === "" ? null : (looks[i] ?? null), phase });
      }
      for (const [i, rule] of alerts.entries()) {
        const ready = stack.ready.rules.alerts[i];
        const isMasked = ready === undefined || policy.alerts[i]?.phases?.includes(phase) === false;
        rule.looks.push({ atUs: nowUs, evidence: isMasked ? null : lookAtAlert(stack.ready, state, ready), phase });
      }
    }
    for (const [i, rule] of triggers.entries()) note(rule, state.manager.fired[i] === 1, nowUs);
    for (const [i, rule] of alerts.entries()) note(rule, state.alerts[i]?.raised === true, nowUs);
  }
  const open = policy.phases[state.openPhase];
  return {
    rules: [...triggers, ...alerts],
    untilUs: state.kernel.nowUs,
    worldState: state.world,
    phases: [...state.phases, ...(open === undefined ? [] : [open])],
  };
}

function note(rule: OpenRule, isFiring: boolean, nowUs: number): void {
  const wasFiring = rule.firedAtUs.length > rule.ceasedAtUs.length;
  if (isFiring && !wasFiring) rule.firedAtUs.push(nowUs);
  if (!isFiring && wasFiring) rule.ceasedAtUs.push(nowUs);
}
