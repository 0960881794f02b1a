/**
 * Failures of a version: a rate, kinds by weight, and bursts where steps of time have more failures than luck gives (the
 * test of `error-bursts.ts`, forwards and backwards in time, so that what the trace begins with is found as well).
 */
import { closeBurstTick, createBurstState } from "../../engine/monitor/error-bursts.ts";
import type { ErrorBursts, ErrorKindShare, ErrorModel } from "../../engine/service/version-model.ts";
import { SERVED } from "../../engine/service/world.ts";
import type { Trace } from "../columns.ts";

/** A step of time has so many attempts on average, and there are at most so many. */
const ATTEMPTS_PER_STEP = 50;
const STEPS_MAX = 2_000;

/** Which rows of a version fell into bursts. */
export interface BurstRows {
  readonly stepUs: number;
  /** 1 for steps within bursts. */
  readonly inBurst: Uint8Array;
  /** Null: there are none. */
  readonly means: Pick<ErrorBursts, "everyUs" | "lastsUs"> | null;
}

/** Finds bursts among the rows of a version. */
export function findBursts(trace: Trace, rows: Uint32Array): BurstRows {
  const spanUs = (trace.columns.startUs[trace.count - 1] as number) + 1;
  const steps = Math.min(Math.max(Math.floor(rows.length / ATTEMPTS_PER_STEP), 1), STEPS_MAX);
  const stepUs = Math.ceil(spanUs / steps);
  const attempts = new Float64Array(steps);
  const errors = new Float64Array(steps);
  for (const row of rows) {
    const step = Math.floor((trace.columns.startUs[row] as number) / stepUs);
    attempts[step] = (attempts[step] as number) + 1;
    if (trace.outcome[row] !== SERVED) errors[step] = (errors[step] as number) + 1;
  }
  const inBurst = new Uint8Array(steps);
  const order = Array.from({ length: steps }, (_, step) => step);
  for (const steps of [order, order.toReversed()]) markBursts(steps, attempts, errors, stepUs, inBurst);
  const burstSteps = inBurst.reduce((sum, one) => sum + one, 0);
  const bursts = inBurst.reduce((sum, one, step) => sum + (one === 1 && inBurst[step - 1] !== 1 ? 1 : 0), 0);
  if (bursts === 0 || burstSteps === steps) return { stepUs, inBurst: new Uint8Array(steps), means: null };
  return {
    stepUs,
    inBurst,
    means: {
      everyUs: Math.round(((steps - burstSteps) * stepUs) / bursts),
      lastsUs: Math.round((burstSteps * stepUs) / bursts),
    },
  };
}

function markBursts(
  order: readonly number[],
  attempts: Float64Array,
  errors: Float64Array,
  stepUs: number,
  inBurst: Uint8Array,
): void {
  const state = createBurstState();
  let attemptsSoFar = 0;
  let errorsSoFar = 0;
  for (const [turn, step] of order.entries()) {
    attemptsSoFar += attempts[step] as number;
    errorsSoFar += errors[step] as number;
    closeBurstTick(state, errorsSoFar, attemptsSoFar, (turn + 1) * stepUs, stepUs, order.length);
    if (state.isBurst) inBurst[step] = 1;
  }
}

/** The failures among rows, in and outside of the bursts of their version. */
export function fitErrors(trace: Trace, rows: Uint32Array, bursts: BurstRows): ErrorModel {
  const attempts = [0, 0];
  const errors = [0, 0];
  const byKind = new Map<number, number>();
  for (const row of rows) {
    const step = Math.floor((trace.columns.startUs[row] as number) / bursts.stepUs);
    const where = bursts.inBurst[step] as number;
    attempts[where] = (attempts[where] ?? 0) + 1;
    const code = trace.outcome[row] as number;
    if (code === SERVED) continue;
    errors[where] = (errors[where] ?? 0) + 1;
    byKind.set(code, (byKind.get(code) ?? 0) + 1);
  }
  const ppmOf = (where: number): number =>
    (attempts[where] ?? 0) === 0 ? 0 : Math.round(((errors[where] ?? 0) * 1_000_000) / (attempts[where] ?? 1));
  const kinds = [...byKind]
    .sort(([one], [other]) => one - other)
    .map(([code, weight]): ErrorKindShare => ({ name: kindName(trace.errorKinds[code - 1] ?? "error"), weight }));
  return {
    kind: "own",
    ppm: ppmOf(0),
    ...(kinds.length === 0 ? {} : { kinds: merged(kinds) }),
    ...(bursts.means === null ? {} : { bursts: { ppm: ppmOf(1), ...bursts.means } }),
  };
}

/** Names that a scenario file takes: statuses of HTTP as `http-503`. */
function kindName(name: string): string {
  if (/^\d+$/u.test(name)) return `http-${name}`;
  const plain = name.replaceAll(/[^\w.-]+/gu, "-").replace(/^[^A-Za-z0-9]+/u, "");
  return plain === "" ? "error" : plain;
}

function merged(kinds: readonly ErrorKindShare[]): ErrorKindShare[] {
  const weights = new Map<string, number>();
  for (const { name, weight } of kinds) weights.set(name, (weights.get(name) ?? 0) + weight);
  return [...weights].map(([name, weight]) => ({ name, weight }));
}
