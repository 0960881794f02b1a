/** Faults of the monitor itself as control events: they begin and end where other faults do, numbered after them. */
import { CONTROL_EVENT, scheduleControl } from "./control-event.ts";
import type { Kernel } from "./kernel/simulation.ts";
import type { MonitorFault } from "./monitor/monitor-policy.ts";
import type { RehearsalPlan } from "./plan.ts";

/** Numbers of the monitor's faults start here; no plan has so many others. */
const FIRST_NUMBER = 1_000_000;

/** Schedules the beginnings and ends of all faults of the monitor. */
export function scheduleMonitorFaults({ monitorFaults }: RehearsalPlan, kernel: Kernel): void {
  for (const [i, { atUs, untilUs }] of (monitorFaults ?? []).entries()) {
    if (untilUs <= atUs) continue;
    scheduleControl(kernel, atUs, CONTROL_EVENT.faultStarted, FIRST_NUMBER + i);
    scheduleControl(kernel, untilUs, CONTROL_EVENT.faultEnded, FIRST_NUMBER + i);
  }
}

/** The monitor's fault with the number of a fault event; null where it is another one's. */
export function monitorFaultOf({ monitorFaults }: RehearsalPlan, number: number): MonitorFault | null {
  return monitorFaults?.[number - FIRST_NUMBER] ?? null;
}
