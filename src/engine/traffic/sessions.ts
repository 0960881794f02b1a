/** Sessions: which session of its user a request belongs to, as a hash, for routing by session or by nothing at all. */
import { DRAW_UNIT, deriveStream, draw32, streamEpoch } from "../kernel/random.ts";
import { fmix32 } from "../flags/bucketing.ts";
import type { Batch, WorldState } from "../service/world.ts";
import type { SessionModel } from "./traffic.ts";

/** Fills `batch.sessionHash` for the batch's rows; the other columns must be filled. */
export type SessionFiller = (state: WorldState, batch: Batch) => void;

/** Steps of a session's number: an odd constant (2^32 divided by the golden ratio), so that all hashes differ. */
const NUMBER_STEP = 0x9e37_79b1;
/** Separates the start of a user's first session from whatever else is hashed from the key. */
const START_SALT = 0x5e55_1047;

/** The part of the state that sessions need. */
export function startSessions(model: SessionModel, keys: number): WorldState {
  return model.kind === "requests" ? { requestsOfKey: new Uint32Array(keys) } : {};
}

/** The filler of a model. */
export function createSessionFiller(model: SessionModel, keyHashes: Uint32Array, seed: string): SessionFiller {
  switch (model.kind) {
    case "requests":
      return (state, batch) => fillByRequests(model.requests, keyHashes, state, batch);
    case "time":
      return (_state, batch) => fillByTime(model.lengthUs, keyHashes, batch);
    case "none": {
      const stream = deriveStream(seed, "traffic/identity");
      return (_state, batch) => {
        const { a, b } = streamEpoch(stream, batch.drawEpoch);
        const { draw, sessionHash } = batch;
        if (sessionHash === undefined) return;
        for (let i = 0; i < batch.count; i++) sessionHash[i] = draw32(a, b, draw[i] as number);
      };
    }
  }
}

function fillByRequests(size: number, keyHashes: Uint32Array, state: WorldState, batch: Batch): void {
  const { key, count, sessionHash } = batch;
  const requestsOfKey = state.requestsOfKey as Uint32Array;
  if (sessionHash === undefined) return;
  for (let i = 0; i < count; i++) {
    const user = key[i] as number;
    const nth = requestsOfKey[user] as number;
    requestsOfKey[user] = nth + 1;
    sessionHash[i] = hashOfSession(keyHashes[user] as number, Math.floor(nth / size));
  }
}

function fillByTime(lengthUs: number, keyHashes: Uint32Array, batch: Batch): void {
  const { key, atUs, count, sessionHash } = batch;
  if (sessionHash === undefined) return;
  for (let i = 0; i < count; i++) {
    const hash = keyHashes[key[i] as number] as number;
    const begunUs = fmix32(hash ^ START_SALT) * DRAW_UNIT * lengthUs;
    sessionHash[i] = hashOfSession(hash, Math.floor(((atUs[i] as number) + begunUs) / lengthUs));
  }
}

function hashOfSession(keyHash: number, nth: number): number {
  return fmix32(keyHash ^ fmix32(Math.imul(nth + 1, NUMBER_STEP)));
}
