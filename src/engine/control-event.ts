/**
 * Kinds of control events, and their order at one instant, written down once: faults, router updates, windows close,
 * health, alerts, triggers, timers and gates, operator, rollback steps, the run's end; then the requests of that
 * instant.
 */
import { schedule } from "./kernel/event-queue.ts";
import type { Kernel } from "./kernel/simulation.ts";

/** Kind of event by name; the number is also its priority at one instant, but where another's is named. */
export const CONTROL_EVENT = {
  /** a: index of the fault. */
  faultEnded: 1,
  /** a: index of the fault. */
  faultStarted: 2,
  /** a: index in the history of the flags; b: index of the router. */
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
  /** a: index of the entry, times two; plus one where it is due. After the end of the run there is none. */
  aftermathReached: 15,
  /** The time that the run goes on after a rollback is over. */
  afterRollbackEnded: 16,
  /** a: index in the plan; among the commands of operators. */
  killSwitchThrown: 30,
  /** a: 1 where it is on; b: index of the router; among the updates of routers. */
  killSwitchSeen: 31,
  /** a: index of the outage in the plan; among the faults that begin. */
  storeCutOff: 32,
  /** a: index of the outage in the plan; among the faults that end. */
  storeBack: 33,
  /** The stage of the pipeline under way ends; among the starts of the rollout. */
  pipelineStageEnded: 40,
} as const;

/** A kind of control event. */
export type ControlEventKind = (typeof CONTROL_EVENT)[keyof typeof CONTROL_EVENT];

/** Schedules a control event at its priority. */
export function scheduleControl(kernel: Kernel, atUs: number, kind: ControlEventKind, a = 0): void {
  schedule(kernel.queue, atUs, kind, kind, a, 0);
}
