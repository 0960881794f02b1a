/**
 * The data plane where resources feed back: requests in the order of time, still no events. The world's arrivals come
 * in batches with their outcomes; fallbacks and retries, which begin later, wait in a heap and are merged with them, so
 * that every pool sees its attempts in order. What a pool makes of an attempt is known as soon as it comes (see
 * `worker-pool.ts`). So what became of a request is written into a batch of its own, as the latency and the outcome
 * that recorders know, and goes the way of all batches.
 *
 * Beside it runs the shadow: every call on the baseline, with the same draws, through a second set of the baseline's
 * pools. Impact is what the two differ by.
 */
import { invariant } from "./kernel/assert.ts";
import { draw32 } from "./kernel/random.ts";
import { completeBefore, drawBatch, routeArrivals, type DataPlane } from "./batch-stages.ts";
import { countVisit } from "./routing/routers.ts";
import { ARRIVED, BASELINE, CANDIDATE, HARMED, SAVED } from "./monitor/counters.ts";
import { expose, flush, latencyOf, settle, type Advance, type ResourcePlane } from "./resource-advance.ts";
import { NO_CALL, callOf, countServed, endCall, endShadow } from "./resource-impact.ts";
import { countResources } from "./resource-reading.ts";
import { comeBack, waitForFallback, waitForRetry } from "./resource-waiting.ts";
import { TURNED_AWAY, attempt, type ReadyVersion, type VersionState } from "./resources/attempt.ts";
import { openCall } from "./resources/calls.ts";
import { itemOfDraw } from "./resources/item-popularity.ts";
import { FALLBACK, RETRY, SHADOW_RETRY, nextPendingUs, takePending } from "./resources/pending.ts";
import type { ResourceState } from "./resources/resource-state.ts";
import { disruptBatch } from "./rollback-disruption.ts";
import { DECLINED, SERVED, type Batch } from "./service/world.ts";
import type { StackState } from "./stack-state.ts";

/** Makes all attempts that come before `toUs`, and completes what completes before it. */
export function advanceResourcePlane(
  data: DataPlane,
  plane: ResourcePlane,
  state: StackState,
  resources: ResourceState,
  toUs: number,
): void {
  const { world, batch } = data;
  const { counters } = state.recording;
  const advance: Advance = { data, plane, state, resources, counters, toUs };
  completeBefore(data, state, toUs);
  for (;;) {
    world.arrivals(state.world, batch, toUs);
    if (batch.count === 0) break;
    invariant((batch.atUs[batch.count - 1] as number) < toUs, "a world gave a request from the future");
    routeArrivals(data, state, batch);
    drawBatch(data, state, batch);
    for (let i = 0; i < batch.count; i++) plane.undisturbed[i] = batch.baselineCode[i] as number;
    disrupt(advance, batch);
    serveBatch(advance, batch);
  }
  while (nextPendingUs(resources.pending) < toUs) servePending(advance);
  flush(advance);
  resources.nowUs = toUs;
  countResources(plane.ready, resources, counters, plane.countersAt);
}

/** What a rollback under way does to a batch. */
function disrupt({ data, state, counters }: Advance, batch: Batch): void {
  const { rollback } = state.manager;
  if (rollback === null) return;
  // It counts whom it harms by itself; here the shadow tells.
  const harmed = counters[HARMED] as number;
  disruptBatch(data.restarts, rollback, state, batch);
  counters[HARMED] = harmed;
}

function serveBatch(advance: Advance, batch: Batch): void {
  const { pending } = advance.resources;
  const { popularity, itemStream, itemKind } = advance.plane.ready;
  const { atUs, key, route, draw, count, drawEpoch } = batch;
  for (let i = 0; i < count; i++) {
    while (nextPendingUs(pending) <= (atUs[i] as number)) servePending(advance);
    let item = 0;
    if (popularity !== null) {
      item = itemOfDraw(popularity, draw32(itemStream.a ^ drawEpoch, itemStream.b, draw[i] as number));
    } else if (itemKind === "user") {
      item = key[i] as number;
    } else if (itemKind === "route") {
      item = route[i] as number;
    }
    serveRequest(advance, batch, i, item, NO_CALL, 0);
  }
}

