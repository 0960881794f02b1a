/** How many samples a rule needs at the least before it can pass or fire. */
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import { endsOfCounts, judgeEnds } from "../../engine/deployment/bound.ts";
import type { Condition } from "../../engine/deployment/policy.ts";
import { findMetric } from "../../engine/monitor/catalogue.ts";

const SAMPLES_MAX = 1_000_000_000;

/**
 * The fewest samples with which a condition can hold: its minimum, or as many as its bound needs where all of them are
 * as good as they can be (no error at all below a limit, nothing but errors above one).
 */
export function samplesNeeded(condition: Condition): number {
  const { minSamples } = condition;
  if (canHold(condition, minSamples)) return minSamples;
  let [tooFew, enough] = [minSamples, minSamples * 2];
  while (!canHold(condition, enough)) {
    // No number of samples proves a rate above 100 %; that is no matter of how many there are.
    if (enough > SAMPLES_MAX) return minSamples;
    [tooFew, enough] = [enough, enough * 2];
  }
  while (enough - tooFew > 1) {
    const between = Math.floor((tooFew + enough) / 2);
    if (canHold(condition, between)) enough = between;
    else tooFew = between;
  }
  return enough;
}

function canHold({ metric: name, operator, limit, bound }: Condition, samples: number): boolean {
  const found = findMetric(name);
  if (bound === undefined || found === undefined) return true;
  const { method, confidencePpm } = bound;
  if (method !== "wilson" && method !== "clopper-pearson") return true;
  const { quantilePermille } = found.metric;
  const isUpper = operator.startsWith(">");
  const ends = endsOfCounts(method, isUpper ? samples : 0, samples, confidencePpm / WHOLE_PPM);
  const holds =
    quantilePermille === null
      ? judgeEnds(operator, limit / WHOLE_PPM, ends, true)
      : judgeEnds(isUpper ? ">" : "<=", (1_000 - quantilePermille) / 1_000, ends, true);
  return holds === "yes";
}
