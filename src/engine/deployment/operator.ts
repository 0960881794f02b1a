/** What an operator may ask of the deployment manager. Every command lands in the audit trail: who, when, why. */

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
    /** `target` names a rule: `triggers.NAME` or `phases.PHASE.gates.NAME`; `limit` is in the metric's base unit. */
    | { readonly kind: "adjust"; readonly target: string; readonly limit: number };
}
