/** Small valid plans for tests: a synthetic world of two versions under the policy of `small-policy.ts`. */
import { SAFE_FLAGS } from "../../src/engine/flags/feature-flags.ts";
import { MILLISECOND_US, SECOND_US } from "../../src/engine/kernel/units.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import type { Fault } from "../../src/engine/service/fault.ts";
import type { LatencyModel, VersionModel } from "../../src/engine/service/version-model.ts";
import { createSyntheticWorld } from "../../src/engine/traffic/synthetic-world.ts";
import { QUICK_POLICY } from "./small-policy.ts";

/** How a version behaves, in the few numbers that tests vary. */
export interface VersionFacts {
  readonly p50Ms: number;
  /** The same as `p50Ms`: every attempt takes exactly so long. */
  readonly p95Ms: number;
  readonly errorPpm: number;
  readonly declinePpm: number;
}

/** What a test says of its plan; the rest is a good candidate under 2,000 requests/s of 2,000 users. */
export interface PlanFacts extends Partial<Omit<RehearsalPlan, "world">> {
  readonly world?: RehearsalPlan["world"];
  readonly arrivals?: "constant" | "poisson";
  readonly perSecond?: number;
  readonly users?: number;
  readonly baseline?: Partial<VersionFacts>;
  readonly candidate?: Partial<VersionFacts>;
}

const BASELINE_FACTS: VersionFacts = { p50Ms: 80, p95Ms: 250, errorPpm: 2_000, declinePpm: 0 };
const CANDIDATE_FACTS: VersionFacts = { p50Ms: 40, p95Ms: 130, errorPpm: 3_000, declinePpm: 0 };

/** A plan that differs from the ordinary one in what is given. */
export function smallPlan(facts: PlanFacts = {}): RehearsalPlan {
  const { arrivals, perSecond, users, baseline, candidate, ...plan } = facts;
  const seed = plan.seed ?? "7";
  const traffic = {
    arrivals: { kind: arrivals ?? "poisson", perSecond: perSecond ?? 2_000 },
    users: { population: users ?? 2_000 },
    routes: [{ name: "GET /", weight: 1 }],
  };
  const spec = {
    traffic,
    baseline: versionModel({ ...BASELINE_FACTS, ...baseline }),
    candidate: versionModel({ ...CANDIDATE_FACTS, ...candidate }),
  };
  return {
    scenario: "small",
    horizonUs: 200 * SECOND_US,
    policy: QUICK_POLICY,
    flags: SAFE_FLAGS,
    pinnedFlags: {},
    propagationUs: SECOND_US,
    faults: [],
    operator: [],
    slowed: { factor: 2, addUs: 100 * MILLISECOND_US },
    world: createSyntheticWorld(spec, seed),
    ...plan,
    seed,
  };
}

/** A request every millisecond, answered after exactly 5 ms by either version, never with a failure: all counts are exact. */
export const CLOCKWORK = {
  arrivals: "constant",
  perSecond: 1_000,
  baseline: { p50Ms: 5, p95Ms: 5, errorPpm: 0 },
  candidate: { p50Ms: 5, p95Ms: 5, errorPpm: 0 },
} as const;

/** A fault of the candidate that does nothing but what is given. */
export function candidateFault(atUs: number, untilUs: number, change: Partial<Fault>): Fault {
  return {
    name: "fault",
    version: "candidate",
    atUs,
    untilUs,
    errorPpm: 0,
    declinePpm: 0,
    latencyFactor: 1,
    latencyAddUs: 0,
    failsHealth: false,
    route: null,
    ...change,
  };
}

function versionModel({ p50Ms, p95Ms, errorPpm, declinePpm }: VersionFacts): VersionModel {
  const points = [
    { quantile: 0.5, us: p50Ms * MILLISECOND_US },
    { quantile: 0.95, us: p95Ms * MILLISECOND_US },
  ];
  const latency: LatencyModel =
    p50Ms === p95Ms ? { kind: "constant", us: p50Ms * MILLISECOND_US } : { kind: "lognormal", points };
  return { latency, errors: { kind: "own", ppm: errorPpm }, declinePpm, routes: {} };
}
