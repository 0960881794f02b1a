/**
 * A world made from models: arrivals, users, routes, and what each request would meet under either version. Every
 * draw is a hash of (seed, purpose, request), so a candidate's outcome is made only where it is looked at, and is
 * the same whenever it is. The latency draw is common to both versions (a heavy request is heavy on both), the
 * draws of failures are each version's own (a fallback is a fresh try).
 */
import { invariant } from "../kernel/assert.ts";
import { drawColumn, drawScaled, loadAscending, loadIndices } from "../kernel/draw-column.ts";
import { DRAW_UNIT, deriveStream, drawThresholdFromPpm, streamEpoch, type Stream } from "../kernel/random.ts";
import { hashNumberedUsers } from "../flags/numbered-keys.ts";
import { createOutcomeModel, drawOutcomes, settlerOf } from "../service/outcome-model.ts";
import { createOwnMetricDraws, type OwnMetricModel } from "../service/own-metric-model.ts";
import type { VersionModel } from "../service/version-model.ts";
import { applyWarmUp } from "../service/warm-up.ts";
import { BATCH_ROWS, type Batch, type World, type WorldState } from "../service/world.ts";
import { createAliasTable, drawAlias, zipfWeights, type AliasTable } from "./alias-table.ts";
import { createArrivalTimes } from "./arrival-times.ts";
import { dimensionsOf, segmentsOfKeys } from "./key-segments.ts";
import { createSessionFiller, startSessions } from "./sessions.ts";
import type { Traffic } from "./traffic.ts";

/** What a synthetic world is made of. */
export interface SyntheticWorldSpec {
  readonly traffic: Traffic;
  /** Its models are its own, not relative. */
  readonly baseline: VersionModel;
  readonly candidate: VersionModel;
  /** Kinds of failure that something else than the versions causes (faults); absent: none. */
  readonly errorKinds?: readonly string[];
  /** Metrics of its own; absent: none. */
  readonly metrics?: readonly OwnMetricModel[];
}

/** Requests drawn before an index's low 32 bits start again. */
const EPOCH_REQUESTS = 2 ** 32;

/** The world of a specification under a seed. */
export function createSyntheticWorld(spec: SyntheticWorldSpec, seed: string): World {
  const { traffic } = spec;
  const { sessions } = traffic.users;
  const routes = traffic.routes.map((route) => route.name);
  invariant(routes.length > 0, "traffic needs at least one route");
  const population = traffic.users.population;
  const keyHashes = hashNumberedUsers(population);
  const shares = traffic.users.segments ?? [];
  const divided =
    shares.length === 0 ? {} : { segments: dimensionsOf(shares), keySegment: segmentsOfKeys(keyHashes, shares) };
  const otherKinds = spec.errorKinds ?? [];
  const model = createOutcomeModel(routes, spec.baseline, spec.candidate, seed, { ...divided, otherKinds });
  const { warmUp } = model;
  const settle = settlerOf(model);
  const metrics = spec.metrics ?? [];
  const arrivals = arrivalFiller(traffic, seed);
  const fillSessions = sessions === undefined ? null : createSessionFiller(sessions, keyHashes, seed);
  return {
    routes,
    errorKinds: model.errorKinds,
    keyHashes,
    keyText: (key) => `u${key}`,
    ...divided,
    ...(sessions === undefined ? {} : { identity: sessions.kind === "none" ? "none" : "session" }),
    endsAtUs: null,
    start: () => ({ ...arrivals.start(), ...(sessions === undefined ? {} : startSessions(sessions, population)) }),
    arrivals:
      fillSessions === null
        ? arrivals.fill
        : (state, batch, untilUs) => {
            arrivals.fill(state, batch, untilUs);
            fillSessions(state, batch);
          },
    outcomes:
      warmUp === null
        ? (_state, batch) => drawOutcomes(model, batch)
        : (state, batch) => {
            drawOutcomes(model, batch);
            applyWarmUp(warmUp, state, batch);
          },
    ...(settle === undefined ? {} : { settle }),
    ...(metrics.length === 0
      ? {}
      : {
          ownMetrics: metrics.map(({ name, kind, unit }) => ({ name, kind, ...(unit === undefined ? {} : { unit }) })),
          ownValues: createOwnMetricDraws(metrics, { routes, ...divided }, seed),
        }),
  };
}

interface ArrivalFiller {
  readonly start: () => WorldState;
  readonly fill: (state: WorldState, batch: Batch, untilUs: number) => void;
}

function arrivalFiller(traffic: Traffic, seed: string): ArrivalFiller {
  const { population, zipf = 0 } = traffic.users;
  const times = createArrivalTimes(traffic.arrivals, seed);
  const userStream = deriveStream(seed, "traffic/users");
  const aliasStream = deriveStream(seed, "traffic/users/alias");
  const routeStream = deriveStream(seed, "traffic/routes");
  const userScale = DRAW_UNIT * population;
  const aliases = zipf === 0 ? null : createAliasTable(zipfWeights(population, zipf));
  const routeThresholds = cumulativeThresholds(traffic.routes.map((route) => route.weight));
  const routeByByte = firstEntryByByte(routeThresholds);

  return {
    start: () => ({ ...times.start(), requests: 0 }),
    fill: (state, batch, untilUs) => {
      const requests = state.requests as number;
      const epoch = Math.floor(requests / EPOCH_REQUESTS);
      const first = requests - epoch * EPOCH_REQUESTS;
      const rows = Math.min(BATCH_ROWS, EPOCH_REQUESTS - first);
      const { draw } = batch;
      loadAscending(draw, first | 0, rows);
      const count = times.fill(batch, state, epoch, first, requests, rows, untilUs);
      const users = streamEpoch(userStream, epoch);
      loadIndices(draw, count);
      if (aliases === null) fillUsers(batch, users, count, userScale);
      else fillWeighted(batch, users, streamEpoch(aliasStream, epoch), aliases, count, userScale);
      if (routeThresholds.length > 1) {
        fillRoutes(batch, streamEpoch(routeStream, epoch), count, routeThresholds, routeByByte);
      } else {
        batch.route.fill(0, 0, count);
      }
      batch.count = count;
      batch.drawEpoch = epoch;
      state.requests = requests + count;
    },
  };
}

function fillUsers({ key }: Batch, { a, b }: Stream, count: number, scale: number): void {
  drawScaled(0, a, b, count, scale, key);
}

/** As `fillUsers`, where some users are busier than others. */
function fillWeighted(
  { key }: Batch,
  cells: Stream,
  entries: Stream,
  aliases: AliasTable,
  count: number,
  scale: number,
): void {
  const cellDrawn = drawColumn(0, cells.a, cells.b, count);
  const entryDrawn = drawColumn(1, entries.a, entries.b, count);
  for (let i = 0; i < count; i++) {
    key[i] = drawAlias(aliases, scale, cellDrawn[i] as number, entryDrawn[i] as number);
  }
}

function fillRoutes(
  { route }: Batch,
  { a, b }: Stream,
  count: number,
  thresholds: Float64Array,
  firstByByte: Uint16Array,
): void {
  const column = drawColumn(0, a, b, count);
  for (let i = 0; i < count; i++) {
    const drawn = column[i] as number;
    let chosen = firstByByte[drawn >>> 24] as number;
    while (drawn >= (thresholds[chosen] as number)) chosen++;
    route[i] = chosen;
  }
}

/** Where to start looking among thresholds, by the upper 8 bits of a draw: the entry of the lowest such draw. */
function firstEntryByByte(thresholds: Float64Array): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => thresholds.findIndex((end) => byte * 2 ** 24 < end));
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
