/**
 * Feature flags and alert thresholds from environment variables (requirement A2). The environment is a parameter:
 * the engine never reads the process's own. Unset means safe; a bad value is a problem, never a silent default.
 */
import type { Problem, Read } from "../kernel/problem.ts";
import { WHOLE_PPM } from "../kernel/units.ts";
import { SAFE_FLAGS, type FeatureFlags } from "./feature-flags.ts";
import { validateFlags } from "./validation.ts";

/** Limits of alerts that the environment may set, in parts per million; null: not set, the policy's own hold. */
export interface AlertThresholds {
  readonly errorRatePpm: number | null;
  readonly cacheHitRatePpm: number | null;
  readonly memoryUsagePpm: number | null;
}

/** What the environment says. */
export interface EnvironmentSettings {
  readonly flags: FeatureFlags;
  readonly thresholds: AlertThresholds;
}

/** Name of each flag's variable. */
export const FLAG_VARIABLES: Readonly<Record<Exclude<keyof FeatureFlags, "weightsSwapped">, string>> = {
  useOptimizedAnalytics: "USE_OPTIMIZED_ANALYTICS",
  cacheEnabled: "CACHE_ENABLED",
  concurrencyEnabled: "CONCURRENCY_ENABLED",
  rolloutPpm: "ROLLOUT_PERCENTAGE",
  enableDetailedMetrics: "ENABLE_DETAILED_METRICS",
  fallbackToV1OnError: "FALLBACK_TO_V1_ON_ERROR",
  maxCacheSizeMb: "MAX_CACHE_SIZE",
  workerPoolSize: "WORKER_POOL_SIZE",
  killSwitch: "KILL_SWITCH",
};

type Environment = Readonly<Record<string, string | undefined>>;
/** Reads the text of a variable; undefined when it is not allowed. */
type Reader<T> = (text: string) => T | undefined;

/** The flags and thresholds of an environment, or everything that is wrong with it. Fractional percentages are fine. */
export function flagsFromEnvironment(environment: Environment): Read<EnvironmentSettings> {
  const problems: Problem[] = [];
  const read = <T>(name: string, unset: T, reader: Reader<T>, message: string, allowed: string): T => {
    const text = environment[name];
    if (text === undefined) return unset;
    const value = reader(text.trim());
    if (value !== undefined) return value;
    const found = text === "" ? "empty text" : text;
    problems.push({ source: "environment", line: 0, column: 0, path: name, message, found, allowed, suggestion: null });
    return unset;
  };
  const flag = (name: keyof FeatureFlags & BooleanFlag): boolean =>
    read(FLAG_VARIABLES[name], SAFE_FLAGS[name], readBoolean, "must be true or false", "true, false");
  const size = (name: "maxCacheSizeMb" | "workerPoolSize", allowed: string): number =>
    read(FLAG_VARIABLES[name], SAFE_FLAGS[name], readSize, "must be a whole number, at least 1", allowed);
  const percentage = <T extends number | null>(name: string, unset: T): number | T =>
    read<number | T>(name, unset, readPercentage, "must be a percentage", "0 to 100, in steps of 0.0001");

  const flags: FeatureFlags = {
    useOptimizedAnalytics: flag("useOptimizedAnalytics"),
    cacheEnabled: flag("cacheEnabled"),
    concurrencyEnabled: flag("concurrencyEnabled"),
    rolloutPpm: percentage(FLAG_VARIABLES.rolloutPpm, SAFE_FLAGS.rolloutPpm),
    enableDetailedMetrics: flag("enableDetailedMetrics"),
    fallbackToV1OnError: flag("fallbackToV1OnError"),
    maxCacheSizeMb: size("maxCacheSizeMb", "megabytes, as in 512"),
    workerPoolSize: size("workerPoolSize", "workers, as in 4"),
    ...(read(FLAG_VARIABLES.killSwitch, false, readBoolean, "must be true or false", "true, false")
      ? { killSwitch: true }
      : {}),
  };
  const thresholds: AlertThresholds = {
    errorRatePpm: percentage("ERROR_RATE_THRESHOLD", null),
    cacheHitRatePpm: percentage("CACHE_HIT_RATE_THRESHOLD", null),
    memoryUsagePpm: percentage("MEMORY_USAGE_THRESHOLD", null),
  };
  // What spans several flags is judged even if another flag could not be read, unless it is that flag that spans.
  const unread = new Set(problems.map((problem) => problem.path));
  const { errors, warnings } = validateFlags(
    flags,
    "environment",
    (name) => FLAG_VARIABLES[name === "weightsSwapped" ? "rolloutPpm" : name],
  );
  if (!unread.has(FLAG_VARIABLES.useOptimizedAnalytics))
    problems.push(...errors.filter(({ path }) => !unread.has(path)));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { flags, thresholds }, warnings };
}

/** The flags that are either on or off. */
type BooleanFlag = {
  [Flag in keyof FeatureFlags]: FeatureFlags[Flag] extends boolean ? Flag : never;
}[keyof FeatureFlags];

function readBoolean(text: string): boolean | undefined {
  if (text === "true") return true;
  return text === "false" ? false : undefined;
}

function readSize(text: string): number | undefined {
  const size = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return size >= 1 ? size : undefined;
}

/** A percentage as parts per million; exact, so no finer than 0.0001. */
function readPercentage(text: string): number | undefined {
  const match = /^(\d{1,3})(?:\.(\d{1,4})0*)?$/.exec(text);
  if (match === null) return undefined;
  const ppm = Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0"));
  return ppm <= WHOLE_PPM ? ppm : undefined;
}
