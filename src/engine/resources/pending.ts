/**
 * Attempts that will be made later: fallbacks that wait for the candidate's attempt to fail, and retries that wait for
 * their client. A heap over typed columns, by (time, order of adding); merged with the arrivals, it lets every pool see
 * its attempts in the order of time.
 */

/** The baseline is asked in the candidate's place. */
export const FALLBACK = 0;
/** A client tries again. */
export const RETRY = 1;
/** The client of the run with all traffic on the baseline tries again. */
export const SHADOW_RETRY = 2;

/** What waits. Plain data; the arrays are replaced by longer ones when they are full. */
export interface Pending {
  count: number;
  /** Numbers the entries in the order of adding. */
  added: number;
  /** Places of the entries' columns: a heap, the next one first, then the free places. */
  order: Int32Array;
  atUs: Float64Array;
  sequence: Float64Array;
  /** `FALLBACK`, `RETRY` or `SHADOW_RETRY`. */
  kind: Uint8Array;
  /** Index into the calls. */
  call: Int32Array;
  /** How often the client has tried before. */
  tries: Uint8Array;
  key: Uint32Array;
  route: Uint16Array;
  item: Uint32Array;
  /** Low 32 bits of the draw index, and its high part, of the call's first request. */
  draw: Uint32Array;
  drawEpoch: Float64Array;
  /** Hash of the session, where the world has sessions. */
  sessionHash: Uint32Array;
  /** Fallbacks: when the request came, what the candidate made of it, and what the baseline is going to. */
  requestAtUs: Float64Array;
  candidateUs: Int32Array;
  candidateCode: Uint8Array;
  baselineUs: Int32Array;
  baselineCode: Uint8Array;
}

/** None waiting. */
export function createPending(): Pending {
  return {
    count: 0,
    added: 0,
    order: Int32Array.from({ length: 64 }, (_, place) => place),
    atUs: new Float64Array(64),
    sequence: new Float64Array(64),
    kind: new Uint8Array(64),
    call: new Int32Array(64),
    tries: new Uint8Array(64),
    key: new Uint32Array(64),
    route: new Uint16Array(64),
    item: new Uint32Array(64),
    draw: new Uint32Array(64),
    drawEpoch: new Float64Array(64),
    sessionHash: new Uint32Array(64),
    requestAtUs: new Float64Array(64),
    candidateUs: new Int32Array(64),
    candidateCode: new Uint8Array(64),
    baselineUs: new Int32Array(64),
    baselineCode: new Uint8Array(64),
  };
}

/** When the next one is due; Infinity when none waits. */
export function nextPendingUs(pending: Pending): number {
  return pending.count === 0 ? Infinity : (pending.atUs[pending.order[0] as number] as number);
}

/** Adds an entry and returns the place of its columns, of which time, order and kind are filled. */
export function addPending(pending: Pending, atUs: number, kind: number): number {
  if (pending.count === pending.order.length) lengthen(pending);
  const at = pending.count++;
  const place = pending.order[at] as number;
  pending.atUs[place] = atUs;
  pending.sequence[place] = pending.added++;
  pending.kind[place] = kind;
  siftUp(pending, at, place);
  return place;
}

/**
 * Takes out the next entry and returns the place of its columns, which stay readable until another one is added;
 * there must be one.
 */
export function takePending(pending: Pending): number {
  const { order } = pending;
  const place = order[0] as number;
  const last = --pending.count;
  const moved = order[last] as number;
  order[last] = place;
  if (last > 0) siftDown(pending, moved);
  return place;
}

function isBefore(pending: Pending, one: number, other: number): boolean {
  const oneUs = pending.atUs[one] as number;
  const otherUs = pending.atUs[other] as number;
  return (
    oneUs < otherUs || (oneUs === otherUs && (pending.sequence[one] as number) < (pending.sequence[other] as number))
  );
}

function siftUp(pending: Pending, from: number, place: number): void {
  const { order } = pending;
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >>> 1;
    const above = order[parent] as number;
    if (!isBefore(pending, place, above)) break;
    order[at] = above;
    at = parent;
  }
  order[at] = place;
}

function siftDown(pending: Pending, place: number): void {
  const { order, count } = pending;
  let at = 0;
  for (let child = 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count && isBefore(pending, order[child + 1] as number, order[child] as number)) child++;
    const below = order[child] as number;
    if (!isBefore(pending, below, place)) break;
    order[at] = below;
    at = child;
  }
  order[at] = place;
}

function lengthen(pending: Pending): void {
  const from = pending.order.length;
  const length = 2 * from;
  const longer = <Column extends Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array>(
    column: Column,
    made: Column,
  ): Column => {
    made.set(column);
    return made;
  };
  pending.order = longer(pending.order, new Int32Array(length));
  for (let place = from; place < length; place++) pending.order[place] = place;
  pending.atUs = longer(pending.atUs, new Float64Array(length));
  pending.sequence = longer(pending.sequence, new Float64Array(length));
  pending.kind = longer(pending.kind, new Uint8Array(length));
  pending.call = longer(pending.call, new Int32Array(length));
  pending.tries = longer(pending.tries, new Uint8Array(length));
  pending.key = longer(pending.key, new Uint32Array(length));
  pending.route = longer(pending.route, new Uint16Array(length));
  pending.item = longer(pending.item, new Uint32Array(length));
  pending.draw = longer(pending.draw, new Uint32Array(length));
  pending.drawEpoch = longer(pending.drawEpoch, new Float64Array(length));
  pending.sessionHash = longer(pending.sessionHash, new Uint32Array(length));
  pending.requestAtUs = longer(pending.requestAtUs, new Float64Array(length));
  pending.candidateUs = longer(pending.candidateUs, new Int32Array(length));
  pending.candidateCode = longer(pending.candidateCode, new Uint8Array(length));
  pending.baselineUs = longer(pending.baselineUs, new Int32Array(length));
  pending.baselineCode = longer(pending.baselineCode, new Uint8Array(length));
}
