/** Routing in scenario files: what it stands for, what is wrong between its fields, and what is unwise in it. */
import type { BucketingMode } from "../engine/flags/bucketing-mode.ts";
import { bucketingLimits } from "../engine/flags/bucketing-limits.ts";
import { SEGMENT_RULES_MAX } from "../engine/flags/targeting.ts";
import type { Policy } from "../engine/deployment/policy.ts";
import type { Problem } from "../engine/kernel/problem.ts";
import { routerCount, type RoutingPlan } from "../engine/routing/routing-plan.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import {
  DEFAULT_PROPAGATION_US,
  type FlagStoreText,
  type KillSwitchText,
  type RoutersText,
  type RouterText,
} from "./routing-shape.ts";
import { complainOfSegment, parseSegment, type KnownSegments } from "./segment-name.ts";
import type { Scenario } from "./scenario.ts";

/** What a scenario file says of routing, under its keys. */
export interface RoutingText {
  readonly router: RouterText;
  readonly routers?: RoutersText | undefined;
  readonly flagStore?: FlagStoreText | undefined;
  readonly killSwitch?: KillSwitchText | undefined;
}

/** The name that stands for flag, group, seed and salt where a file gives none: that of the rollout's own flag. */
const DEFAULT_NAME = "rollout";
/** Names that go into a hash, and the modes that hash them. */
const NAMES: Readonly<Record<"flag" | "group" | "seed" | "salt", readonly BucketingMode["kind"][]>> = {
  flag: ["canonical", "flagd", "launchdarkly"],
  group: ["unleash"],
  seed: ["growthbook-v1", "growthbook-v2", "launchdarkly"],
  salt: ["launchdarkly"],
};

/** The routing that a file asks for; undefined where one plain router does. */
export function buildRouting(text: RoutingText): RoutingPlan | undefined {
  const { router, routers, flagStore, killSwitch = [] } = text;
  const unreachable = flagStore?.unreachable ?? [];
  const segments = Object.entries(router.segments);
  const isPlain =
    routers === undefined &&
    unreachable.length === 0 &&
    killSwitch.length === 0 &&
    segments.length + router.allow.length + router.deny.length === 0 &&
    router.bucketing === "canonical" &&
    router.flag === undefined &&
    router.stickiness === "default";
  if (isPlain) return undefined;
  return {
    ...buildRouters(routers, router.propagation ?? DEFAULT_PROPAGATION_US),
    bucketing: buildMode(router),
    stickiness: router.stickiness,
    targeting: {
      allow: router.allow,
      deny: router.deny,
      segments: segments.map(([name, sharePpm]) => {
        const selector = parseSegment(name);
        return { where: selector.ok ? selector.value : {}, sharePpm };
      }),
    },
    outages: unreachable.map((outage) => ({
      atUs: outage.at,
      untilUs: outage.for === undefined ? Number.MAX_SAFE_INTEGER : outage.at + outage.for,
      routers: outage.routers?.map((router1) => router1 - 1) ?? null,
    })),
    killSwitch: killSwitch.flatMap(({ at, for: lasts, by, why }) => [
      { atUs: at, on: true, by, reason: why },
      ...(lasts === undefined ? [] : [{ atUs: at + lasts, on: false, by, reason: why }]),
    ]),
    killDelayUs: router.killPropagation ?? 0,
  };
}

function buildRouters(text: RoutersText | undefined, propagationUs: number): Pick<RoutingPlan, "routers" | "reach"> {
  if (text === undefined) return { routers: { kind: "delayed", delaysUs: [propagationUs] }, reach: "request" };
  if ("poll" in text) {
    return {
      routers: { kind: "polling", count: text.count, pollUs: text.poll, readUs: propagationUs },
      reach: text.reach,
    };
  }
  if ("delays" in text) return { routers: { kind: "delayed", delaysUs: text.delays }, reach: text.reach };
  return { routers: { kind: "delayed", delaysUs: text }, reach: "request" };
}

function buildMode(router: RouterText): BucketingMode {
  const { bucketing: kind, flag = DEFAULT_NAME, group = DEFAULT_NAME, salt = DEFAULT_NAME, seed } = router;
  switch (kind) {
    case "canonical":
    case "flagd":
      return { kind, flag };
    case "unleash":
      return { kind, group };
    case "growthbook-v1":
    case "growthbook-v2":
      return { kind, seed: String(seed ?? DEFAULT_NAME) };
    case "launchdarkly":
      return { kind, flag, salt, seed: seed === undefined ? null : Number(seed) };
  }
}

