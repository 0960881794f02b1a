/** When health is polled. */
import type { ReadyPlan } from "./stack-plan.ts";

/** Health polls of one version in `(fromUs, toUs]`: evenly spaced, and before any rule is looked at at that instant. */
export function pollsWithin({ plan }: ReadyPlan, fromUs: number, toUs: number): number {
  const { pollUs } = plan.policy.health;
  return Math.floor(toUs / pollUs) - Math.floor(fromUs / pollUs);
}
