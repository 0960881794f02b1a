/** The routers of a plan made ready: buckets and classes of the world's keys, and what has to be said about them. */
import { invariant } from "./kernel/assert.ts";
import { deriveStream } from "./kernel/random.ts";
import { bucketOf, fmix32, hashKey } from "./flags/bucketing.ts";
import { bucketingLimits, isAscii, keyTextLimit } from "./flags/bucketing-limits.ts";
import { createBucketing, type Bucketing, type BucketingMode } from "./flags/bucketing-mode.ts";
import {
  CLASS_ALLOWED,
  CLASS_DENIED,
  CLASS_PERCENTAGE,
  CLASS_SEGMENT,
  NO_TARGETING,
  type Targeting,
} from "./flags/targeting.ts";
import type { RehearsalPlan } from "./plan.ts";
import { firstPollsUs } from "./routing/propagation.ts";
import { ROLLOUT_FLAG } from "./routing/router.ts";
import { chooseRouter, type BucketSource, type RoutersPlane } from "./routing/routers.ts";
import { ROUTERS_MAX, routerCount, type RoutingPlan, type Stickiness } from "./routing/routing-plan.ts";
import { segmentMask } from "./service/segments.ts";
import type { World } from "./service/world.ts";

/** The routing of a plan that asks for more than one plain router. */
export interface ReadyRouting {
  readonly plan: RoutingPlan;
  readonly plane: RoutersPlane;
  /** Per router: when it first reads the store. */
  readonly firstPollsUs: Float64Array;
  /** For the run's notes. */
  readonly notes: readonly string[];
}

/** One router that sees every change after the plan's delay, and decides about whoever the traffic says it is. */
function plainRouting(propagationUs: number): RoutingPlan {
  return {
    routers: { kind: "delayed", delaysUs: [propagationUs] },
    reach: "request",
    bucketing: { kind: "canonical", flag: ROLLOUT_FLAG },
    stickiness: "default",
    targeting: NO_TARGETING,
    outages: [],
    killSwitch: [],
    killDelayUs: 0,
  };
}

/** Null where one plain router does: it is asked for nothing else, and every request names its user. */
export function readyRouting(plan: RehearsalPlan): ReadyRouting | null {
  const { world, seed } = plan;
  if (plan.routing === undefined && (world.identity ?? "user") === "user") return null;
  const routing = plan.routing ?? plainRouting(plan.propagationUs);
  const routers = routerCount(routing.routers);
  invariant(routers >= 1 && routers <= ROUTERS_MAX, `${routers} routers`);
  const bucketing = createBucketing(routing.bucketing);
  const source = sourceOf(routing.stickiness, world);
  const keys = source === "user" ? bucketKeys(world, routing.bucketing, bucketing) : { buckets: NO_BUCKETS, odd: 0 };
  const knowsUsers = (world.identity ?? "user") === "user";
  const plane: RoutersPlane = {
    routers,
    routerOfKey: routing.reach === "user" && routers > 1 ? routersOfKeys(world, routers, seed) : null,
    routerStream: deriveStream(seed, "routing/router"),
    source,
    bucketStream: deriveStream(seed, `routing/${source}`),
    bucketOfKey: keys.buckets,
    classOfKey: classesOfKeys(world, routing.targeting, knowsUsers),
    classes: CLASS_SEGMENT + routing.targeting.segments.length,
    bucketing,
    targeting: routing.targeting,
  };
  return {
    plan: routing,
    plane,
    firstPollsUs: firstPollsUs(routing.routers, seed),
    notes: notesOf(plan, routing, source, keys.odd, knowsUsers),
  };
}

const NO_BUCKETS = new Float64Array(0);

function sourceOf(stickiness: Stickiness, world: World): BucketSource {
  const identity = world.identity ?? "user";
  switch (stickiness) {
    case "request":
    case "random":
      return stickiness;
    case "user":
      return identity === "user" ? "user" : "nothing";
    case "session":
      return identity === "session" ? "session" : "nothing";
    case "default":
      // Where there is no identity at all, every request is a session of its own.
      return identity === "user" ? "user" : "session";
  }
}

