/** What `--flags-from-env` takes from the environment, and where it goes: the flags, and the limits of alerts. */
import type { Policy } from "../engine/deployment/policy.ts";
import { FLAG_VARIABLES, flagsFromEnvironment } from "../engine/flags/environment.ts";
import type { FeatureFlags } from "../engine/flags/feature-flags.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { applyThresholds } from "../scenarios/alert-thresholds.ts";

const ERROR_RATE = "ERROR_RATE_THRESHOLD";

/** What was read, ready for use. */
export interface StartingPoint {
  /** Null: the safe flags. */
  readonly flags: FeatureFlags | null;
  /** The policy with the limits that the environment sets, and warnings of those that change nothing in it. */
  readonly adjust: (policy: Policy) => { readonly policy: Policy; readonly warnings: readonly Problem[] };
  /** The variables that were read, for the reproducing command. */
  readonly variables: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The starting point of runs: from the environment where that is wanted. */
export function readStartingPoint(wanted: boolean, env: Environment): Read<StartingPoint> {
  if (!wanted) {
    const asItIs = (policy: Policy) => ({ policy, warnings: [] });
    return { ok: true, value: { flags: null, adjust: asItIs, variables: {} }, warnings: [] };
  }
  const read = flagsFromEnvironment(env);
  if (!read.ok) return read;
  const { flags, thresholds } = read.value;
  const value: StartingPoint = {
    flags,
    adjust: (policy) => applyThresholds(policy, thresholds),
    variables: variablesIn(env, [...Object.values(FLAG_VARIABLES), ERROR_RATE]),
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
