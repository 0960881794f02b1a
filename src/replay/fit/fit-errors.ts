/**
 * Failures of a version: a rate, kinds by weight, and bursts where a calm rate and a higher one explain the steps of time
 * better than one rate does (`two-rates.ts`).
 */
import type { ErrorBursts, ErrorKindShare, ErrorModel } from "../../engine/service/version-model.ts";
import { SERVED } from "../../engine/service/world.ts";
import type { Trace } from "../columns.ts";
import type { SeenBurst } from "./fitted.ts";
import { fitTwoRates } from "./two-rates.ts";

/** A step of time has so many attempts on average, and there are at most so many. */
const ATTEMPTS_PER_STEP = 20;
const STEPS_MAX = 20_000;
/** Fewer steps have no stretches. */
const STEPS_MIN = 3;
/** More digits than a fit knows are none that anybody reads. */
const DIGITS = 3;

/** How far the time of a version's rows is in bursts. */
export interface BurstRows {
  readonly stepUs: number;
  /** By step: the chance that it lies in a burst. */
  readonly inBurst: Float64Array;
  /** Null: there are none. */
  readonly means: Pick<ErrorBursts, "everyUs" | "lastsUs"> | null;
  /** The stretches that are more likely in a burst than not. */
  readonly seen: readonly SeenBurst[];
}

/** Finds bursts among the rows of a version. */
export function findBursts(trace: Trace, rows: Uint32Array): BurstRows {
  const spanUs = (trace.columns.startUs[trace.count - 1] as number) + 1;
  const wanted = Math.min(Math.max(Math.floor(rows.length / ATTEMPTS_PER_STEP), 1), STEPS_MAX);
  const stepUs = Math.ceil(spanUs / wanted);
  // Of so many none lies beyond the end.
  const steps = Math.ceil(spanUs / stepUs);
  const attempts = new Float64Array(steps);
  const errors = new Float64Array(steps);
  for (const row of rows) {
    const step = Math.floor((trace.columns.startUs[row] as number) / stepUs);
    attempts[step] = (attempts[step] as number) + 1;
    if (trace.outcome[row] !== SERVED) errors[step] = (errors[step] as number) + 1;
  }
  const rates = steps < STEPS_MIN ? null : fitTwoRates(attempts, errors);
  const seen = rates === null ? [] : stretches(rates.inBurst, attempts, errors, stepUs, spanUs);
  if (rates === null || seen.length === 0) {
    return { stepUs, inBurst: new Float64Array(steps), means: null, seen: [] };
  }
  const burstSteps = rates.inBurst.reduce((sum, chance) => sum + chance, 0);
  return {
    stepUs,
    inBurst: rates.inBurst,
    means: {
      everyUs: readable(((steps - burstSteps) * stepUs) / rates.bursts),
      lastsUs: readable((burstSteps * stepUs) / rates.bursts),
    },
    seen,
  };
}

function readable(us: number): number {
  return Math.max(Math.round(Number(us.toPrecision(DIGITS))), 1);
}

/** Runs of steps that are more likely in a burst than not. */
function stretches(
  inBurst: Float64Array,
  attempts: Float64Array,
  errors: Float64Array,
  stepUs: number,
  spanUs: number,
): SeenBurst[] {
  const found: { fromUs: number; toUs: number; attempts: number; errors: number }[] = [];
  for (const [step, chance] of inBurst.entries()) {
    if (chance <= 0.5) continue;
    const fromUs = step * stepUs;
    let stretch = found.at(-1);
    if (stretch?.toUs !== fromUs) found.push((stretch = { fromUs, toUs: fromUs, attempts: 0, errors: 0 }));
    stretch.toUs = Math.min(fromUs + stepUs, spanUs);
    stretch.attempts += attempts[step] as number;
    stretch.errors += errors[step] as number;
  }
  return found;
}

/** The failures among rows, in and outside of the bursts of their version. */
export function fitErrors(trace: Trace, rows: Uint32Array, bursts: BurstRows): ErrorModel {
  const attempts = { calm: 0, burst: 0 };
  const errors = { calm: 0, burst: 0 };
  const byKind = new Map<number, number>();
  for (const row of rows) {
    const step = Math.floor((trace.columns.startUs[row] as number) / bursts.stepUs);
    const chance = bursts.inBurst[step] as number;
    attempts.calm += 1 - chance;
    attempts.burst += chance;
    const code = trace.outcome[row] as number;
    if (code === SERVED) continue;
    errors.calm += 1 - chance;
    errors.burst += chance;
    byKind.set(code, (byKind.get(code) ?? 0) + 1);
  }
  const ppmOf = (where: "calm" | "burst"): number =>
    attempts[where] === 0 ? 0 : Math.round((errors[where] * 1_000_000) / attempts[where]);
  const kinds = [...byKind]
    .sort(([one], [other]) => one - other)
    .map(([code, weight]): ErrorKindShare => ({ name: kindName(trace.errorKinds[code - 1] ?? "error"), weight }));
  return {
    kind: "own",
    ppm: ppmOf("calm"),
    ...(kinds.length === 0 ? {} : { kinds: merged(kinds) }),
    ...(bursts.means === null ? {} : { bursts: { ppm: ppmOf("burst"), ...bursts.means } }),
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
