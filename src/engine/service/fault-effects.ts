/** What active faults do to a batch's outcomes, on top of the models; the slow path, taken only while a fault is active. */
import { deriveStream, draw32, drawThresholdFromPpm, streamEpoch, type Stream } from "../kernel/random.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import type { Fault } from "./fault.ts";
import { DECLINED, SERVED, type Batch } from "./world.ts";

/** A fault made ready for drawing. Immutable. */
export interface FaultEffect {
  readonly onCandidate: boolean;
  /** -1: every route. */
  readonly route: number;
  readonly errorThreshold: number;
  readonly declineThreshold: number;
  readonly latencyFactor: number;
  readonly latencyAddUs: number;
  readonly errorStream: Stream;
  readonly declineStream: Stream;
}

/** Makes the faults of a plan ready; each has its own luck, by its place in the list. */
export function createFaultEffects(
  faults: readonly Fault[],
  routes: readonly string[],
  seed: string,
): readonly FaultEffect[] {
  return faults.map((fault, i) => ({
    onCandidate: fault.version === "candidate",
    route: fault.route === null ? -1 : routes.indexOf(fault.route),
    errorThreshold: drawThresholdFromPpm(fault.errorPpm),
    declineThreshold: drawThresholdFromPpm(fault.declinePpm),
    latencyFactor: fault.latencyFactor,
    latencyAddUs: fault.latencyAddUs,
    errorStream: deriveStream(seed, `fault/${i}/errors`),
    declineStream: deriveStream(seed, `fault/${i}/declines`),
  }));
}

/** Applies one active fault to the outcomes of the batch; a code that is a failure already stays as it is. */
export function applyFault(effect: FaultEffect, batch: Batch): void {
  const { onCandidate, route, errorThreshold, declineThreshold, latencyFactor, latencyAddUs } = effect;
  const us = onCandidate ? batch.candidateUs : batch.baselineUs;
  const code = onCandidate ? batch.candidateCode : batch.baselineCode;
  const errors = streamEpoch(effect.errorStream, batch.drawEpoch);
  const declines = streamEpoch(effect.declineStream, batch.drawEpoch);
  const rows = onCandidate ? batch.candidateCount : batch.count;
  for (let row = 0; row < rows; row++) {
    const i = onCandidate ? (batch.candidateRows[row] as number) : row;
    if (route !== -1 && batch.route[i] !== route) continue;
    const index = batch.draw[i] as number;
    const slowed = (us[i] as number) * latencyFactor + latencyAddUs;
    us[i] = slowed > LATENCY_US_MAX ? LATENCY_US_MAX : slowed < 1 ? 1 : slowed;
    if (code[i] === SERVED && draw32(errors.a, errors.b, index) < errorThreshold) code[i] = 1;
    if (code[i] !== DECLINED && draw32(declines.a, declines.b, index) < declineThreshold) code[i] = DECLINED;
  }
}

/** The candidate is known to be unable to serve (unhealthy): every request routed to it is declined. */
export function declineAll(batch: Batch): void {
  for (let row = 0; row < batch.candidateCount; row++) {
    batch.candidateCode[batch.candidateRows[row] as number] = DECLINED;
  }
}
