/**
 * Expectations on how often something happens when a scenario is run again and again with other luck:
 *
 *     P(rolled-back) >= 99%
 *     P(rollback.trigger is error-rate) >= 95%
 *
 * In the parentheses stands an outcome, or any expectation on a single run.
 */
import type { Comparison } from "../engine/deployment/policy.ts";
import { WHOLE_PPM } from "../engine/kernel/units.ts";
import type { ExpectationRecord } from "../engine/result.ts";
import { wilsonBounds } from "../engine/statistics/rate-bounds.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import { parseShare } from "./quantity.ts";

/** What the share of the runs that meet an expectation is compared with. */
export interface ShareLimit {
  readonly operator: Comparison;
  readonly limitPpm: number;
}

/** A share's sentence, taken apart: the expectation on a single run, as text, and the limit. */
interface ShareSentence extends ShareLimit {
  readonly inner: string;
}

const COMPARISONS: readonly Comparison[] = ["<", "<=", ">", ">="];
const EXAMPLE = "P(rolled-back) >= 99%, P(rollback.trigger is error-rate) >= 95%";

/** True where a sentence speaks of a share. */
export function isShareSentence(text: string): boolean {
  return /^\s*P\s*\(/.test(text);
}

/** Takes a sentence about a share apart; what stands in the parentheses is for `parseExpectation` to read. */
export function splitShareSentence(text: string): Parsed<ShareSentence> {
  const match = /^\s*P\s*\((.*)\)\s*([<>=!≤≥]+)\s*(.*?)\s*$/.exec(text);
  if (match === null) {
    return refused(complain("this is not an expectation on a share", { found: showFound(text), allowed: EXAMPLE }));
  }
  const [, within = "", operatorText = "", limitText = ""] = match;
  const inner = within.trim();
  if (inner === "") {
    return refused(complain("the parentheses are empty", { found: showFound(text), allowed: EXAMPLE }));
  }
  const operator = COMPARISONS.find((known) => known === operatorText);
  if (operator === undefined) {
    return refused(complain("unknown comparison", { found: operatorText, allowed: COMPARISONS.join(", ") }));
  }
  const limit = parseShare(limitText);
  if (!limit.ok) return limit;
  return parsed({ inner: /\s/.test(inner) ? inner : `outcome is ${inner}`, operator, limitPpm: limit.value });
}

/** Confidence of each end of a two-sided interval of 95 %. */
export const END_CONFIDENCE = 0.975;

/** An expectation on a share, with its place. */
interface PlacedShare {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly share: ShareLimit;
}

/**
 * How an expectation on a share fared: `met` of the `seen` runs meet it, and `asked` runs there are in all. Where
 * the runs that were not seen here could still decide, it counts as held, and is marked as undecided.
 */
export function evaluateShare(expectation: PlacedShare, met: number, seen: number, asked: number): ExpectationRecord {
  const { text, file, line, share } = expectation;
  const fewest = compares(met, asked, share);
  const most = compares(met + asked - seen, asked, share);
  const undecided = fewest !== most;
  const { low, high } = wilsonBounds(met, seen, END_CONFIDENCE);
  const runs = `${met} of ${seen} ${seen === 1 ? "run" : "runs"}`;
  const interval = seen > 1 ? ` (${percent(met / seen)}, 95% interval ${percent(low)} to ${percent(high)})` : "";
  const got = `${runs}${interval}${undecided ? `; of ${asked} asked for, the others decide` : ""}`;
  return { text, held: undecided || fewest, got, file, line, ...(undecided ? { undecided } : {}) };
}

/** Integers only, so that 99 of 100 are exactly 99 %. */
function compares(count: number, of: number, { operator, limitPpm }: ShareLimit): boolean {
  const value = count * WHOLE_PPM;
  const limit = limitPpm * of;
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
  }
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(4))}%`;
}
