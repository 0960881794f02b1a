/** Rules that are more than a plain comparison of a value over one window: bounds, comparisons, two windows. */
import { WHOLE_PPM } from "./kernel/units.ts";
import { endsOfCounts, judgeEnds } from "./deployment/bound.ts";
import { burnRateOf } from "./deployment/burn-rate.ts";
import type { Condition } from "./deployment/policy.ts";
import type { ScopedMetric } from "./monitor/catalogue.ts";
import { whyInvalid } from "./monitor/compare.ts";
import type { Span, Verdict } from "./monitor/measure.ts";
import type { Evidence } from "./result.ts";

/** The parts of an evidence that statistics decide. */
type Decided = Pick<Evidence, "holds" | "statistic" | "invalid">;

/** The confidence that a condition asks for, as a fraction; undefined: none. */
export function confidenceOf({ bound }: Condition): number | undefined {
  return bound === undefined ? undefined : bound.confidencePpm / WHOLE_PPM;
}

/** What a rule says, given what plain comparison says: the bound has to be sure, and the comparison valid. */
export function decide(
  condition: Condition,
  metric: ScopedMetric,
  limit: number,
  verdict: Verdict,
  span: Span,
): Decided {
  const invalid = metric.scope === "comparison" && metric.metric.ofPhase !== true ? whyInvalid(span) : null;
  const decided =
    verdict.holds === "not enough data" ? { holds: verdict.holds } : sure(condition, metric, limit, verdict);
  const statistic = decided.statistic ?? verdict.statistic ?? null;
  return {
    holds: invalid === null ? decided.holds : "not enough data",
    ...(statistic === null ? {} : { statistic }),
    ...(invalid === null ? {} : { invalid }),
  };
}

function sure(condition: Condition, { metric }: ScopedMetric, limit: number, verdict: Verdict): Decided {
  const { bound, operator } = condition;
  const confidence = confidenceOf(condition);
  if (bound === undefined || confidence === undefined) return { holds: verdict.holds };
  const plainHolds = verdict.holds === "yes";
  if (verdict.ends !== undefined && verdict.ends !== null) {
    return { holds: judgeEnds(operator, limit, verdict.ends, plainHolds) };
  }
  const { method } = bound;
  const ends = endsOfCounts(method, verdict.numerator, verdict.samples, confidence);
  if (metric.quantilePermille === null) {
    const holds = judgeEnds(operator, limit / WHOLE_PPM, ends, plainHolds);
    return { holds, statistic: { kind: "bound", method, confidence, ...ends, shareAllowed: null } };
  }
  // A quantile is at most its limit exactly while no more than this share of the attempts is above it.
  const shareAllowed = (1_000 - metric.quantilePermille) / 1_000;
  const isUpper = operator === ">" || operator === ">=";
  const holds = judgeEnds(isUpper ? ">" : "<=", shareAllowed, ends, plainHolds);
  return { holds, statistic: { kind: "bound", method, confidence, ...ends, shareAllowed } };
}

/** A rule over two windows: it holds where it holds over both, and does not where it does not over one of them. */
export function overBothWindows({ objectivePpm }: Condition, long: Evidence, short: Evidence): Evidence {
  const both = [long.holds, short.holds];
  const holds = both.includes("no") ? "no" : both.includes("not enough data") ? "not enough data" : "yes";
  const burning = (fraction: number | null): number =>
    fraction === null ? 0 : burnRateOf(fraction * WHOLE_PPM, objectivePpm ?? 0);
  return {
    ...long,
    holds,
    statistic: {
      kind: "two-windows",
      windowMs: short.windowMs,
      value: short.value,
      samples: short.samples,
      holds: short.holds,
      burn:
        objectivePpm === undefined
          ? null
          : {
              objective: objectivePpm / WHOLE_PPM,
              limit: burning(long.limit),
              long: burning(long.value),
              short: burning(short.value),
            },
    },
  };
}
