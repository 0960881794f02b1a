/** Memory of one instance at an instant: a function of what it has taken and of what is in flight, and of the time. */
import { SECOND_US } from "../kernel/units.ts";
import type { MemoryModel, ResourceFault } from "./resource-plan.ts";

/** What an instance has done by now. */
export interface InstanceLoad {
  /** Attempts that it took since the start. */
  readonly taken: number;
  /** Of them, those that wait or are served now. */
  readonly inFlight: number;
}

/** Bytes in use, `leakedBytes` by faults included; garbage is collected whenever it reaches the model's limit. */
export function memoryBytes(model: MemoryModel, load: InstanceLoad, leakedBytes: number, nowUs: number): number {
  const { collectAtBytes, garbageBytesPerAttempt } = model;
  const leaked = (model.leakBytesPerSecond * nowUs) / SECOND_US + model.leakBytesPerAttempt * load.taken + leakedBytes;
  const garbage = garbageBytesPerAttempt * load.taken;
  const uncollected = collectAtBytes === 0 ? 0 : garbage % collectAtBytes;
  return Math.floor(model.baseBytes + leaked + uncollected + model.bytesPerAttemptInFlight * load.inFlight);
}

/** What faults have made an instance lose by now; what is lost stays lost when the fault ends. */
export function leakedByFaults(
  faults: readonly ResourceFault[],
  version: ResourceFault["version"],
  instance: number,
  nowUs: number,
): number {
  let bytes = 0;
  for (const fault of faults) {
    if (fault.version !== version || (fault.instance !== null && fault.instance !== instance)) continue;
    const activeUs = Math.max(Math.min(nowUs, fault.untilUs) - fault.atUs, 0);
    bytes += (fault.leakBytesPerSecond * activeUs) / SECOND_US;
  }
  return bytes;
}
