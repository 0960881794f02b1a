/** What `--flags-from-env` takes from the environment, and where it goes: the flags, and the limits of alerts. */
import type { Policy } from "../engine/deployment/policy.ts";
import { FLAG_VARIABLES, flagsFromEnvironment, type EnvironmentSettings } from "../engine/flags/environment.ts";
import type { FeatureFlags } from "../engine/flags/feature-flags.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { wholeProblem } from "./problem-report.ts";

const ERROR_RATE = "ERROR_RATE_THRESHOLD";
/** Limits of alerts on what is not simulated yet. */
const WITHOUT_METRIC: readonly string[] = ["CACHE_HIT_RATE_THRESHOLD", "MEMORY_USAGE_THRESHOLD"];

/** What was read, ready for use. */
export interface StartingPoint {
  /** Null: the safe flags. */
  readonly flags: FeatureFlags | null;
  /** The policy with the limits that the environment sets. */
  readonly adjust: (policy: Policy) => Policy;
  /** The variables that were read, for the reproducing command. */
  readonly variables: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The starting point of runs: from the environment where that is wanted. */
export function readStartingPoint(wanted: boolean, env: Environment): Read<StartingPoint> {
  if (!wanted) return { ok: true, value: { flags: null, adjust: (policy) => policy, variables: {} }, warnings: [] };
  const read = flagsFromEnvironment(env);
  if (!read.ok) return read;
  const value: StartingPoint = {
    flags: read.value.flags,
    adjust: (policy) => withErrorThreshold(policy, read.value.thresholds.errorRatePpm),
    variables: variablesIn(env, [...Object.values(FLAG_VARIABLES), ERROR_RATE]),
  };
  const ignored = Object.keys(variablesIn(env, WITHOUT_METRIC)).map((name): Problem => ({
    ...wholeProblem("environment", "this has no effect: neither caches nor memory are simulated yet"),
    path: name,
  }));
  return { ok: true, value, warnings: [...read.warnings, ...ignored] };
}

/** The alerts on the error rate of all traffic, with another limit. */
function withErrorThreshold(policy: Policy, limit: EnvironmentSettings["thresholds"]["errorRatePpm"]): Policy {
  if (limit === null) return policy;
  const alerts = policy.alerts.map((alert) => (alert.metric === "all.errorRate" ? { ...alert, limit } : alert));
  return { ...policy, alerts };
}

function variablesIn(env: Environment, names: readonly string[]): Record<string, string> {
  const entries = names.flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}
