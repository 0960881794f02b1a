import { describe, expect, it } from "vitest";
import { smallPlan } from "../../test/plans/small-plan.ts";
import { begin, stepTo, type Stepping } from "../../test/plans/stepping.ts";
import { routeArrivals } from "./batch-stages.ts";
import { InvariantError } from "./kernel/assert.ts";
import { SECOND_US } from "./kernel/units.ts";
import type { RoutingPlan } from "./routing/routing-plan.ts";
import { createRoutedCount, watchRouting } from "./routing-watch.ts";
import type { Batch } from "./service/world.ts";

const ROUTING: RoutingPlan = {
  routers: { kind: "delayed", delaysUs: [0] },
  reach: "request",
  bucketing: { kind: "canonical", flag: "rollout" },
  stickiness: "default",
  targeting: { allow: [], deny: [], segments: [] },
  outages: [],
  killSwitch: [],
  killDelayUs: 0,
};

/** A rehearsal in TESTING, 10 % on the candidate, with the batch that comes next, routed. */
function routed(routing?: Partial<RoutingPlan>): Stepping & { readonly batch: Batch } {
  const plan = smallPlan(routing === undefined ? {} : { routing: { ...ROUTING, ...routing } });
  const stepping = stepTo(begin(plan), 20 * SECOND_US);
  const { plane } = stepping.stack.ready;
  plane.world.arrivals(stepping.state.world, plane.batch, 21 * SECOND_US);
  routeArrivals(plane, stepping.state, plane.batch);
  return { ...stepping, batch: plane.batch };
}

/** Moves the first row that `of` is true of to the other version. */
function turnOne({ batch }: { batch: Batch }, of: 0 | 1): void {
  const row = batch.routed.indexOf(of);
  batch.routed[row] = 1 - of;
  batch.candidateCount += of === 1 ? -1 : 1;
}

function look({ stack, state, batch }: ReturnType<typeof routed>): { requests: number; candidate: number } {
  const count = createRoutedCount();
  watchRouting(count)(stack.ready.plane, state, batch);
  return count;
}

const TWO_APART = { kind: "delayed", delaysUs: [0, 500 * SECOND_US] } as const;

describe("a watch of the routing", () => {
  it("counts what was routed", () => {
    for (const routing of [undefined, {}, { routers: TWO_APART }, { stickiness: "request" as const }]) {
      const rows = routed(routing);
      const { requests, candidate } = look(rows);
      expect(requests).toBe(rows.batch.count);
      expect(candidate).toBe(rows.batch.candidateCount);
      expect(candidate).toBeGreaterThan(10);
    }
  });

  it.each([
    ["one plain router", undefined],
    ["one of several kinds", {}],
    ["several that know the same", { routers: { kind: "delayed", delaysUs: [0, 0, 0] } as const }],
    ["several that users keep to", { routers: { kind: "delayed", delaysUs: [0, 0] }, reach: "user" } as const],
  ])("of %s complains of a single request that went the other way", (_, routing) => {
    for (const of of [0, 1] as const) {
      const rows = routed(routing);
      turnOne(rows, of);
      expect(() => look(rows)).toThrow(InvariantError);
      expect(() => look(rows)).toThrow(
        of === 0 ? "a key was routed beyond the share" : "was not routed to the candidate",
      );
    }
  });

  it("of routers that know different shares allows what any of them explains, and nothing else", () => {
    const rows = routed({ routers: TWO_APART });
    turnOne(rows, 1);
    expect(() => look(rows)).not.toThrow();
    turnOne(rows, 0);
    turnOne(rows, 0);
    expect(() => look(rows)).toThrow("a key was routed beyond the share");
  });

  it("of routers that users keep to allows what the user's own router explains", () => {
    const rows = routed({ routers: TWO_APART, reach: "user" });
    const { batch, stack, state } = rows;
    const { bucketOfKey } = stack.ready.plane.routers!;
    const threshold = Math.max(...state.routers!.thresholds);
    // Within the share that the first router knows, but this user is the second one's.
    const row = batch.routed.findIndex((is, i) => is === 0 && bucketOfKey[batch.key[i]!]! < threshold);
    batch.routed[row] = 1;
    batch.candidateCount++;
    expect(() => look(rows)).toThrow("a key was routed beyond the share");
    batch.routed[row] = 0;
    batch.candidateCount--;
    turnOne(rows, 1);
    expect(() => look(rows)).toThrow("was not routed to the candidate");
  });

  it("of requests that are bucketed one by one still sees traffic where nobody is sent", () => {
    const rows = routed({ stickiness: "random" });
    rows.state.routers!.thresholds.fill(0);
    expect(() => look(rows)).toThrow("a key was routed beyond the share");
  });

  it("sees rows that are listed otherwise than they are routed", () => {
    const rows = routed();
    rows.batch.candidateCount++;
    expect(() => look(rows)).toThrow("routed rows are miscounted");
  });
});
