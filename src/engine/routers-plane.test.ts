import { describe, expect, it } from "vitest";
import { smallPlan } from "../../test/plans/small-plan.ts";
import { hashKey } from "./flags/bucketing.ts";
import { CLASS_ALLOWED, CLASS_DENIED, CLASS_PERCENTAGE, CLASS_SEGMENT } from "./flags/targeting.ts";
import type { RehearsalPlan } from "./plan.ts";
import { describeSegment, readyRouting } from "./routers-plane.ts";
import type { RoutingPlan } from "./routing/routing-plan.ts";
import type { World } from "./service/world.ts";

const PLAIN: RoutingPlan = {
  routers: { kind: "delayed", delaysUs: [0] },
  reach: "request",
  bucketing: { kind: "canonical", flag: "rollout" },
  stickiness: "default",
  targeting: { allow: [], deny: [], segments: [] },
  outages: [],
  killSwitch: [],
  killDelayUs: 0,
};

function planOf(routing: Partial<RoutingPlan> | null, world: Partial<World> = {}): RehearsalPlan {
  const plan = smallPlan({ users: 6 });
  const texts = ["u0", "u1", "u2", "u3", "ü4", "u5"];
  return {
    ...plan,
    ...(routing === null ? {} : { routing: { ...PLAIN, ...routing } }),
    world: { ...plan.world, keyHashes: Uint32Array.from(texts, hashKey), keyText: (key) => texts[key] ?? "", ...world },
  };
}

const SEGMENTS = {
  segments: [
    { name: "plan", values: ["free", "pro"] },
    { name: "region", values: ["eu", "us"] },
  ],
  keySegment: Uint8Array.of(0, 1, 2, 3, 2, 0),
};

describe("routing made ready", () => {
  it("is left out where one plain router does", () => {
    expect(readyRouting(planOf(null))).toBeNull();
    expect(readyRouting(planOf(null, { identity: "user" }))).toBeNull();
    expect(readyRouting(planOf(null, { identity: "session" }))?.plane.source).toBe("session");
    expect(readyRouting(planOf(null, { identity: "none" }))?.plane.source).toBe("session");
  });

  it("puts denied keys before allowed ones, those before segments, and the first segment that matches before others", () => {
    const targeting = {
      allow: ["u1", "u5", "ü4"],
      deny: ["u5", "nobody"],
      segments: [
        { where: { plan: "pro", region: "us" }, sharePpm: 0 },
        { where: { plan: "pro" }, sharePpm: 1_000_000 },
      ],
    };
    const classes = readyRouting(planOf({ targeting }, SEGMENTS))?.plane.classOfKey;
    expect(Array.from(classes ?? [])).toEqual([
      CLASS_PERCENTAGE,
      CLASS_ALLOWED,
      CLASS_SEGMENT + 1,
      CLASS_SEGMENT,
      CLASS_ALLOWED,
      CLASS_DENIED,
    ]);
    const unnamed = readyRouting(planOf({ targeting }, { ...SEGMENTS, identity: "session" }));
    expect(Array.from(unnamed?.plane.classOfKey ?? [])).toEqual([
      0,
      0,
      CLASS_SEGMENT + 1,
      CLASS_SEGMENT,
      CLASS_SEGMENT + 1,
      0,
    ]);
    expect(unnamed?.notes.join()).toContain("match nobody");
    expect(describeSegment({ plan: "pro", region: "us" })).toBe("plan=pro, region=us");
  });

  it("tells two keys of one hash apart", () => {
    const keyHashes = new Uint32Array(6).fill(hashKey("u1"));
    const targeting = { allow: ["u1"], deny: [], segments: [] };
    const classes = readyRouting(planOf({ targeting }, { keyHashes }))?.plane.classOfKey;
    expect(Array.from(classes ?? [])).toEqual([0, CLASS_ALLOWED, 0, 0, 0, 0]);
  });

  it.each([
    ["user", "user", "user"],
    ["session", "user", "nothing"],
    ["none", "user", "nothing"],
    ["user", "session", "nothing"],
    ["session", "session", "session"],
    ["none", "session", "nothing"],
    ["none", "request", "request"],
    ["session", "random", "random"],
  ] as const)("where requests name the %s, sticky by %s goes by %s", (identity, stickiness, source) => {
    const ready = readyRouting(planOf({ stickiness }, { identity }));
    expect(ready?.plane.source).toBe(source);
    expect(ready?.notes.some((note) => note.includes("without a key"))).toBe(source === "nothing");
  });

  it("says what the mode makes of the keys and the shares", () => {
    const notes = (routing: Partial<RoutingPlan>, world: Partial<World> = {}): string =>
      (readyRouting(planOf(routing, world))?.notes ?? []).join("\n");
    expect(notes({})).toBe("");
    expect(notes({ bucketing: { kind: "unleash", group: "g" } })).toContain("1 key has characters beyond ASCII");
    const seed = { kind: "growthbook-v2", seed: "s" } as const;
    expect(notes({ bucketing: seed, stickiness: "request" })).toContain("made up");
    const withoutUser = notes({
      bucketing: { kind: "launchdarkly", flag: "f", salt: "s", seed: null },
      stickiness: "session",
    });
    expect(withoutUser).toContain("everybody in");
  });

  it("gives every user a router of his own, all about equally often, where that is asked for", () => {
    const keyHashes = Uint32Array.from({ length: 4_000 }, (_, i) => hashKey(`u${i}`));
    const routers = { kind: "polling", count: 8, pollUs: 1_000, readUs: 0 } as const;
    const plane = readyRouting(planOf({ routers, reach: "user" }, { keyHashes, keyText: (key) => `u${key}` }))?.plane;
    const counts = Array.from({ length: 8 }, () => 0);
    for (const router of plane?.routerOfKey ?? []) counts[router] = (counts[router] ?? 0) + 1;
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(100);
  });
});
