/**
 * What rehearsing a scenario before its rollout shows: both versions at full traffic, the rollout with nothing in its
 * way, and the rollout with a candidate made bad.
 */
import type { Policy } from "../../engine/deployment/policy.ts";
import { SAFE_FLAGS } from "../../engine/flags/feature-flags.ts";
import { validateFlags } from "../../engine/flags/validation.ts";
import { MINUTE_US, WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { RehearsalPlan } from "../../engine/plan.ts";
import type { RunRecord } from "../../engine/result.ts";
import { rehearse } from "../../engine/stack.ts";
import { flagKey } from "../flags-shape.ts";
import { planScenario } from "../runner.ts";
import type { Scenario } from "../scenario.ts";
import { runFullTraffic, undisturbed, type FullTraffic } from "./full-traffic.ts";
import type { MeasureName } from "./profile.ts";
import { countPublished, judgePanels, rehearsePublishing } from "./published-metrics.ts";

/** What a measurement came to. */
export interface Measured {
  /** Of a share in parts per million or a factor: the value; of a yes or no: whether it holds. Null: not measurable here. */
  readonly value: number | boolean | null;
  /** The figures in words; where there is no value, why. */
  readonly reason: string;
}

/** The made-bad candidate fails this share of its attempts, from a minute after the start of the first phase. */
const BAD_PPM = 500_000;
/** Busier workers than this are not stable under any more load: ours. */
const CPU_LIMIT = 0.9;
/** Fewer comparisons than this say nothing of parity: ours. */
const COMPARED_LEAST = 100;
/** A way back that promises nothing is held to this (requirement B7). */
const ROLLBACK_MS = 5 * 60_000;

/** All runs, made once. */
interface Runs {
  readonly plan: RehearsalPlan;
  readonly policy: Policy;
  readonly baseline: FullTraffic;
  readonly candidate: FullTraffic;
  readonly good: RunRecord;
  readonly bad: RunRecord;
  /** Metrics that had a value in the rollout with nothing in its way. */
  readonly published: ReadonlySet<string>;
}

/** Measures all that can be. `forUs`: how long each version is at full traffic. */
export function measureReadiness(
  scenario: Scenario,
  policy: Policy,
  seed: string | null,
  forUs: number,
): ReadonlyMap<MeasureName, Measured> {
  const plan = undisturbed(planScenario(scenario, policy, seed));
  const { record: good, published } = rehearsePublishing(plan);
  const startedUs = (good.phases[0]?.enteredAtMs ?? 0) * 1_000;
  const bad = rehearse({
    ...plan,
    faults: [
      {
        name: "half of the candidate's attempts fail",
        version: "candidate",
        atUs: startedUs + MINUTE_US,
        untilUs: Number.MAX_SAFE_INTEGER,
        errorPpm: BAD_PPM,
        declinePpm: 0,
        latencyFactor: 1,
        latencyAddUs: 0,
        failsHealth: false,
        route: null,
      },
    ],
  });
  const runs: Runs = {
    plan,
    policy,
    baseline: runFullTraffic(plan, "baseline", forUs),
    candidate: runFullTraffic(plan, "candidate", forUs),
    good,
    bad,
    published,
  };
  return new Map(Object.entries(MEASURES).map(([name, measure]) => [name as MeasureName, measure(runs)] as const));
}

const MEASURES: Readonly<Record<MeasureName, (runs: Runs) => Measured>> = {
  "cache-hit-rate": ({ candidate }) => {
    const rate = candidate.record.resources?.candidate.cacheHitRate ?? null;
    if (rate === null) return absent("the scenario gives the candidate no cache that is asked");
    return { value: ppm(rate), reason: `${percent(rate)} of the look-ups at full traffic` };
  },
  "speed-gain": (runs) => {
    const factor = speedFactor(runs);
    if (factor === null) return absent("one of the versions never served at full traffic");
    return { value: ppm(factor - 1), reason: `${percent(factor - 1)} faster: ${means(runs)}` };
  },
  "speed-factor": (runs) => {
    const factor = speedFactor(runs);
    if (factor === null) return absent("one of the versions never served at full traffic");
    return { value: factor, reason: `${round(factor)} times as fast: ${means(runs)}` };
  },
  "memory-reduction": ({ baseline, candidate }) => {
    const [before, after] = [mean(baseline.memoryBytes), mean(candidate.memoryBytes)];
    if (before === null || after === null) return absent("the scenario does not give both versions a memory");
    const reduction = 1 - after / before;
    return { value: ppm(reduction), reason: `${percent(reduction)}: ${megabytes(before)} to ${megabytes(after)}` };
  },
  "memory-growth": ({ candidate: { memoryBytes } }) => memoryGrowth(memoryBytes),
  concurrency: ({ candidate: { record } }) => {
    const resources = record.resources?.candidate;
    if (resources?.workers === undefined || resources.workers === null) {
      return absent("the scenario gives the candidate no workers that could be too few");
    }
    const { cpu, turnedAwayByQueue, turnedAwayWithoutInstance, attempts } = resources;
    const away = turnedAwayByQueue + turnedAwayWithoutInstance;
    const reason = `${away} turned away of ${attempts + away}, workers busy ${percent(cpu ?? 0)} of the time (at most ${percent(CPU_LIMIT)})`;
    return { value: away === 0 && (cpu ?? 0) <= CPU_LIMIT, reason };
  },
  "error-rate": ({ candidate: { figures } }) => {
    if (figures === null) return absent("the candidate never served at full traffic");
    const { errors, attempts } = figures;
    if (attempts === 0) return absent("the candidate declined everything at full traffic");
    return { value: ppm(errors / attempts), reason: `${percent(errors / attempts)}: ${errors} of ${attempts}` };
  },
  health: ({ baseline, candidate }) => {
    if (candidate.figures === null) return { value: false, reason: "the candidate never served at full traffic" };
    const unhealthy = baseline.unhealthy + candidate.unhealthy;
    return { value: unhealthy === 0, reason: `unhealthy ${unhealthy} times while it carried all of the traffic` };
  },
  flags: ({ plan, policy }) => {
    const rolloutPpm = policy.phases.reduce((most, phase) => Math.max(most, phase.trafficPpm), 0);
    const flags = { ...SAFE_FLAGS, ...plan.flags, useOptimizedAnalytics: true, rolloutPpm, ...plan.pinnedFlags };
    const { errors, warnings } = validateFlags(flags, "flags", flagKey);
    const said = [...errors, ...warnings].map(({ path, message }) => `${path}: ${message}`);
    return {
      value: errors.length === 0,
      reason: said.length === 0 ? `valid from the start to ${rolloutPpm / 10_000} %` : said.join("; "),
    };
  },
  rollout: ({ good }) => ({ value: good.outcome === "completed", reason: outcomeWords(good, "nothing in its way") }),
  rollback: ({ bad }) => {
    const { rollback } = bad;
    if (rollback === null || rollback.verifiedAtMs === null) {
      return { value: false, reason: outcomeWords(bad, "a bad candidate") };
    }
    const took = rollback.verifiedAtMs - rollback.detectedAtMs;
    const broken = (rollback.promises ?? []).filter((promise) => !promise.kept);
    const promised = rollback.promises?.find(({ what }) => what === "rollback")?.promisedMs ?? ROLLBACK_MS;
    const words = `a bad candidate is rolled back by ${rollback.trigger} and verified ${took / 1000} s after detection (less than ${promised / 1000} s)`;
    const reason =
      broken.length === 0 ? words : `${words}; broken promises: ${broken.map(({ what }) => what).join(", ")}`;
    return { value: took < promised && broken.length === 0, reason };
  },
  monitoring: ({ bad }) => {
    const seen = bad.decisions.filter(
      ({ kind, evidence }) =>
        evidence?.holds === "yes" && ["alert", "rollback", "pause", "investigate", "notify"].includes(kind),
    );
    const first = seen[0];
    if (first === undefined)
      return { value: false, reason: "half of the candidate's attempts fail, and nothing is raised" };
    const rules = [...new Set(seen.map(({ kind, evidence }) => `${kind} ${evidence?.rule ?? ""}`))];
    const words = `half of the candidate's attempts fail: ${rules.join(", ")}`;
    return { value: true, reason: `${words}, the first at ${first.atMs / 1000} s` };
  },
  metrics: ({ published }) => countPublished(published),
  panels: ({ published }) => judgePanels(published),
  parity: ({ candidate: { record } }) => {
    const { parity } = record;
    if (parity === undefined) return absent("the scenario has no shadow traffic (parity)");
    const { compared, mismatched, kinds } = parity;
    if (compared < COMPARED_LEAST) {
      return absent(`only ${compared} shadow requests were compared, ${COMPARED_LEAST} are needed`);
    }
    const what = kinds.map(({ kind, requests }) => `${kind} ${requests}`).join(", ");
    const differ = mismatched === 0 ? "" : ` (${what})`;
    return {
      value: mismatched === 0,
      reason: `${mismatched} of ${compared} shadow requests answered differently${differ}`,
    };
  },
  fallback: ({ bad: { impact, rollback } }) => {
    // Who is hurt because the way back restarts the baseline was not on the candidate: no fallback could have served.
    const restarted = rollback?.harmedByRestart ?? 0;
    const harmed = impact.harmedRequests - restarted;
    const beside = restarted === 0 ? "" : ` (and ${restarted} by the restart of the baseline)`;
    return {
      value: harmed === 0 && impact.savedByFallback > 0,
      reason: `half of the candidate's attempts fail: ${impact.savedByFallback} users saved by the fallback, ${harmed} harmed${beside}`,
    };
  },
  splitting: ({ good }) => {
    const phase = good.phases.find(({ trafficPercent }) => trafficPercent > 0 && trafficPercent < 100);
    if (phase === undefined) return absent("no phase splits the traffic");
    const requests = phase.baseline.requests + phase.candidate.requests;
    const share = requests === 0 ? 0 : phase.candidate.requests / requests;
    const asked = phase.trafficPercent / 100;
    const reason = `${percent(share)} of the requests in ${phase.name}, ${percent(asked)} asked for (within half and twice)`;
    return { value: share >= asked / 2 && share <= asked * 2, reason };
  },
  "automated-rollback": ({ policy }) => {
    const names = policy.triggers.filter(({ action }) => action === "rollback").map(({ name }) => name);
    return { value: names.length > 0, reason: names.length === 0 ? "no trigger rolls back" : names.join(", ") };
  },
  "early-stop": ({ bad }) => {
    const { outcome, phases, impact } = bad;
    const reason = `a bad candidate: ${outcome} after ${phases.length} phase(s), ${impact.usersExposed} users exposed`;
    return { value: outcome === "rolled-back" && phases.length === 1, reason };
  },
  gates: ({ policy, good, bad }) => {
    const open = policy.phases.filter(({ gates }) => gates.length === 0).map(({ name }) => name);
    const letsThrough = bad.phases.some(({ verdict }) => verdict === "advanced");
    const reason = [
      outcomeWords(good, "nothing in its way"),
      letsThrough ? "a bad candidate passes a gate" : "a bad candidate passes none",
      ...(open.length === 0 ? [] : [`without a gate: ${open.join(", ")}`]),
    ].join("; ");
    return { value: good.outcome === "completed" && !letsThrough && open.length === 0, reason };
  },
  "candidate-instances": ({ candidate: { record } }) => {
    const resources = record.resources?.candidate;
    if (resources === undefined) return absent("the scenario declares no instances");
    const { instances, turnedAwayWithoutInstance: away } = resources;
    return {
      value: away === 0,
      reason: `${instances} instance(s) carry all of the traffic, ${away} requests found none`,
    };
  },
  "shared-cache": ({ candidate: { record } }) => {
    const rate = record.resources?.candidate.cacheHitRate ?? null;
    if (rate === null) return absent("the scenario gives the candidate no cache that is asked");
    return { value: rate > 0, reason: `it answers ${percent(rate)} of the look-ups` };
  },
  aftermath: ({ policy }) => {
    const names = (policy.rollback.aftermath ?? []).map(({ name }) => name);
    if (names.length === 0) return absent("the policy does not say what people do after a rollback");
    return { value: true, reason: names.join(", ") };
  },
};

/**
 * How much the least memory of the last quarter is above that of the second: collections make a saw-tooth whose lowest
 * points rise only where something is never given back. The first quarter warms up.
 */
function memoryGrowth(samples: readonly number[]): Measured {
  if (samples.length < 8) return absent("the scenario gives the candidate no memory, or the measurement is too short");
  const quarter = Math.floor(samples.length / 4);
  const early = Math.min(...samples.slice(quarter, 2 * quarter));
  const late = Math.min(...samples.slice(3 * quarter));
  const growth = late / early - 1;
  return { value: ppm(Math.max(growth, 0)), reason: `lowest points ${megabytes(early)}, later ${megabytes(late)}` };
}

function absent(reason: string): Measured {
  return { value: null, reason };
}

function speedFactor({ baseline, candidate }: Runs): number | null {
  const [before, after] = [baseline.figures?.meanMs ?? null, candidate.figures?.meanMs ?? null];
  return before === null || after === null || after === 0 ? null : before / after;
}

function means({ baseline, candidate }: Runs): string {
  return `mean latency ${round(baseline.figures?.meanMs ?? 0)} ms to ${round(candidate.figures?.meanMs ?? 0)} ms`;
}

function outcomeWords({ outcome, ending, endedAtMs }: RunRecord, under: string): string {
  return `with ${under} the rollout is ${outcome} after ${endedAtMs / 60_000} min: ${ending}`;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ppm(fraction: number): number {
  return Math.round(fraction * WHOLE_PPM);
}

function percent(fraction: number): string {
  return `${round(fraction * 100)} %`;
}

function megabytes(bytes: number): string {
  return `${round(bytes / 1_000_000)} MB`;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}

/** How long each version is at full traffic where nobody says: ours. */
export const MEASURE_US = 10 * MINUTE_US;
