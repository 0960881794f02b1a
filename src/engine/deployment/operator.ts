/** What an operator may ask of the deployment manager. Every command lands in the audit trail: who, when, why. */
import type { DecisionKind } from "../result.ts";

/** One command at its time. */
export interface OperatorCommand {
  readonly atUs: number;
  /** Who; shown as `operator:WHO`. */
  readonly by: string;
  readonly reason: string;
  readonly action:
    | { readonly kind: "start" }
    | { readonly kind: "pause" }
    | { readonly kind: "resume" }
    | { readonly kind: "advance" }
    | { readonly kind: "go-back" }
    | { readonly kind: "roll-back" }
    /** Signs off on the phase that waits for it; `as`: in this role, else in the operator's own name. */
    | { readonly kind: "approve"; readonly as?: string }
    /** Refuses the phase that waits for a sign-off: the rollout is paused. */
    | { readonly kind: "reject" }
    /** Writes down what the gates show, and changes nothing. */
    | { readonly kind: "review" }
    /** A person has decided that the rollout may go on by itself: closes all open investigations. */
    | { readonly kind: "close-investigation" }
    /** Takes up a failed rollback again, at what failed. */
    | { readonly kind: "retry" }
    /** Runs the stages of the pipeline that do this on their own: nothing is deployed. The stack carries it out. */
    | { readonly kind: "run-tests" }
    | { readonly kind: "run-build" }
    /** Writes down how the system or the deployment is, and changes nothing. The stack carries it out. */
    | { readonly kind: "ask-health" }
    | { readonly kind: "ask-status" }
    /** `target` names a rule: `triggers.NAME` or `phases.PHASE.gates.NAME`; `limit` is in the metric's base unit. */
    | { readonly kind: "adjust"; readonly target: string; readonly limit: number };
}

/** A command that answers a decision instead of coming at a time of its own: a person who reacts, each time anew. */
export interface OperatorReaction {
  /** The kind of decision that is answered. */
  readonly on: DecisionKind;
  /** Only where this rule decided; null: any. */
  readonly rule: string | null;
  /** How long after the decision the command comes; a person takes time. */
  readonly afterUs: number;
  readonly by: string;
  readonly reason: string;
  readonly action: OperatorCommand["action"];
}
