/** The shape of feature flags in scenario files: the names of requirement A1 in camelCase, with their units. */
import { z } from "zod";
import type { FeatureFlags } from "../engine/flags/feature-flags.ts";
import { complain, refused, type Parsed } from "./complaint.ts";
import { mapping, quantity, wholeNumber } from "./field.ts";
import { parseShare, parseSize, type QuantityText } from "./quantity.ts";

function megabytes(text: QuantityText): Parsed<number> {
  const size = parseSize(text);
  if (!size.ok) return size;
  if (size.value > 0 && size.value % 1e6 === 0) return { ok: true, value: size.value / 1e6 };
  return refused(
    complain("a cache is a whole number of megabytes, and more than none", {
      found: String(text),
      allowed: "512MB, 2GB",
    }),
  );
}

/** Feature flags, all optional. */
export const flagsShape = mapping(
  {
    useOptimizedAnalytics: z
      .boolean()
      .optional()
      .meta({ description: "The candidate may be used at all (default: false)" }),
    cacheEnabled: z.boolean().optional().meta({ description: "Default: false" }),
    concurrencyEnabled: z.boolean().optional().meta({ description: "Default: false" }),
    rolloutPercentage: quantity(
      parseShare,
      "Share of the users on the candidate before the start (default: 0%)",
    ).optional(),
    enableDetailedMetrics: z
      .boolean()
      .optional()
      .meta({ description: "False: no latency percentiles (default: true)" }),
    fallbackToV1OnError: z
      .boolean()
      .optional()
      .meta({ description: "What the candidate fails or declines is tried on the baseline (default: true)" }),
    maxCacheSize: quantity(megabytes, "512MB, 2GB (default: 512MB)").optional(),
    workerPoolSize: wholeNumber(1, "Default: 4").optional(),
    killSwitch: z
      .boolean()
      .optional()
      .meta({ description: "True: everybody is sent back, whatever else is set (default: false)" }),
  },
  "Feature flags; what is left out is safe: optimisations off, fallback and metrics on",
);

/** What a file says of the flags. */
export type FlagsText = z.output<typeof flagsShape>;

/** The flags that a file gives; what it leaves out is left out. */
export function buildFlags(text: FlagsText): Partial<FeatureFlags> {
  const given: { readonly [Flag in keyof FeatureFlags]: FeatureFlags[Flag] | undefined } = {
    useOptimizedAnalytics: text.useOptimizedAnalytics,
    cacheEnabled: text.cacheEnabled,
    concurrencyEnabled: text.concurrencyEnabled,
    rolloutPpm: text.rolloutPercentage,
    enableDetailedMetrics: text.enableDetailedMetrics,
    fallbackToV1OnError: text.fallbackToV1OnError,
    maxCacheSizeMb: text.maxCacheSize,
    workerPoolSize: text.workerPoolSize,
    killSwitch: text.killSwitch,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The key of a flag in a file. */
export function flagKey(flag: keyof FeatureFlags): string {
  if (flag === "rolloutPpm") return "rolloutPercentage";
  return flag === "maxCacheSizeMb" ? "maxCacheSize" : flag;
}