/** The next attempt of the heap. */
function servePending(advance: Advance): void {
  const { resources, counters, plane } = advance;
  const { pending } = resources;
  const place = takePending(pending);
  const call = pending.call[place] as number;
  const tries = pending.tries[place] as number;
  const item = pending.item[place] as number;
  const batch = plane.retried;
  const kind = pending.kind[place];
  comeBack(advance, place, batch);
  if (kind === FALLBACK) {
    resources.pendingFallbacks--;
    fallBack(advance, batch, 0, item, call, tries, pending.requestAtUs[place] as number);
  } else if (kind === RETRY) {
    resources.retries++;
    routeArrivals(advance.data, advance.state, batch);
    drawBatch(advance.data, advance.state, batch);
    disrupt(advance, batch);
    serveRequest(advance, batch, 0, item, call, tries);
  } else {
    resources.shadowRetries++;
    batch.routed[0] = 0;
    batch.baselineRows[0] = 0;
    batch.candidateCount = 0;
    drawBatch(advance.data, advance.state, batch);
    const code = askShadow(advance, batch, 0, item, batch.baselineCode[0] as number);
    if (code !== SERVED) failShadow(advance, batch, 0, item, call, tries, code);
    else endShadow(resources.calls, call, true, plane.terms.doneUs, counters, advance.data.terms);
  }
}

/** One request comes: the first of its call (`call` is `NO_CALL`), or a client's `tries`-th retry. */
function serveRequest(advance: Advance, batch: Batch, i: number, item: number, call: number, tries: number): void {
  const { plane, state, resources, counters, data } = advance;
  const { ready, terms } = plane;
  const { calls } = resources;
  const atUs = batch.atUs[i] as number;
  const isCandidate = batch.routed[i] === 1;
  counters[ARRIVED] = (counters[ARRIVED] as number) + 1;
  if (isCandidate) expose(advance, batch.key[i] as number, atUs);
  if (data.routers !== undefined && state.routers !== undefined) countVisit(data.routers, state.routers, batch, i);

  let own = call;
  let shadowUs = 0;
  let shadowServes = true;
  if (call === NO_CALL) {
    const code = askShadow(advance, batch, i, item, plane.undisturbed[i] as number);
    shadowUs = terms.doneUs;
    shadowServes = code === SERVED;
    if (!shadowServes) {
      own = openCall(calls, atUs);
      failShadow(advance, batch, i, item, own, 0, code);
    }
  }

  let code: number;
  if (isCandidate) {
    code = batch.candidateCode[i] as number;
    if (code !== DECLINED) {
      const us = batch.candidateUs[i] as number;
      code = ask(advance, ready.candidate, resources.candidate, CANDIDATE, batch, i, item, atUs, us, code);
      if (code === TURNED_AWAY) code = DECLINED;
    }
    const doneUs = code === DECLINED ? atUs : terms.doneUs;
    batch.candidateUs[i] = latencyOf(atUs, doneUs);
    batch.candidateCode[i] = code;
    if (code !== SERVED && state.router.fallsBack) {
      own = callOf(calls, own, atUs, shadowUs);
      if (code === DECLINED) return fallBack(advance, batch, i, item, own, tries, atUs);
      return waitForFallback(advance, batch, i, item, own, tries, doneUs);
    }
    // Whether the baseline would have served is asked of a request whose candidate is stopped while it is in flight.
    settle(advance, batch, i, atUs, 1, 0, shadowServes ? SERVED : 1);
    terms.doneUs = doneUs;
  } else {
    const us = batch.baselineUs[i] as number;
    const drawn = batch.baselineCode[i] as number;
    code = ask(advance, ready.baseline, resources.baseline, BASELINE, batch, i, item, atUs, us, drawn);
    if (code === TURNED_AWAY) {
      code = plane.overloadedCode;
      terms.doneUs = atUs;
    }
    settle(advance, batch, i, atUs, 0, latencyOf(atUs, terms.doneUs), code);
  }
  if (code !== SERVED) fail(advance, batch, i, item, callOf(calls, own, atUs, shadowUs), tries, terms.doneUs);
  else if (own === NO_CALL) countServed(counters, data.terms, atUs, terms.doneUs, shadowUs);
  else endCall(calls, own, true, terms.doneUs, counters, data.terms);
}

