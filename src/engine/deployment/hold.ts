/** Holds: what keeps the manager from going on is written down once, and again only when it is something else. */
import type { Evidence } from "../result.ts";
import { decidedOn, type Effect } from "./effect.ts";
import type { ManagerState } from "./manager-state.ts";

/**
 * Somebody has decided something, or the rollout stood still: whatever is in the way from now on is said (again), so that
 * the audit trail never leaves open why nothing follows.
 */
export function forgetHold(state: ManagerState): void {
  state.heldFor = "";
}

/** The entry for a hold; nothing where the same thing (`what`) has been in the way since the last entry. */
export function holdFor(
  state: ManagerState,
  what: string,
  reason: string,
  deciding: Evidence | null,
  looks: readonly Evidence[],
): Effect[] {
  if (what === state.heldFor) return [];
  state.heldFor = what;
  return [decidedOn("hold", "manager", reason, deciding, looks)];
}
