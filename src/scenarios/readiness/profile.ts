/** The readiness checklists (requirements A13 and B11): what each asks for, item by item, with its limits. */

/** What can be measured by rehearsing the scenario before the rollout. */
export type MeasureName =
  | "cache-hit-rate"
  | "speed-gain"
  | "speed-factor"
  | "memory-reduction"
  | "memory-growth"
  | "concurrency"
  | "error-rate"
  | "health"
  | "flags"
  | "rollout"
  | "rollback"
  | "monitoring"
  | "metrics"
  | "panels"
  | "parity"
  | "fallback"
  | "splitting"
  | "automated-rollback"
  | "early-stop"
  | "gates"
  | "candidate-instances"
  | "shared-cache"
  | "aftermath";

/** What kind of value answers an item: a share in parts per million, a factor, yes or no, or somebody's name. */
export type InputKind = "share" | "factor" | "yes" | "name";

/** One item of a checklist. */
export interface ReadinessItem {
  /** Unique within the profile; inputs and overrides are given by it. */
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** Absent: it cannot be measured here, and has to be given. */
  readonly measure?: MeasureName;
  readonly kind: InputKind;
  /** What a share or a factor is held against, in its own unit. */
  readonly limit?: { readonly operator: ">=" | ">" | "<=" | "<"; readonly value: number };
}

/** The checklists. */
export const PROFILES = ["plan", "completion", "go-no-go"] as const;
/** One of them. */
export type ProfileName = (typeof PROFILES)[number];

/** The item that names the incident commander. */
export const COMMANDER = "incident-commander";

/** Who signs off before a go. */
export const SIGN_OFFS = ["lead", "platform", "operations", "product"] as const;

function item(
  group: string,
  id: string,
  title: string,
  measure?: MeasureName,
  limit?: readonly [NonNullable<ReadinessItem["limit"]>["operator"], number, "share" | "factor"],
): ReadinessItem {
  return {
    id,
    title,
    group,
    ...(measure === undefined ? {} : { measure }),
    kind: limit?.[2] ?? "yes",
    ...(limit === undefined ? {} : { limit: { operator: limit[0], value: limit[1] } }),
  };
}

const SHARE = 10_000;

/** Of the plan: the implementation plan's checklist. How a gain of speed reads, and what counts as a leak, is ours. */
const PLAN: readonly ReadinessItem[] = [
  item("performance", "cache-hit-rate", "Cache hit rate", "cache-hit-rate", [">=", 85 * SHARE, "share"]),
  item("performance", "speed-gain", "Processing speed improvement", "speed-gain", [">=", 40 * SHARE, "share"]),
  item("performance", "memory-reduction", "Memory reduction", "memory-reduction", [">=", 60 * SHARE, "share"]),
  item("performance", "no-leak", "No memory leak", "memory-growth", ["<=", SHARE, "share"]),
  item("performance", "concurrency", "Concurrent operations stable", "concurrency"),
  item("readiness", "coverage", "Test coverage", undefined, [">=", 95 * SHARE, "share"]),
  item("readiness", "integration", "Integration: both versions answer alike", "parity"),
  item("readiness", "monitoring", "Monitoring operational", "monitoring"),
  item("readiness", "flags", "Feature flags valid", "flags"),
  item("readiness", "rollback", "Rollback rehearsed", "rollback"),
  item("readiness", "health", "Health", "health"),
];

/** Of the completion report: what it says has been reached. */
const COMPLETION: readonly ReadinessItem[] = [
  item("performance", "cache-hit-rate", "Cache hit rate", "cache-hit-rate", [">=", 70 * SHARE, "share"]),
  item("performance", "speed-factor", "Times as fast: 2 to 3 or more", "speed-factor", [">=", 2, "factor"]),
  item("performance", "memory-reduction", "Memory reduction", "memory-reduction", [">=", 50 * SHARE, "share"]),
  item("performance", "error-rate", "Errors at full traffic", "error-rate", ["<", SHARE, "share"]),
  item("readiness", "coverage", "Test coverage of critical parts", undefined, [">", 90 * SHARE, "share"]),
  item("readiness", "build", "All packages compile"),
  item("readiness", "integration", "Integration: both versions answer alike", "parity"),
  item("readiness", "availability", "Available while the candidate fails", "fallback"),
  item("readiness", "monitoring", "Monitoring operational", "monitoring"),
  item("readiness", "deployment", "Rollout goes through", "rollout"),
  item("readiness", "flags", "Feature flags valid", "flags"),
  item("readiness", "rollback", "Rollback rehearsed", "rollback"),
  item("readiness", "health", "Health", "health"),
  item("readiness", "documentation", "Deployment procedures documented"),
];

/** The pre-flight list of 20 items, five of each of four groups, what is to be seen meanwhile, and the sign-offs. */
const GO_NO_GO: readonly ReadinessItem[] = [
  item("code", "reviewed", "All code reviewed and approved"),
  item("code", "tests", "Unit and integration tests pass"),
  item("code", "interfaces", "No breaking change of existing interfaces", "parity"),
  item("code", "fallback", "Fallback to the original always available", "fallback"),
  item("code", "edge-cases", "Error handling and edge cases covered"),
  item("infrastructure", "canary-server", "Canary server provisioned", "candidate-instances"),
  item("infrastructure", "load-balancer", "Load balancer splits the traffic", "splitting"),
  item("infrastructure", "database", "Database replicas healthy"),
  item("infrastructure", "cache", "Cache ready", "shared-cache"),
  item("infrastructure", "monitoring", "Monitoring agents deployed", "monitoring"),
  item("team", "lead", "Deployment lead identified"),
  item("team", "platform", "Platform team trained on the procedures"),
  item("team", "on-call", "On-call briefed"),
  item("team", "playbook", "Incident playbook reviewed"),
  item("team", "templates", "Communication templates prepared"),
  item("risk", "automated-rollback", "Automated rollback configured", "automated-rollback"),
  item("risk", "rollback", "Rollback procedure tested and validated", "rollback"),
  item("risk", "thresholds", "Thresholds stop a bad candidate in the first phase", "early-stop"),
  item("risk", "gates", "Phase gates verified", "gates"),
  item("risk", "post-incident", "Post-incident procedures documented", "aftermath"),
  item("dashboard", "metrics", "At least 40 metrics are published", "metrics"),
  item("dashboard", "panels", "8 panels, each metric on them measured", "panels"),
  ...SIGN_OFFS.map((role): ReadinessItem => ({
    id: `sign-off-${role}`,
    title: `Sign-off: ${role}`,
    group: "sign-off",
    kind: "name",
  })),
  { id: COMMANDER, title: "Incident commander, to whom is escalated", group: "sign-off", kind: "name" },
];

/** The items of a profile. */
export function itemsOf(profile: ProfileName): readonly ReadinessItem[] {
  switch (profile) {
    case "plan":
      return PLAN;
    case "completion":
      return COMPLETION;
    case "go-no-go":
      return GO_NO_GO;
  }
}
