/**
 * A world made from models: arrivals, users, routes, and what each request would meet under either version. Every
 * draw is a hash of (seed, purpose, request), so a candidate's outcome is made only where it is looked at, and is
 * the same whenever it is. The latency draw is common to both versions (a heavy request is heavy on both), the
 * draws of failures are each version's own (a fallback is a fresh try).
 */
import { DRAW_UNIT, deriveStream, draw32, drawThresholdFromPpm, streamEpoch, type Stream } from "../kernel/random.ts";
import { invariant } from "../kernel/assert.ts";
import { SECOND_US } from "../kernel/units.ts";
import { hashKey } from "../flags/bucketing.ts";
import { createOutcomeModel, drawOutcomes } from "../service/outcome-model.ts";
import { sampleTable, tableMean, tabulateQuantiles, type QuantileTable } from "../service/quantile-table.ts";
import type { VersionModel } from "../service/version-model.ts";
import { BATCH_ROWS, type Batch, type World, type WorldState } from "../service/world.ts";
import type { Traffic } from "./traffic.ts";

/** What a synthetic world is made of. */
export interface SyntheticWorldSpec {
  readonly traffic: Traffic;
  /** Its models are its own, not relative. */
  readonly baseline: VersionModel;
  readonly candidate: VersionModel;
}

/** Requests drawn before an index's low 32 bits start again. */
const EPOCH_REQUESTS = 2 ** 32;

/** The world of a specification under a seed. */
export function createSyntheticWorld(spec: SyntheticWorldSpec, seed: string): World {
  const { traffic } = spec;
  const routes = traffic.routes.map((route) => route.name);
  invariant(routes.length > 0, "traffic needs at least one route");
  const population = traffic.users.population;
  const keyHashes = new Uint32Array(population);
  for (let i = 0; i < population; i++) keyHashes[i] = hashKey(`u${i}`);
  const model = createOutcomeModel(routes, spec.baseline, spec.candidate, seed);
  const fill = arrivalFiller(traffic, seed);
  return {
    routes,
    errorKinds: ["error"],
    keyHashes,
    endsAtUs: null,
    start: (): WorldState => ({ nextUs: fill.firstUs, requests: 0 }),
    arrivals: fill.arrivals,
    outcomes: (_state, batch) => drawOutcomes(model, batch),
  };
}

interface ArrivalFiller {
  readonly firstUs: number;
  readonly arrivals: (state: WorldState, batch: Batch, untilUs: number) => void;
}

function arrivalFiller(traffic: Traffic, seed: string): ArrivalFiller {
  const gapStream = deriveStream(seed, "traffic/gaps");
  const userStream = deriveStream(seed, "traffic/users");
  const routeStream = deriveStream(seed, "traffic/routes");
  const isPoisson = traffic.arrivals.kind === "poisson";
  const gaps = isPoisson ? exponentialTable(SECOND_US / traffic.arrivals.perSecond) : null;
  const userScale = DRAW_UNIT * traffic.users.population;
  const routeThresholds = cumulativeThresholds(traffic.routes.map((route) => route.weight));

  return {
    firstUs: gaps === null ? 0 : sampleTable(gaps, 0, draw32(gapStream.b, gapStream.a, 0)),
    arrivals: (state, batch, untilUs) => {
      const requests = state.requests as number;
      const epoch = Math.floor(requests / EPOCH_REQUESTS);
      const first = requests - epoch * EPOCH_REQUESTS;
      const rows = Math.min(BATCH_ROWS, EPOCH_REQUESTS - first);
      const nextUs = state.nextUs as number;
      const count =
        gaps === null
          ? fillEvenly(batch, state, requests, rows, nextUs, untilUs, traffic.arrivals.perSecond)
          : fillPoisson(batch, state, streamEpoch(gapStream, epoch), gaps, first, rows, nextUs, untilUs);
      fillUsers(batch, streamEpoch(userStream, epoch), first, count, userScale);
      if (routeThresholds.length > 1) {
        fillRoutes(batch, streamEpoch(routeStream, epoch), first, count, routeThresholds);
      } else {
        batch.route.fill(0, 0, count);
      }
      batch.count = count;
      batch.drawEpoch = epoch;
      state.requests = requests + count;
    },
  };
}

function fillPoisson(
  batch: Batch,
  state: WorldState,
  stream: Stream,
  gaps: QuantileTable,
  first: number,
  rows: number,
  startUs: number,
  untilUs: number,
): number {
  const { atUs } = batch;
  const { a, b } = stream;
  let nextUs = startUs;
  let count = 0;
  while (count < rows && nextUs < untilUs) {
    atUs[count] = Math.floor(nextUs);
    nextUs += sampleTable(gaps, 0, draw32(a, b, (first + count) | 0));
    count++;
  }
  state.nextUs = nextUs;
  return count;
}

function fillEvenly(
  batch: Batch,
  state: WorldState,
  requests: number,
  rows: number,
  startUs: number,
  untilUs: number,
  perSecond: number,
): number {
  const { atUs } = batch;
  let nextUs = startUs;
  let count = 0;
  while (count < rows && nextUs < untilUs) {
    atUs[count++] = Math.floor(nextUs);
    // Computed from the count, not summed up, so that the spacing does not drift.
    nextUs = ((requests + count) * SECOND_US) / perSecond;
  }
  state.nextUs = nextUs;
  return count;
}

function fillUsers(batch: Batch, stream: Stream, first: number, count: number, scale: number): void {
  const { draw, key } = batch;
  const { a, b } = stream;
  const start = first | 0;
  for (let i = 0; i < count; i++) {
    draw[i] = start + i;
    key[i] = draw32(a, b, start + i) * scale;
  }
}

function fillRoutes(batch: Batch, stream: Stream, first: number, count: number, thresholds: Float64Array): void {
  const { route } = batch;
  const { a, b } = stream;
  const start = first | 0;
  for (let i = 0; i < count; i++) {
    const drawn = draw32(a, b, start + i);
    let chosen = 0;
    while (drawn >= (thresholds[chosen] as number)) chosen++;
    route[i] = chosen;
  }
}

/** Exponential gaps with the given mean; scaled so that the table's own mean is exact. */
function exponentialTable(meanUs: number): Float64Array {
  const table = tabulateQuantiles((probability) => -Math.log1p(-probability));
  const scale = meanUs / tableMean(table);
  for (let i = 0; i < table.length; i++) table[i] = (table[i] ?? 0) * scale;
  return table;
}

/** Upper ends of the draws that choose each of the weighted entries; the last is 2^32. */
function cumulativeThresholds(weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const thresholds = Float64Array.from(weights, (weight) => {
    sum += weight;
    return drawThresholdFromPpm((sum / total) * 1_000_000);
  });
  thresholds[thresholds.length - 1] = EPOCH_REQUESTS;
  return thresholds;
}
