/** The decision about one key as text, for programs: the same as the simulated routers take, without a simulation. */
import { bucketOf, flagSalt, hashKey } from "../flags/bucketing.ts";
import { createBucketing, type BucketingMode } from "../flags/bucketing-mode.ts";
import type { FeatureFlags } from "../flags/feature-flags.ts";
import { ROLLOUT_FLAG, candidateMayBeUsed } from "./router.ts";

/** What a key is decided by. */
export interface KeyRouterOptions {
  readonly flags: FeatureFlags;
  /** Whose rule; by default this project's own, with the salt of the rollout. */
  readonly bucketing?: BucketingMode;
  /** Keys that go to the candidate while it may be used at all. */
  readonly allow?: readonly string[];
  /** Keys that never do; they win over allowed ones. */
  readonly deny?: readonly string[];
}

/** Decides about keys under one state of the flags. */
export interface KeyRouter {
  /** True: to the candidate. Allocates nothing. */
  readonly route: (key: string) => boolean;
}

/** Makes a state of the flags ready to decide. A change of the flags is another router. */
export function createKeyRouter(options: KeyRouterOptions): KeyRouter {
  const { flags, bucketing = { kind: "canonical", flag: ROLLOUT_FLAG }, allow = [], deny = [] } = options;
  if (!candidateMayBeUsed(flags)) return { route: () => false };
  const mode = createBucketing(bucketing);
  const threshold = mode.threshold(flags.rolloutPpm);
  const byShare =
    bucketing.kind === "canonical"
      ? canonicalRoute(flagSalt(bucketing.flag), threshold)
      : (key: string): boolean => mode.ofText(key) < threshold;
  if (allow.length === 0 && deny.length === 0) return { route: byShare };
  const allowed = new Set(allow);
  const denied = new Set(deny);
  return { route: (key) => !denied.has(key) && (allowed.has(key) || byShare(key)) };
}

function canonicalRoute(salt: number, threshold: number): (key: string) => boolean {
  return (key) => bucketOf(hashKey(key), salt) < threshold;
}
