/** What active faults do to a batch's outcomes, on top of the models; the slow path, taken only while a fault is active. */
import { invariant } from "../kernel/assert.ts";
import { deriveStream, draw32, drawThresholdFromPpm, streamEpoch, type Stream } from "../kernel/random.ts";
import { LATENCY_US_MAX } from "../kernel/units.ts";
import type { Fault } from "./fault.ts";
import { faultStrength } from "./fault-shape.ts";
import { segmentMask } from "./segments.ts";
import { DECLINED, SERVED, type Batch, type World } from "./world.ts";

/** A fault made ready for drawing. Immutable. */
export interface FaultEffect {
  readonly onBaseline: boolean;
  readonly onCandidate: boolean;
  /** -1: every route. */
  readonly route: number;
  /** By segment: 1 where it strikes; null: everywhere. */
  readonly segments: Uint8Array | null;
  /** By key. */
  readonly keySegment: Uint8Array;
  readonly errorThreshold: number;
  readonly errorCode: number;
  readonly declineThreshold: number;
  readonly latencyFactor: number;
  readonly latencyAddUs: number;
  /** Null: a step. */
  readonly shaped: Fault | null;
  readonly errorStream: Stream;
  readonly declineStream: Stream;
}

/** What faults have to know of a world. */
export type FaultedWorld = Pick<World, "segments" | "keySegment"> & Partial<Pick<World, "errorKinds">>;

/** Makes the faults of a plan ready; each has its own luck, by its place in the list. */
export function createFaultEffects(
  faults: readonly Fault[],
  routes: readonly string[],
  seed: string,
  world: FaultedWorld = {},
): readonly FaultEffect[] {
  const { segments = [], keySegment = new Uint8Array(0), errorKinds = [] } = world;
  return faults.map((fault, i) => {
    const kind = fault.errorKind === undefined ? 0 : errorKinds.indexOf(fault.errorKind);
    invariant(kind >= 0, `the world has no kind of failure ${fault.errorKind}`);
    return {
      onBaseline: fault.version !== "candidate",
      onCandidate: fault.version !== "baseline",
      route: fault.route === null ? -1 : routes.indexOf(fault.route),
      segments: fault.where === undefined ? null : segmentMask(segments, fault.where),
      keySegment,
      errorThreshold: drawThresholdFromPpm(fault.errorPpm),
      errorCode: kind + 1,
      declineThreshold: drawThresholdFromPpm(fault.declinePpm),
      latencyFactor: fault.latencyFactor,
      latencyAddUs: fault.latencyAddUs,
      shaped: fault.shape === undefined || fault.shape.kind === "step" ? null : fault,
      errorStream: deriveStream(seed, `fault/${i}/errors`),
      declineStream: deriveStream(seed, `fault/${i}/declines`),
    };
  });
}

/** Applies one active fault to the outcomes of the batch; a code that is a failure already stays as it is. */
export function applyFault(effect: FaultEffect, batch: Batch): void {
  if (effect.onBaseline) {
    strike(effect, batch, null, batch.count, batch.baselineUs, batch.baselineCode, 0);
  }
  if (effect.onCandidate) {
    const { candidateRows, candidateCount, candidateUs, candidateCode } = batch;
    strike(effect, batch, candidateRows, candidateCount, candidateUs, candidateCode, effect.declineThreshold);
  }
}

/** Both versions meet the same draws: what a fault of both fails, it fails for good. */
function strike(
  effect: FaultEffect,
  batch: Batch,
  rows: Uint16Array | null,
  count: number,
  us: Int32Array,
  code: Uint8Array,
  declineThreshold: number,
): void {
  const { route, segments, keySegment, errorThreshold, errorCode, latencyFactor, latencyAddUs, shaped } = effect;
  const errors = streamEpoch(effect.errorStream, batch.drawEpoch);
  const declines = streamEpoch(effect.declineStream, batch.drawEpoch);
  for (let row = 0; row < count; row++) {
    const i = rows === null ? row : (rows[row] as number);
    if (route !== -1 && batch.route[i] !== route) continue;
    if (segments !== null && segments[keySegment[batch.key[i] as number] as number] === 0) continue;
    const index = batch.draw[i] as number;
    const strength = shaped === null ? 1 : faultStrength(shaped, batch.atUs[i] as number);
    const factor = shaped === null ? latencyFactor : 1 + (latencyFactor - 1) * strength;
    const slowed = (us[i] as number) * factor + latencyAddUs * strength;
    us[i] = slowed > LATENCY_US_MAX ? LATENCY_US_MAX : slowed < 1 ? 1 : slowed;
    if (code[i] === SERVED && draw32(errors.a, errors.b, index) < errorThreshold * strength) code[i] = errorCode;
    if (code[i] !== DECLINED && draw32(declines.a, declines.b, index) < declineThreshold * strength) {
      code[i] = DECLINED;
    }
  }
}

/** The candidate is known to be unable to serve (unhealthy): every request routed to it is declined. */
export function declineAll(batch: Batch): void {
  for (let row = 0; row < batch.candidateCount; row++) {
    batch.candidateCode[batch.candidateRows[row] as number] = DECLINED;
  }
}