/** The baseline is asked in the candidate's place, at the time of the batch's row; the request came at `requestAtUs`. */
function fallBack(
  advance: Advance,
  batch: Batch,
  i: number,
  item: number,
  call: number,
  tries: number,
  requestAtUs: number,
): void {
  const { plane, state, resources, counters, data } = advance;
  const { terms, ready } = plane;
  const atUs = requestAtUs + (batch.candidateCode[i] === DECLINED ? 0 : (batch.candidateUs[i] as number));
  if (!state.router.fallsBack) {
    // The flag was taken back while the candidate was at it.
    settle(advance, batch, i, requestAtUs, 1, 0, SERVED);
    return fail(advance, batch, i, item, call, tries, atUs);
  }
  const us = batch.baselineUs[i] as number;
  const drawn = batch.baselineCode[i] as number;
  let code = ask(advance, ready.baseline, resources.baseline, BASELINE, batch, i, item, atUs, us, drawn);
  if (code === TURNED_AWAY) {
    code = plane.overloadedCode;
    terms.doneUs = atUs;
  }
  settle(advance, batch, i, requestAtUs, 1, latencyOf(atUs, terms.doneUs), code);
  if (code !== SERVED) return fail(advance, batch, i, item, call, tries, terms.doneUs);
  counters[SAVED] = (counters[SAVED] as number) + 1;
  endCall(resources.calls, call, true, terms.doneUs, counters, data.terms);
}

/** The request of a call failed at an instant: its client tries again, or the call has failed. */
function fail(
  advance: Advance,
  batch: Batch,
  i: number,
  item: number,
  call: number,
  tries: number,
  failedUs: number,
): void {
  const { resources, plane, counters, data } = advance;
  if (tries >= plane.ready.clients.retries) {
    return endCall(resources.calls, call, false, failedUs, counters, data.terms);
  }
  waitForRetry(advance, RETRY, batch, i, item, call, tries, failedUs);
}

/** As `fail`, of the shadow, whose attempt was the last one asked. */
function failShadow(
  advance: Advance,
  batch: Batch,
  i: number,
  item: number,
  call: number,
  tries: number,
  code: number,
): void {
  const { resources, plane, counters, data } = advance;
  const isAttempt = code !== TURNED_AWAY;
  if (tries >= plane.ready.clients.retries) {
    const endUs = isAttempt ? plane.terms.doneUs : Infinity;
    return endShadow(resources.calls, call, false, endUs, counters, data.terms);
  }
  const failedUs = isAttempt ? plane.terms.doneUs : (batch.atUs[i] as number);
  waitForRetry(advance, SHADOW_RETRY, batch, i, item, call, tries, failedUs);
}

function askShadow(advance: Advance, batch: Batch, i: number, item: number, code: number): number {
  const { plane, resources } = advance;
  const atUs = batch.atUs[i] as number;
  const us = batch.baselineUs[i] as number;
  return ask(advance, plane.ready.baseline, resources.shadow, BASELINE, batch, i, item, atUs, us, code);
}

function ask(
  advance: Advance,
  version: ReadyVersion,
  versionState: VersionState,
  index: typeof BASELINE | typeof CANDIDATE,
  batch: Batch,
  i: number,
  item: number,
  atUs: number,
  us: number,
  code: number,
): number {
  const { resources, plane } = advance;
  const { terms } = plane;
  terms.us = us;
  terms.code = code;
  terms.item = item;
  terms.draw = batch.draw[i] as number;
  terms.drawEpoch = batch.drawEpoch;
  const { cache } = version.sharesCache ? resources.baseline : versionState;
  return attempt(version, versionState, resources.health[index], resources.activeFaults, atUs, terms, cache);
}
