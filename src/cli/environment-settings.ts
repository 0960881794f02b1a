/** What `--flags-from-env` takes from the environment, and where it goes: the flags, and the limits of alerts. */
import type { Policy } from "../engine/deployment/policy.ts";
import { FLAG_VARIABLES, flagsFromEnvironment } from "../engine/flags/environment.ts";
import type { FeatureFlags } from "../engine/flags/feature-flags.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { applyThresholds } from "../scenarios/alert-thresholds.ts";

const THRESHOLDS: readonly string[] = ["ERROR_RATE_THRESHOLD", "CACHE_HIT_RATE_THRESHOLD", "MEMORY_USAGE_THRESHOLD"];

/** What was read, ready for use. */
export interface StartingPoint {
  /** Null: the safe flags. */
  readonly flags: FeatureFlags | null;
  /** The policy with the limits that the environment sets. */
  readonly adjust: (policy: Policy) => Policy;
  /** What the environment sets that changes nothing under some policies, each variable once. */
  readonly unused: (policies: readonly Policy[]) => readonly Problem[];
  /** The variables that were read, for the reproducing command. */
  readonly variables: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The starting point of runs: from the environment where that is wanted. */
export function readStartingPoint(wanted: boolean, env: Environment): Read<StartingPoint> {
  if (!wanted) {
    const nothing: StartingPoint = { flags: null, adjust: (policy) => policy, unused: () => [], variables: {} };
    return { ok: true, value: nothing, warnings: [] };
  }
  const read = flagsFromEnvironment(env);
  if (!read.ok) return read;
  const value: StartingPoint = {
    flags: read.value.flags,
    adjust: (policy) => applyThresholds(policy, read.value.thresholds).policy,
    unused: (policies) => {
      const all = policies.flatMap((policy) => applyThresholds(policy, read.value.thresholds).warnings);
      return all.filter((one, index) => all.findIndex((other) => other.message === one.message) === index);
    },
    variables: variablesIn(env, [...Object.values(FLAG_VARIABLES), ...THRESHOLDS]),
  };
  return { ok: true, value, warnings: read.warnings };
}

function variablesIn(env: Environment, names: readonly string[]): Record<string, string> {
  const entries = names.flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}
