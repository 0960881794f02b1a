/** Metrics of a world's own, measured between two totals; absent where the world has no such metric. */
import { rateDifferenceBounds } from "../statistics/rate-difference.ts";
import { USUAL_CONFIDENCE } from "./compare.ts";
import { BASELINE, CANDIDATE } from "./counters.ts";
import { nearestRank } from "./histogram.ts";
import type { Measurement, Span } from "./measure.ts";
import type { MetricScope } from "./catalogue.ts";
import { kindOfFigure, permilleOf, type OwnMeasured } from "./own-metric-catalogue.ts";
import {
  HIGH_UNIT,
  MIDDLE_UNIT,
  OWN_BINS,
  OWN_HIGH,
  OWN_LOW,
  OWN_MIDDLE,
  OWN_SAMPLES,
  OWN_TRUE,
  ownBinMiddle,
  ownCounter,
} from "./own-metric-counters.ts";

/** Measures a figure of a metric of the world's own; numbers in millionths. */
export function measureOwn(own: OwnMeasured, scope: MetricScope, span: Span, confidence?: number): Measurement {
  const { name, figure } = own;
  const kind = kindOfFigure(figure);
  const metric = span.own?.metrics.findIndex((one) => one.name === name && one.kind === kind) ?? -1;
  if (metric === -1) return absent(0);
  if (scope === "comparison") {
    return figure === "rate" ? rateDelta(metric, span, confidence ?? USUAL_CONFIDENCE) : meanDelta(metric, span);
  }
  const versions = scope === "all" ? [BASELINE, CANDIDATE] : [scope === "baseline" ? BASELINE : CANDIDATE];
  const samples = total(metric, versions, OWN_SAMPLES, span);
  if (samples === 0) return absent(0);
  if (figure === "rate") {
    const numerator = total(metric, versions, OWN_TRUE, span);
    return { value: (numerator / samples) * 1_000_000, samples, numerator, approximate: false };
  }
  const permille = permilleOf(figure);
  if (permille === null) {
    return { value: sum(metric, versions, span) / samples, samples, numerator: 0, approximate: false };
  }
  if (!span.publishesQuantiles) return { ...absent(0), approximate: true };
  const value = quantile(metric, versions, samples, permille, span);
  return { value, samples, numerator: 0, approximate: true };
}

function absent(samples: number): Measurement {
  return { value: null, samples, numerator: 0, approximate: false };
}

function meanDelta(metric: number, span: Span): Measurement {
  const [baseline, candidate] = [BASELINE, CANDIDATE].map((version) => total(metric, [version], OWN_SAMPLES, span)) as [
    number,
    number,
  ];
  const samples = Math.min(baseline, candidate);
  if (samples === 0) return absent(0);
  const value = sum(metric, [CANDIDATE], span) / candidate - sum(metric, [BASELINE], span) / baseline;
  return { value, samples, numerator: 0, approximate: false };
}

/** With the ends of Newcombe's interval, as of the error rate. */
function rateDelta(metric: number, span: Span, confidence: number): Measurement {
  const [n, m] = [BASELINE, CANDIDATE].map((version) => total(metric, [version], OWN_SAMPLES, span)) as [
    number,
    number,
  ];
  const [k, l] = [BASELINE, CANDIDATE].map((version) => total(metric, [version], OWN_TRUE, span)) as [number, number];
  if (n === 0 || m === 0) return absent(0);
  const { low, high } = rateDifferenceBounds(l, m, k, n, confidence);
  const difference = (l * n - k * m) / (m * n);
  return {
    value: ((l * n - k * m) * 1_000_000) / (m * n),
    samples: Math.min(n, m),
    numerator: 0,
    approximate: false,
    ends: { low: Math.min(low, difference) * 1_000_000, high: Math.max(high, difference) * 1_000_000 },
    statistic: { kind: "rates", candidateRate: l / m, baselineRate: k / n, low, high, confidence },
  };
}

function sum(metric: number, versions: readonly number[], span: Span): number {
  const part = (counter: number): number => total(metric, versions, counter, span);
  return part(OWN_HIGH) * HIGH_UNIT + (part(OWN_MIDDLE) * MIDDLE_UNIT + part(OWN_LOW));
}

function total(metric: number, versions: readonly number[], counter: number, { own, from, to }: Span): number {
  let gained = 0;
  for (const version of versions) {
    const at = ownCounter(own?.countersAt ?? 0, metric, version) + counter;
    gained += (to.counters[to.countersOffset + at] ?? 0) - (from.counters[from.countersOffset + at] ?? 0);
  }
  return gained;
}

/** Nearest rank, within 1 %: the middle of its bin. */
function quantile(
  metric: number,
  versions: readonly number[],
  samples: number,
  permille: number,
  { own, from, to }: Span,
): number | null {
  const binsAt = own?.binsAt[metric] ?? -1;
  if (binsAt === -1 || from.histograms === null || to.histograms === null) return null;
  const rank = nearestRank(samples, permille);
  let seen = 0;
  for (let bin = 0; bin < OWN_BINS; bin++) {
    for (const version of versions) {
      const at = binsAt + version * OWN_BINS + bin;
      const before = from.histograms[from.histogramsOffset + at] as number;
      seen += ((to.histograms[to.histogramsOffset + at] as number) - before) >>> 0;
    }
    if (seen >= rank) return ownBinMiddle(bin);
  }
  return null;
}
