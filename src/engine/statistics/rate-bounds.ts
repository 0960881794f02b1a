/**
 * Bounds on a rate from k successes in n trials. Each end is one-sided: the true rate is below `high` with the stated
 * confidence, and above `low` with the stated confidence.
 */
import { normalQuantile } from "../kernel/normal-quantile.ts";
import { binomialLowerTail, binomialUpperTail } from "./binomial.ts";
import type { Ends } from "./interval.ts";

/**
 * The score bounds of E. B. Wilson (1927): close to the stated confidence on average over rates, within [0, 1].
 * `confidence` is a fraction from 0.5 up to, not including, 1; n >= 1.
 */
export function wilsonBounds(k: number, n: number, confidence: number): Ends {
  const z = normalQuantile(confidence);
  const square = z * z;
  const middle = k + square / 2;
  const spread = z * Math.sqrt((k * (n - k)) / n + square / 4);
  return {
    low: k === 0 ? 0 : Math.max(0, (middle - spread) / (n + square)),
    high: k === n ? 1 : Math.min(1, (middle + spread) / (n + square)),
  };
}

/**
 * The exact bounds of Clopper and Pearson (1934): never less than the stated confidence, whatever the true rate.
 * `high` is the rate at which k or fewer successes have the chance 1 - confidence, `low` that for k or more.
 */
export function clopperPearsonBounds(k: number, n: number, confidence: number): Ends {
  const risk = 1 - confidence;
  const guess = wilsonBounds(k, n, confidence);
  return {
    low: k === 0 ? 0 : solve((p) => binomialUpperTail(k, n, p) - risk, guess.low),
    high: k === n ? 1 : solve((p) => risk - binomialLowerTail(k, n, p), guess.high),
  };
}

/** The root in (0, 1) of a function that rises through 0: brackets around a guess, then the Illinois method. */
function solve(risesThroughZero: (p: number) => number, guess: number): number {
  let low = Math.min(Math.max(guess, 1e-12), 1 - 1e-12);
  let high = low;
  let atLow = risesThroughZero(low);
  let atHigh = atLow;
  while (atLow > 0) {
    low /= 2;
    atLow = risesThroughZero(low);
  }
  while (atHigh < 0) {
    high += (1 - high) / 2;
    atHigh = risesThroughZero(high);
  }
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    const between = low - (atLow * (high - low)) / (atHigh - atLow);
    const p = between > low && between < high ? between : (low + high) / 2;
    if (p === low || p === high) break;
    const at = risesThroughZero(p);
    if (at === 0) return p;
    if (at < 0) {
      low = p;
      atLow = at;
      atHigh /= 2;
    } else {
      high = p;
      atHigh = at;
      atLow /= 2;
    }
  }
  return (low + high) / 2;
}
