import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBucketing } from "../flags/bucketing-mode.ts";
import { CLASS_ALLOWED, CLASS_DENIED, CLASS_PERCENTAGE, CLASS_SEGMENT } from "../flags/targeting.ts";
import { createBatch, type Batch } from "../service/world.ts";
import {
  chooseRouter,
  createRoutersState,
  nobodyIsSent,
  countVisit,
  routeByRouters,
  setRouterShare,
  type RoutersPlane,
  type RoutersState,
} from "./routers.ts";

const KEYS = 200;

function planeOf(facts: Partial<RoutersPlane> = {}): RoutersPlane {
  const bucketing = createBucketing({ kind: "canonical", flag: "rollout" });
  return {
    routers: 2,
    routerOfKey: null,
    routerStream: { a: 1, b: 2 },
    source: "user",
    bucketStream: { a: 3, b: 4 },
    bucketOfKey: Float64Array.from({ length: KEYS }, (_, key) => bucketing.ofText(`u${key}`)),
    classOfKey: new Uint8Array(KEYS),
    classes: CLASS_SEGMENT,
    bucketing,
    targeting: { allow: [], deny: [], segments: [] },
    ...facts,
  };
}

/** A batch of one request of each of the keys. */
function batchOf(keys: readonly number[], firstDraw = 0) {
  const batch = createBatch();
  batch.count = keys.length;
  batch.routed.fill(7);
  keys.forEach((key, i) => {
    batch.key[i] = key;
    batch.draw[i] = firstDraw + i;
  });
  return batch;
}

/** Routes a batch and counts its rows in order. */
function visitAll(plane: RoutersPlane, state: RoutersState, batch: Batch): void {
  routeByRouters(plane, state, batch);
  for (let row = 0; row < batch.count; row++) countVisit(plane, state, batch, row);
}

const everyKey = Array.from({ length: KEYS }, (_, key) => key);

