/** What the manager asks of the stack after it decided something. The manager itself changes nothing but its own state. */
import type { FeatureFlags } from "../flags/feature-flags.ts";
import type { DecisionKind, Evidence, PhaseVerdict } from "../result.ts";

/** One thing to be done, in the order given. */
export type Effect =
  | {
      readonly kind: "decided";
      readonly decision: DecisionKind;
      readonly by: string;
      readonly reason: string;
      readonly evidence: Evidence | null;
      readonly looked: readonly Evidence[];
    }
  /** The stay in a phase ends; the next one, if any, is entered by an effect of its own. */
  | { readonly kind: "phase.left"; readonly verdict: PhaseVerdict }
  | { readonly kind: "phase.entered"; readonly phase: number }
  | { readonly kind: "flags.changed"; readonly flags: Partial<FeatureFlags>; readonly reason: string }
  /** The rollback step under way ends then. */
  | { readonly kind: "rollback.step.started"; readonly endsAtUs: number }
  /** The candidate is stopped: what it has in flight is cut off, and it declines whatever still comes. */
  | { readonly kind: "candidate.stopped" }
  /**
   * A limit was adjusted: rules read it from the manager's state. Goes into the audit trail as a decision of its own,
   * with both limits (in the metric's base unit here) in words.
   */
  | {
      readonly kind: "limit.adjusted";
      readonly by: string;
      readonly reason: string;
      readonly target: string;
      readonly place: LimitPlace;
      readonly fromLimit: number;
      readonly toLimit: number;
    };

/** Where an adjustable limit stands. */
export type LimitPlace =
  | { readonly kind: "trigger"; readonly trigger: number }
  | { readonly kind: "gate"; readonly phase: number; readonly gate: number };

/** A decision without evidence. */
export function decided(decision: DecisionKind, by: string, reason: string): Effect {
  return { kind: "decided", decision, by, reason, evidence: null, looked: [] };
}

/** A decision on evidence: what decided first, then all that was looked at. */
export function decidedOn(
  decision: DecisionKind,
  by: string,
  reason: string,
  evidence: Evidence | null,
  looked: readonly Evidence[],
): Effect {
  return { kind: "decided", decision, by, reason, evidence, looked };
}