/** Complains of what does not go together. */
export function checkRouting(text: Partly<RoutingText>, known: KnownSegments, report: Report): void {
  const { router, routers, flagStore, killSwitch } = text ?? {};
  for (const [name, modes] of Object.entries(NAMES)) {
    const value = router?.[name as keyof typeof NAMES];
    const mode = router?.bucketing;
    if (value === undefined || mode === undefined || modes.includes(mode)) continue;
    const message = `${mode} does not hash this`;
    report(["router", name], complain(message, { found: String(value), allowed: `bucketing: ${modes.join(", ")}` }));
  }
  if (router?.bucketing === "launchdarkly" && typeof router.seed === "string") {
    report(["router", "seed"], complain("LaunchDarkly's seeds are numbers", { found: router.seed, allowed: "61" }));
  }
  const segments = Object.keys(router?.segments ?? {});
  if (segments.length > SEGMENT_RULES_MAX) {
    const allowed = `at most ${SEGMENT_RULES_MAX}`;
    report(["router", "segments"], complain("these are too many", { found: String(segments.length), allowed }));
  }
  for (const name of segments) {
    const selector = parseSegment(name);
    const complaints = selector.ok ? complainOfSegment(selector.value, known) : selector.complaints;
    for (const complaint of complaints) report(["router", "segments", name], complaint);
  }
  const count = countOf(routers);
  for (const [index, outage] of (flagStore?.unreachable ?? []).entries()) {
    for (const [at, router1] of (outage?.routers ?? []).entries()) {
      if (router1 === undefined || router1 <= count) continue;
      const path = ["flagStore", "unreachable", index, "routers", at];
      report(path, complain("there is no such router", { found: String(router1), allowed: `1 to ${count}` }));
    }
  }
  if (router?.propagation !== undefined && routers !== undefined && !("poll" in routers)) {
    report(["router", "propagation"], complain("the routers have delays of their own: this would do nothing"));
  }
  if (router?.killPropagation !== undefined && killSwitch === undefined) {
    report(
      ["router", "killPropagation"],
      complain("nobody throws the kill switch", { allowed: "killSwitch: [{ at: 12m }]" }),
    );
  }
  checkThrows(killSwitch, report);
}

function countOf(routers: Partly<RoutersText | undefined>): number {
  if (routers === undefined) return 1;
  if ("poll" in routers || "count" in routers) return routers.count ?? Infinity;
  if ("delays" in routers) return routers.delays?.length ?? Infinity;
  return (routers as readonly unknown[]).length;
}

/** Throws come one after the other: two that overlap would take each other back. */
function checkThrows(killSwitch: Partly<KillSwitchText | undefined>, report: Report): void {
  let freeFromUs = 0;
  for (const [index, one] of (killSwitch ?? []).entries()) {
    if (one?.at === undefined) return;
    if (one.at < freeFromUs) {
      report(["killSwitch", index, "at"], complain("throws come in order, each taken back before the next"));
    }
    freeFromUs = one.for === undefined ? Infinity : one.at + one.for;
  }
}

/** The keys of a scenario file that may be unwise. */
export const ROUTING_KEYS = ["router.bucketing", "router.stickiness", "router.allow", "routers.reach"] as const;

/** What the mode of bucketing makes of the policy's shares, and what of the routing does nothing. */
export function warnOfRouting(scenario: Scenario, policy: Policy): Problem[] {
  const { routing } = scenario;
  if (routing === undefined) return [];
  const phases = policy.phases.map(({ name, trafficPpm }) => ({ where: name, sharePpm: trafficPpm }));
  const segments = routing.targeting.segments.map(({ where, sharePpm }) => {
    const name = Object.entries(where).map(([dimension, value]) => `${dimension}=${value}`);
    return { where: `segment ${name.join(", ")}`, sharePpm };
  });
  const warn = (path: (typeof ROUTING_KEYS)[number], message: string, found: string): Problem => {
    const { line, column } = scenario.routingPlaces?.[path] ?? { line: 0, column: 0 };
    return { source: scenario.file, line, column, path, message, found, allowed: null, suggestion: null };
  };
  const warnings = bucketingLimits(routing.bucketing, [...phases, ...segments]).map((message) =>
    warn("router.bucketing", message, routing.bucketing.kind),
  );
  const identity = scenario.traffic.users.sessions === undefined ? "user" : scenario.traffic.users.sessions.kind;
  const { stickiness, targeting } = routing;
  const isNamed = identity === "user" ? stickiness !== "session" : identity !== "none" && stickiness !== "user";
  if (!isNamed && stickiness !== "default" && stickiness !== "request" && stickiness !== "random") {
    warnings.push(
      warn("router.stickiness", `requests do not name their ${stickiness}: there is nothing to hash`, stickiness),
    );
  }
  if (identity !== "user" && targeting.allow.length + targeting.deny.length > 0) {
    warnings.push(warn("router.allow", "requests do not name their users: the lists match nobody", identity));
  }
  if (routing.reach === "user" && routerCount(routing.routers) > 1 && identity !== "user") {
    warnings.push(
      warn("routers.reach", "requests do not name their users, but each user still has a router", identity),
    );
  }
  return warnings;
}
