/** What active faults do to the values of a world's own metrics, on top of what the world says. */
import { deriveStream, drawThresholdFromPpm, type Stream } from "../kernel/random.ts";
import type { Fault } from "./fault.ts";
import { faultStrength } from "./fault-shape.ts";
import { NO_VALUE, wholeValue, type OwnMetric, type OwnMetricKind, type OwnValues } from "./own-metric.ts";
import { drawOfRow } from "./own-metric-model.ts";
import { segmentMask } from "./segments.ts";
import type { Batch, World } from "./world.ts";

/** The change that one fault makes to one metric, ready. Immutable. */
export interface OwnFaultEffect {
  /** Index of the fault among the plan's. */
  readonly fault: number;
  readonly metric: number;
  readonly kind: OwnMetricKind;
  readonly factor: number;
  /** Millionths of a number; of a boolean a threshold of the draw, below 0 where it takes away. */
  readonly add: number;
  readonly onBaseline: boolean;
  readonly onCandidate: boolean;
  /** -1: every route. */
  readonly route: number;
  /** By segment: 1 where it strikes; null: everywhere. */
  readonly segments: Uint8Array | null;
  readonly keySegment: Uint8Array;
  /** Null: a step. */
  readonly shaped: Fault | null;
  readonly keepStream: Stream;
  readonly addStream: Stream;
}

/** Chance that is certain, as a threshold. */
const CERTAIN = 2 ** 32;

/** The changes of all faults, in their order; each has its own luck. */
export function createOwnFaultEffects(
  faults: readonly Fault[],
  metrics: readonly OwnMetric[],
  world: Pick<World, "routes" | "segments" | "keySegment">,
  seed: string,
): OwnFaultEffect[] {
  return faults.flatMap((fault, index) =>
    Object.entries(fault.metrics ?? {}).flatMap(([name, { factor, add }]): OwnFaultEffect[] => {
      const metric = metrics.findIndex((one) => one.name === name);
      const kind = metrics[metric]?.kind;
      if (kind === undefined) return [];
      return [
        {
          fault: index,
          metric,
          kind,
          factor,
          add: kind === "number" ? add : Math.sign(add) * drawThresholdFromPpm(Math.abs(add)),
          onBaseline: fault.version !== "candidate",
          onCandidate: fault.version !== "baseline",
          route: fault.route === null ? -1 : world.routes.indexOf(fault.route),
          segments: fault.where === undefined ? null : segmentMask(world.segments ?? [], fault.where),
          keySegment: world.keySegment ?? new Uint8Array(0),
          shaped: fault.shape === undefined || fault.shape.kind === "step" ? null : fault,
          keepStream: deriveStream(seed, `fault/${index}/metric/${name}/keep`),
          addStream: deriveStream(seed, `fault/${index}/metric/${name}/add`),
        },
      ];
    }),
  );
}

/** Applies one active fault's change to the values of a batch; a request without a value keeps none. */
export function applyOwnFault(effect: OwnFaultEffect, batch: Batch, values: OwnValues): void {
  const baseline = values.baseline[effect.metric];
  const candidate = values.candidate[effect.metric];
  if (effect.onBaseline && baseline !== undefined) change(effect, batch, null, batch.count, baseline);
  if (effect.onCandidate && candidate !== undefined) {
    change(effect, batch, batch.candidateRows, batch.candidateCount, candidate);
  }
}

function change(
  effect: OwnFaultEffect,
  batch: Batch,
  rows: Uint16Array | null,
  count: number,
  column: Float64Array,
): void {
  const { route, segments, keySegment, kind, factor, add, shaped, keepStream, addStream } = effect;
  for (let row = 0; row < count; row++) {
    const i = rows === null ? row : (rows[row] as number);
    const value = column[i] as number;
    if (value === NO_VALUE || (route !== -1 && batch.route[i] !== route)) continue;
    if (segments !== null && segments[keySegment[batch.key[i] as number] as number] === 0) continue;
    const strength = shaped === null ? 1 : faultStrength(shaped, batch.atUs[i] as number);
    const factorNow = 1 + (factor - 1) * strength;
    if (kind === "number") {
      column[i] = wholeValue(value * factorNow + add * strength);
    } else if (value === 1) {
      const isKept = factorNow >= 1 || drawOfRow(keepStream, batch, i) < CERTAIN * factorNow;
      if (!isKept || (add < 0 && drawOfRow(addStream, batch, i) < -add * strength)) column[i] = 0;
    } else if (add > 0 && drawOfRow(addStream, batch, i) < add * strength) {
      column[i] = 1;
    }
  }
}