describe("several routers", () => {
  it("each decide by what they know, and list every row once", () => {
    const routerOfKey = Uint8Array.from({ length: KEYS }, (_, key) => key % 2);
    const plane = planeOf({ routerOfKey });
    const state = createRoutersState(plane, KEYS);
    setRouterShare(plane, state, 0, 1_000_000, true);
    expect(nobodyIsSent(state)).toBe(false);
    const batch = batchOf(everyKey);
    visitAll(plane, state, batch);
    const candidates = Array.from(batch.candidateRows.subarray(0, batch.candidateCount));
    const baselines = Array.from(batch.baselineRows.subarray(0, KEYS - batch.candidateCount));
    expect(candidates).toEqual(everyKey.filter((key) => key % 2 === 0));
    expect(baselines).toEqual(everyKey.filter((key) => key % 2 === 1));
    expect(Array.from(batch.routed.subarray(0, KEYS))).toEqual(everyKey.map((key) => 1 - (key % 2)));
  });

  it("share the requests evenly where each draws its router", () => {
    const counts = [0, 0, 0];
    for (let i = 0; i < 3_000; i++) {
      const router = chooseRouter((Math.imul(i, 0x9e3779b9) >>> 0) % 2 ** 32, 3);
      counts[router] = (counts[router] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(20);
    expect([chooseRouter(0, 3), chooseRouter(0xffff_ffff, 3)]).toEqual([0, 2]);
  });

  it("look at lists and segments before the share, and at the switches before both", () => {
    const classOfKey = new Uint8Array(KEYS).fill(CLASS_PERCENTAGE);
    classOfKey[0] = CLASS_ALLOWED;
    classOfKey[1] = CLASS_DENIED;
    classOfKey[2] = CLASS_SEGMENT;
    classOfKey[3] = CLASS_SEGMENT + 1;
    const segments = [
      { where: { region: "eu" }, sharePpm: 1_000_000 },
      { where: { region: "us" }, sharePpm: 0 },
    ];
    const plane = planeOf({
      routers: 1,
      classOfKey,
      classes: CLASS_SEGMENT + 2,
      targeting: { allow: [], deny: [], segments },
    });
    const routed = (sharePpm: number, mayBeUsed: boolean): number[] => {
      const state = createRoutersState(plane, KEYS);
      setRouterShare(plane, state, 0, sharePpm, mayBeUsed);
      const batch = batchOf([0, 1, 2, 3, 4]);
      visitAll(plane, state, batch);
      expect(nobodyIsSent(state)).toBe(!mayBeUsed);
      return Array.from(batch.routed.subarray(0, 5));
    };
    expect(routed(0, true)).toEqual([1, 0, 1, 0, 0]);
    expect(routed(1_000_000, true)).toEqual([1, 0, 1, 0, 1]);
    expect(routed(1_000_000, false)).toEqual([0, 0, 0, 0, 0]);
  });

  it("count a user who is torn between two that know different shares, and not one whose share grew", () => {
    const plane = planeOf();
    const state = createRoutersState(plane, KEYS);
    const visit = (router: number): number => {
      const at = Array.from({ length: 1_000 }, (_, draw) => draw).find((draw) => {
        const probe = batchOf([5], draw);
        const fresh = createRoutersState(plane, KEYS);
        visitAll(plane, fresh, probe);
        return fresh.lastRouter[5] === router;
      });
      const batch = batchOf([5], at ?? 0);
      visitAll(plane, state, batch);
      return batch.routed[0] ?? 9;
    };
    expect([visit(0), visit(1)]).toEqual([0, 0]);
    setRouterShare(plane, state, 0, 1_000_000, true);
    expect([visit(1), visit(0)]).toEqual([0, 1]);
    expect([state.flips, state.routerFlips, state.tornUsers]).toEqual([1, 1, 1]);
    expect([visit(1), visit(0)]).toEqual([0, 1]);
    expect([state.flips, state.routerFlips, state.tornUsers]).toEqual([3, 3, 1]);
    setRouterShare(plane, state, 1, 1_000_000, true);
    expect(visit(1)).toBe(1);
    expect([state.flips, state.routerFlips, state.tornUsers, state.broken]).toEqual([3, 3, 1, 0]);
    // Both fell since: the user is at another router, but the two agree.
    for (const router of [0, 1]) setRouterShare(plane, state, router, 0, true);
    expect(visit(0)).toBe(0);
    expect([state.flips, state.routerFlips, state.tornUsers, state.broken]).toEqual([4, 3, 1, 0]);
  });

  it("notice a request that leaves the candidate though no share fell", () => {
    const plane = planeOf({ routers: 40 });
    const state = createRoutersState(plane, KEYS);
    for (let router = 0; router < 40; router++) setRouterShare(plane, state, router, 1_000_000, true);
    for (let round = 0; round < 50; round++) visitAll(plane, state, batchOf(everyKey, round * KEYS));
    // What no router would do: the threshold is changed behind its back.
    state.thresholds[33 * CLASS_SEGMENT] = 0;
    for (let round = 0; round < 50; round++) visitAll(plane, state, batchOf(everyKey, round * KEYS));
    expect(state.broken).toBeGreaterThan(0);
    const honest = createRoutersState(plane, KEYS);
    for (let router = 0; router < 40; router++) setRouterShare(plane, honest, router, 1_000_000, true);
    visitAll(plane, honest, batchOf(everyKey));
    for (let router = 0; router < 40; router++) setRouterShare(plane, honest, router, 0, true);
    visitAll(plane, honest, batchOf(everyKey));
    expect([honest.broken, honest.flips]).toEqual([0, KEYS]);
  });

  it("go by the user, the session, the request or a draw", () => {
    const share = fc.constantFrom(100_000, 500_000, 900_000);
    const source = fc.constantFrom("session" as const, "request" as const, "random" as const);
    fc.assert(
      fc.property(source, share, (from, sharePpm) => {
        const plane = planeOf({ routers: 1, source: from });
        const state = createRoutersState(plane, KEYS);
        setRouterShare(plane, state, 0, sharePpm, true);
        const batch = batchOf(Array.from({ length: 1_000 }, () => 5));
        for (let i = 0; i < 1_000; i++)
          if (batch.sessionHash !== undefined) batch.sessionHash[i] = Math.imul(i >> 1, 0x9e3779b9);
        visitAll(plane, state, batch);
        expect(Math.abs(batch.candidateCount - sharePpm / 1_000)).toBeLessThan(100);
        // Two requests a session.
        if (from === "session") for (let i = 0; i < 1_000; i += 2) expect(batch.routed[i]).toBe(batch.routed[i + 1]);
        expect(state.broken).toBe(0);
      }),
      { numRuns: 12 },
    );
    const plane = planeOf({ routers: 1, source: "nothing" });
    const state = createRoutersState(plane, KEYS);
    setRouterShare(plane, state, 0, 1_000_000, true);
    const batch = batchOf(everyKey);
    visitAll(plane, state, batch);
    expect(batch.candidateCount).toBe(0);
  });
});