/** The bucket of every key, and how many keys have characters beyond ASCII (looked at where texts are hashed). */
function bucketKeys(
  world: World,
  mode: BucketingMode,
  bucketing: Bucketing,
): { readonly buckets: Float64Array; readonly odd: number } {
  const { keyHashes } = world;
  const buckets = new Float64Array(keyHashes.length);
  let odd = 0;
  for (let key = 0; key < keyHashes.length; key++) {
    const hash = keyHashes[key] as number;
    if (mode.kind === "canonical" || world.keyText === undefined) {
      buckets[key] = bucketing.ofHex(hash);
      continue;
    }
    const text = world.keyText(key);
    if (!isAscii(text)) odd++;
    buckets[key] = bucketing.ofText(text);
  }
  return { buckets, odd };
}

function routersOfKeys(world: World, routers: number, seed: string): Uint8Array {
  const { a, b } = deriveStream(seed, "routing/router-of-user");
  return Uint8Array.from(world.keyHashes, (hash) => chooseRouter(fmix32(bucketOf(hash, a) ^ b), routers));
}

/** Denied before allowed, allowed before segments, the first segment rule that matches, else the percentage. */
function classesOfKeys(world: World, targeting: Targeting, knowsUsers: boolean): Uint8Array {
  const { keyHashes, keySegment } = world;
  const classes = new Uint8Array(keyHashes.length).fill(CLASS_PERCENTAGE);
  const classOfSegment = new Uint8Array(256).fill(CLASS_PERCENTAGE);
  targeting.segments.forEach((rule, i) => {
    segmentMask(world.segments ?? [], rule.where).forEach((matches, segment) => {
      if (matches === 1 && classOfSegment[segment] === CLASS_PERCENTAGE) classOfSegment[segment] = CLASS_SEGMENT + i;
    });
  });
  if (targeting.segments.length > 0) {
    for (let key = 0; key < classes.length; key++) classes[key] = classOfSegment[keySegment?.[key] ?? 0] as number;
  }
  if (!knowsUsers) return classes;
  for (const [list, listed] of [
    [targeting.allow, CLASS_ALLOWED],
    [targeting.deny, CLASS_DENIED],
  ] as const) {
    if (list.length === 0) continue;
    const textOfHash = new Map(list.map((text) => [hashKey(text), text]));
    for (let key = 0; key < classes.length; key++) {
      const text = textOfHash.get(keyHashes[key] as number);
      // Two texts with one hash are told apart where the world knows the texts.
      if (text !== undefined && (world.keyText === undefined || list.includes(world.keyText(key))))
        classes[key] = listed;
    }
  }
  return classes;
}

function notesOf(
  plan: RehearsalPlan,
  routing: RoutingPlan,
  source: BucketSource,
  odd: number,
  knowsUsers: boolean,
): string[] {
  const { bucketing, targeting, stickiness } = routing;
  const phases = plan.policy.phases.map(({ name, trafficPpm }) => ({ where: name, sharePpm: trafficPpm }));
  const segments = targeting.segments.map(({ where, sharePpm }) => ({ where: describeSegment(where), sharePpm }));
  const notes = bucketingLimits(bucketing, [...phases, ...segments]);
  const keyLimit = keyTextLimit(bucketing, odd);
  if (keyLimit !== null) notes.push(keyLimit);
  if (source === "nothing") {
    const result = bucketing.kind === "launchdarkly" ? "everybody in at any share" : "nobody in at any share";
    notes.push(`the traffic does not name the ${stickiness} of a request: without a key, the rollout has ${result}`);
  }
  if (bucketing.kind !== "canonical" && (source !== "user" || plan.world.keyText === undefined)) {
    if (source !== "nothing") notes.push(`the texts that ${bucketing.kind} hashes are made up: eight digits each`);
  }
  if (!knowsUsers && targeting.allow.length + targeting.deny.length > 0) {
    notes.push("requests do not name their users: lists of allowed and denied keys match nobody");
  }
  return notes;
}

/** `region=eu, plan=paid`. */
export function describeSegment(where: Readonly<Record<string, string>>): string {
  return Object.entries(where)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}
