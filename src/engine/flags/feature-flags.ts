/** The feature flags of requirement A1, their safe defaults and their names in the environment (A2). */
import { WHOLE_PPM } from "../kernel/units.ts";

/** All flags. Plain data. */
export interface FeatureFlags {
  /** The optimised path (the candidate) may be used at all. */
  readonly useOptimizedAnalytics: boolean;
  readonly cacheEnabled: boolean;
  readonly concurrencyEnabled: boolean;
  /** Share of the keys routed to the candidate, in parts per million of all (50,000 is 5 %); 0 to 1,000,000. */
  readonly rolloutPpm: number;
  /** False: the monitor publishes no latency quantiles. */
  readonly enableDetailedMetrics: boolean;
  /** A failed or declined request on the candidate is tried on the baseline. */
  readonly fallbackToV1OnError: boolean;
  /** Megabytes. */
  readonly maxCacheSizeMb: number;
  readonly workerPoolSize: number;
  /** True: everybody is sent back at once, whatever other flags, lists and segments say. Absent: false. */
  readonly killSwitch?: boolean;
  /** True: by mistake the candidate has the weight that is meant for the baseline. Absent: false. */
  readonly weightsSwapped?: boolean;
}

/** The candidate's weight as it is stored: what is meant, or by mistake what is meant for the baseline. */
export function candidateWeightPpm({ rolloutPpm, weightsSwapped }: FeatureFlags): number {
  return weightsSwapped === true ? WHOLE_PPM - rolloutPpm : rolloutPpm;
}

/** What unset flags are: every optimisation off, fallback and metrics on, 512 MB, 4 workers. */
export const SAFE_FLAGS: FeatureFlags = {
  useOptimizedAnalytics: false,
  cacheEnabled: false,
  concurrencyEnabled: false,
  rolloutPpm: 0,
  enableDetailedMetrics: true,
  fallbackToV1OnError: true,
  maxCacheSizeMb: 512,
  workerPoolSize: 4,
};
