/** What must hold between the feature flags (requirement A3), whoever set them. */
import type { Problem } from "../kernel/problem.ts";
import { WHOLE_PPM } from "../kernel/units.ts";
import type { FeatureFlags } from "./feature-flags.ts";

/** What is wrong with a set of flags, and what is allowed but unwise. */
export interface FlagFindings {
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Looks at each flag's range and at what spans several. `source` is where the flags come from (`environment`, a
 * file's name); `nameOf` gives the name that a flag has there.
 */
export function validateFlags(
  flags: FeatureFlags,
  source: string,
  nameOf: (flag: keyof FeatureFlags) => string,
): FlagFindings {
  const errors: Problem[] = [];
  const warnings: Problem[] = [];
  const about = (flag: keyof FeatureFlags, message: string, found: string, allowed: string | null): Problem => {
    return { source, line: 0, column: 0, path: nameOf(flag), message, found, allowed, suggestion: null };
  };
  const share = `${flags.rolloutPpm / 10_000}%`;
  if (!Number.isInteger(flags.rolloutPpm) || flags.rolloutPpm < 0 || flags.rolloutPpm > WHOLE_PPM) {
    errors.push(
      about("rolloutPpm", "the share must be between 0 and 100 percent, in steps of 0.0001", share, "0 to 100"),
    );
  }
  if (flags.rolloutPpm > 0 && !flags.useOptimizedAnalytics) {
    const enabled = `${nameOf("useOptimizedAnalytics")} true, or a share of 0`;
    errors.push(about("rolloutPpm", "a share above 0 needs the optimised path enabled", share, enabled));
  }
  for (const flag of ["maxCacheSizeMb", "workerPoolSize"] as const) {
    if (Number.isSafeInteger(flags[flag]) && flags[flag] >= 1) continue;
    errors.push(about(flag, "the size must be a whole number, at least 1", String(flags[flag]), "1 and more"));
  }
  if (flags.rolloutPpm === WHOLE_PPM && !flags.fallbackToV1OnError) {
    const message = "all traffic on the candidate without a fallback: every failure of it reaches a user";
    warnings.push(about("fallbackToV1OnError", message, "false", null));
  }
  return { errors, warnings };
}
