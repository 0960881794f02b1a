/** The world of the end-to-end rows: Poisson arrivals, many sticky users, one route, two lognormal versions. */
import { SAFE_FLAGS } from "../../src/engine/flags/feature-flags.ts";
import { HOUR_US, MILLISECOND_US, SECOND_US } from "../../src/engine/kernel/units.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import type { VersionModel } from "../../src/engine/service/version-model.ts";
import { createSyntheticWorld } from "../../src/engine/traffic/synthetic-world.ts";
import { BENCH_POLICY } from "./setbull-policy.ts";

/** How a version behaves, in numbers that both engines understand. */
export interface VersionFacts {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly errorPpm: number;
  readonly declinePpm: number;
}

/** The whole system that is simulated. */
export interface WorldFacts {
  readonly seed: string;
  readonly perSecond: number;
  readonly users: number;
  readonly baseline: VersionFacts;
  readonly candidate: VersionFacts;
  readonly propagationUs: number;
  readonly horizonUs: number;
}

/** Simulated seconds of a rollout that meets no obstacle: 10 + 30 + 60 + 30 minutes. */
export const ROLLOUT_SECONDS = 7_800;

/** A good candidate under as much traffic as makes about `requests` requests in a rollout. */
export function worldFacts(requests: number, seed: string, candidate: Partial<VersionFacts> = {}): WorldFacts {
  return {
    seed,
    perSecond: requests / ROLLOUT_SECONDS,
    users: 100_000,
    baseline: { p50Ms: 80, p95Ms: 250, errorPpm: 2_000, declinePpm: 0 },
    candidate: { p50Ms: 40, p95Ms: 130, errorPpm: 3_000, declinePpm: 0, ...candidate },
    propagationUs: SECOND_US,
    horizonUs: 3 * HOUR_US,
  };
}

/** The system as a plan for our engine. */
export function planOf(facts: WorldFacts): RehearsalPlan {
  const traffic = {
    arrivals: { kind: "poisson", perSecond: facts.perSecond },
    users: { population: facts.users },
    routes: [{ name: "GET /", weight: 1 }],
  } as const;
  const versions = { baseline: versionModel(facts.baseline), candidate: versionModel(facts.candidate) };
  return {
    scenario: "bench",
    seed: facts.seed,
    horizonUs: facts.horizonUs,
    policy: BENCH_POLICY,
    flags: SAFE_FLAGS,
    pinnedFlags: {},
    propagationUs: facts.propagationUs,
    faults: [],
    operator: [],
    slowed: { factor: 2, addUs: 100 * MILLISECOND_US },
    world: createSyntheticWorld({ traffic, ...versions }, facts.seed),
  };
}

/** A version's model in the engine's own words: a lognormal latency, failures of its own. */
export function versionModel({ p50Ms, p95Ms, errorPpm, declinePpm }: VersionFacts): VersionModel {
  const points = [
    { quantile: 0.5, us: p50Ms * MILLISECOND_US },
    { quantile: 0.95, us: p95Ms * MILLISECOND_US },
  ];
  return { latency: { kind: "lognormal", points }, errors: { kind: "own", ppm: errorPpm }, declinePpm, routes: {} };
}
