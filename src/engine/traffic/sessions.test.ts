import { describe, expect, it } from "vitest";
import { hashKey } from "../flags/bucketing.ts";
import { createBatch, type Batch } from "../service/world.ts";
import { createSessionFiller, startSessions } from "./sessions.ts";
import type { SessionModel } from "./traffic.ts";

const KEYS = 50;
const keyHashes = Uint32Array.from({ length: KEYS }, (_, i) => hashKey(`u${i}`));

interface Request {
  readonly key: number;
  readonly atUs: number;
}

/** Session of each request, which come in batches of the given sizes. */
function sessionsOf(model: SessionModel, requests: readonly Request[], sizes: readonly number[]): number[] {
  const fill = createSessionFiller(model, keyHashes, "1");
  const state = startSessions(model, KEYS);
  const batch: Batch = createBatch();
  const sessions: number[] = [];
  let done = 0;
  for (const size of sizes) {
    batch.count = size;
    requests.slice(done, done + size).forEach((request, i) => {
      batch.draw[i] = done + i;
      batch.key[i] = request.key;
      batch.atUs[i] = request.atUs;
    });
    fill(state, batch);
    sessions.push(...(batch.sessionHash?.subarray(0, size) ?? []));
    done += size;
  }
  return sessions;
}

const requests = Array.from({ length: 1_000 }, (_, i) => ({ key: (i * 7) % 13, atUs: i * 1_000 }));
const ofKey = (key: number, sessions: readonly number[]): number[] =>
  sessions.filter((_, i) => requests[i]?.key === key);

describe("sessions", () => {
  it("of so many requests end after so many of their user's", () => {
    const sessions = sessionsOf({ kind: "requests", requests: 10 }, requests, [1_000]);
    for (let key = 0; key < 13; key++) {
      const own = ofKey(key, sessions);
      const expected = own.map((_, i) => own[i - (i % 10)]);
      expect(own).toEqual(expected);
    }
    expect(new Set(sessions).size).toBe(13 * 8);
  });

  it("of a length in time last just so long, from a time of the user's own", () => {
    const lengthUs = 200_000;
    const sessions = sessionsOf({ kind: "time", lengthUs }, requests, [1_000]);
    const begins = new Set<number>();
    for (let key = 0; key < 13; key++) {
      const own = requests.flatMap((one, i) => (one.key === key ? [{ atUs: one.atUs, session: sessions[i] }] : []));
      const changes = own.filter((one, i) => i > 0 && one.session !== own[i - 1]?.session);
      expect([4, 5]).toContain(changes.length);
      changes.forEach((change, i) => {
        const before = changes[i - 1];
        // Requests of a key are 13 ms apart.
        if (before !== undefined) expect(Math.abs(change.atUs - before.atUs - lengthUs)).toBeLessThanOrEqual(13_000);
      });
      begins.add(Math.floor((changes[0]?.atUs ?? 0) / 13_000));
    }
    expect(begins.size).toBeGreaterThan(5);
  });

  it("are each request's own where there is no identity", () => {
    expect(new Set(sessionsOf({ kind: "none" }, requests, [1_000])).size).toBe(1_000);
  });

  it.each<SessionModel>([{ kind: "requests", requests: 3 }, { kind: "time", lengthUs: 77_777 }, { kind: "none" }])(
    "are the same however requests come in batches: %j",
    (model) => {
      expect(sessionsOf(model, requests, [1, 300, 0, 699])).toEqual(sessionsOf(model, requests, [1_000]));
    },
  );
});
