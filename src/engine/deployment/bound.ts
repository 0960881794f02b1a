/**
 * Conditions that must be sure: they hold when the whole interval is on the right side of the limit, do not hold when
 * it is wholly on the other, and in between there is not enough data. Each end of the interval is one-sided: it alone
 * has the stated confidence, so a gate with 95 % lets a rate at its limit pass at most (about) one time in twenty.
 */
import { invariant } from "../kernel/assert.ts";
import type { Evidence } from "../result.ts";
import type { BoundMethod } from "../statistics/evidence.ts";
import type { Ends } from "../statistics/interval.ts";
import { clopperPearsonBounds, wilsonBounds } from "../statistics/rate-bounds.ts";
import type { Comparison } from "./policy.ts";

/** The ends for k of n by a method for counts; `confidence` as a fraction, n >= 1. */
export function endsOfCounts(method: BoundMethod, k: number, n: number, confidence: number): Ends {
  switch (method) {
    case "wilson":
      return wilsonBounds(k, n, confidence);
    case "clopper-pearson":
      return clopperPearsonBounds(k, n, confidence);
    case "newcombe":
    case "hodges-lehmann":
      invariant(false, `${method} is no bound of a count`);
  }
}

/**
 * Decides a condition by the ends of its interval. `plainHolds` is what the value alone says: an interval never
 * overrules it, however its last digit is rounded.
 */
export function judgeEnds(operator: Comparison, limit: number, ends: Ends, plainHolds: boolean): Evidence["holds"] {
  const { low, high } = ends;
  let isSure: boolean;
  switch (operator) {
    case "<":
      isSure = plainHolds ? high < limit : low >= limit;
      break;
    case "<=":
      isSure = plainHolds ? high <= limit : low > limit;
      break;
    case ">":
      isSure = plainHolds ? low > limit : high <= limit;
      break;
    case ">=":
      isSure = plainHolds ? low >= limit : high < limit;
      break;
  }
  if (!isSure) return "not enough data";
  return plainHolds ? "yes" : "no";
}
