/**
 * Targeting: who is sent where before any percentage is looked at. In this order: the kill switch and the switched-off
 * path (nobody), denied keys, allowed keys, the first rule whose segment matches, the rollout's share. Plain data.
 */

/** A rule for the users of a segment. */
export interface SegmentRule {
  /** Value by name of the dimension, `region: eu`; all must match. */
  readonly where: Readonly<Record<string, string>>;
  /** Share of these users that goes to the candidate whatever the rollout's share is, parts per million. */
  readonly sharePpm: number;
}

/** Lists and rules, looked at before the percentage. */
export interface Targeting {
  /** Keys that always go to the candidate while it may be used at all. */
  readonly allow: readonly string[];
  /** Keys that never go there; they win over allowed ones. */
  readonly deny: readonly string[];
  /** The first that matches decides. */
  readonly segments: readonly SegmentRule[];
}

/** No lists and no rules: the percentage decides about everybody. */
export const NO_TARGETING: Targeting = { allow: [], deny: [], segments: [] };

/** Classes of keys: those below have the share of a segment's rule, in the order of the rules. */
export const CLASS_PERCENTAGE = 0;
/** Keys that are denied. */
export const CLASS_DENIED = 1;
/** Keys that are allowed. */
export const CLASS_ALLOWED = 2;
/** The class of the first segment rule. */
export const CLASS_SEGMENT = 3;
/** Most segment rules: a class is a byte. */
export const SEGMENT_RULES_MAX = 250;
