/**
 * Kinds of control events, and their order at one instant, written down once: faults, router updates, windows close,
 * health, alerts, triggers, timers and gates, operator, rollback steps, the run's end; then the requests of that
 * instant.
 */
import { schedule } from "./kernel/event-queue.ts";
import type { Kernel } from "./kernel/simulation.ts";

/** Kind of event by name; the number is also its priority at one instant. */
export const CONTROL_EVENT = {
  /** a: index of the fault. */
  faultEnded: 1,
  /** a: index of the fault. */
  faultStarted: 2,
  /** a: index in the history of the flags. */
  routerUpdated: 3,
  windowClosed: 4,
  healthPolled: 5,
  alertsConsidered: 6,
  triggersConsidered: 7,
  gatesConsidered: 8,
  rolloutStarted: 9,
  /** a: index of the command in the operator script. */
  operatorCommanded: 10,
  rollbackStepEnded: 11,
  rollbackVerified: 12,
  traceEnded: 13,
  horizonReached: 14,
} as const;

/** A kind of control event. */
export type ControlEventKind = (typeof CONTROL_EVENT)[keyof typeof CONTROL_EVENT];

/** Schedules a control event at its priority. */
export function scheduleControl(kernel: Kernel, atUs: number, kind: ControlEventKind, a = 0): void {
  schedule(kernel.queue, atUs, kind, kind, a, 0);
}
