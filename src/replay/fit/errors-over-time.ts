/**
 * How the failures of a version are spread over time, and how those of its model are: the shares of failures by steps of
 * time, beside those of many runs of the model on the very attempts of the trace. Runs are from fixed seeds, so that the
 * same trace has the same fit.
 */
import { DRAW_UNIT, deriveStream, draw32, type Stream } from "../../engine/kernel/random.ts";
import { createBurstTimeline, stayAt } from "../../engine/service/burst-timeline.ts";
import type { ErrorModel } from "../../engine/service/version-model.ts";
import { SERVED } from "../../engine/service/world.ts";
import { writeDuration } from "../../scenarios/quantity.ts";
import type { Trace } from "../columns.ts";
import type { FittedVersion, GoodnessOfFit } from "./fitted.ts";
import { goodnessOf, upperBound } from "./goodness.ts";
import { usualStepUs } from "./usual-steps.ts";

/** Runs of the model; the shares of so many are known to about a hundredth. */
const RUNS = 400;
/** Fewer steps say nothing of a distribution. */
const STEPS_MIN = 5;
/** Counts with a greater mean are drawn as normal ones: the distribution is then the same to half a hundredth. */
const MEAN_NORMAL = 200;
/** Shares of counts are apart by more than this. */
const RESOLUTION = 1e-9;

/** Attempts with the same model of failures, by step. */
interface Group {
  readonly model: ErrorModel;
  readonly attempts: Float64Array;
}

/** Compares by step of time; null where nothing failed, or there are too few steps. `name` as in reports. */
export function goodnessOfErrors(
  trace: Trace,
  rows: Uint32Array,
  { errors, routes }: Pick<FittedVersion, "errors" | "routes">,
  name: string,
): GoodnessOfFit | null {
  const spanUs = (trace.columns.startUs[trace.count - 1] as number) + 1;
  const stepUs = usualStepUs(rows.length, spanUs);
  // A part of a step at the end would be less sure than the others.
  const steps = Math.floor(spanUs / stepUs);
  if (steps < STEPS_MIN) return null;
  const models = [errors, ...Object.values(routes).flatMap((route) => route.errors ?? [])];
  const groups = models.map((model): Group => ({ model, attempts: new Float64Array(steps) }));
  const groupOf = trace.routes.map((route) => {
    const own = routes[route]?.errors ?? null;
    return own === null ? 0 : models.indexOf(own);
  });
  const attempts = new Float64Array(steps);
  const failures = new Float64Array(steps);
  for (const row of rows) {
    const step = Math.floor((trace.columns.startUs[row] as number) / stepUs);
    if (step >= steps) continue;
    attempts[step] = (attempts[step] as number) + 1;
    const group = groups[groupOf[trace.columns.route[row] as number] ?? 0];
    if (group !== undefined) group.attempts[step] = (group.attempts[step] as number) + 1;
    if (trace.outcome[row] !== SERVED) failures[step] = (failures[step] as number) + 1;
  }
  if (failures.every((count) => count === 0)) return null;
  const seen = sharesOf(failures, attempts);
  const modelled = simulate(groups, attempts, stepUs, name);
  return goodnessOf({
    what: `failures of the ${name} by ${writeDuration(stepUs)}`,
    model: models.some(({ bursts }) => bursts !== undefined) ? "a rate and bursts" : "a steady rate",
    unit: "% failures",
    sorted: seen,
    shareUpTo: (value) => upperBound(modelled, value) / modelled.length,
    resolution: RESOLUTION,
    scale: 0.01,
  });
}

/** Ascending, of the steps that have attempts. */
function sharesOf(failures: Float64Array, attempts: Float64Array): Float64Array {
  return failures
    .map((count, step) => count / (attempts[step % attempts.length] as number))
    .filter((share) => !Number.isNaN(share))
    .sort();
}

/** The shares of failures that many runs of the models have in the steps. */
function simulate(groups: readonly Group[], attempts: Float64Array, stepUs: number, name: string): Float64Array {
  const steps = attempts.length;
  const failures = new Float64Array(RUNS * steps);
  for (const [nth, { model, attempts: own }] of groups.entries()) {
    const calmRate = model.kind === "own" ? model.ppm / 1_000_000 : 0;
    const burstRate = (model.bursts?.ppm ?? 0) / 1_000_000;
    const counts = { stream: deriveStream("fit", `${name}/failures/${nth}`), drawn: 0 };
    for (let run = 0; run < RUNS; run++) {
      const stream = deriveStream(String(run), `${name}/bursts/${nth}`);
      const inBurst = burstShares(model, stream, stepUs, steps);
      for (let step = 0; step < steps; step++) {
        const all = own[step] as number;
        const ofBurst = Math.round(all * (inBurst[step] as number));
        const at = run * steps + step;
        failures[at] =
          (failures[at] as number) +
          drawBinomial(counts, ofBurst, burstRate) +
          drawBinomial(counts, all - ofBurst, calmRate);
      }
    }
  }
  return sharesOf(failures, attempts);
}

/** By step: which part of it lies in bursts in one run. */
function burstShares({ bursts }: ErrorModel, stream: Stream, stepUs: number, steps: number): Float64Array {
  const shares = new Float64Array(steps);
  if (bursts === undefined) return shares;
  const timeline = createBurstTimeline(stream, { calmUs: bursts.everyUs, burstUs: bursts.lastsUs });
  const endUs = steps * stepUs;
  const last = stayAt(timeline, endUs);
  for (let stay = 1; stay <= last; stay += 2) {
    const fromUs = timeline.endsUs[stay - 1] as number;
    const toUs = Math.min(timeline.endsUs[stay] as number, endUs);
    for (let step = Math.floor(fromUs / stepUs); step * stepUs < toUs; step++) {
      const insideUs = Math.min(toUs, (step + 1) * stepUs) - Math.max(fromUs, step * stepUs);
      shares[step] = (shares[step] as number) + insideUs / stepUs;
    }
  }
  return shares;
}

/** How many of so many attempts fail. */
function drawBinomial(counts: { readonly stream: Stream; drawn: number }, attempts: number, rate: number): number {
  if (attempts === 0 || rate === 0) return 0;
  if (rate > 0.5) return attempts - drawBinomial(counts, attempts, 1 - rate);
  const draw = (): number => (draw32(counts.stream.a, counts.stream.b, counts.drawn++) + 0.5) * DRAW_UNIT;
  const mean = attempts * rate;
  if (mean > MEAN_NORMAL) {
    const normal = Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
    const count = Math.round(mean + normal * Math.sqrt(mean * (1 - rate)));
    return Math.min(Math.max(count, 0), attempts);
  }
  let chance = Math.exp(attempts * Math.log1p(-rate));
  let left = draw() - chance;
  let count = 0;
  while (left > 0 && count < attempts) {
    chance *= ((attempts - count) / (count + 1)) * (rate / (1 - rate));
    count++;
    left -= chance;
  }
  return count;
}
