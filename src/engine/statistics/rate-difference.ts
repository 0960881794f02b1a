/** The difference between two rates, with its bounds. */
import type { Ends } from "./interval.ts";
import { wilsonBounds } from "./rate-bounds.ts";

/**
 * One-sided bounds on p1 - p2 from k1 of n1 and k2 of n2: Newcombe's hybrid score method (method 10 of R. G. Newcombe,
 * Statistics in Medicine 17, 1998), which squares and adds the Wilson distances. n1, n2 >= 1.
 */
export function rateDifferenceBounds(k1: number, n1: number, k2: number, n2: number, confidence: number): Ends {
  const p1 = k1 / n1;
  const p2 = k2 / n2;
  const first = wilsonBounds(k1, n1, confidence);
  const second = wilsonBounds(k2, n2, confidence);
  const difference = p1 - p2;
  return {
    low: Math.max(-1, difference - Math.hypot(p1 - first.low, second.high - p2)),
    high: Math.min(1, difference + Math.hypot(first.high - p1, p2 - second.low)),
  };
}
