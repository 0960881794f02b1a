/** The statistic behind a rule, in words: what a bound, a test or a comparison came to. */
import type { BoundMethod, StatisticEvidence } from "../engine/statistics/evidence.ts";
import { formatDuration } from "./duration-format.ts";
import { formatCount, formatPlural } from "./number-format.ts";

const METHODS: Readonly<Record<BoundMethod, string>> = {
  wilson: "Wilson",
  "clopper-pearson": "Clopper-Pearson",
  newcombe: "Newcombe",
  "hodges-lehmann": "Hodges-Lehmann",
};

/** `CUSUM 101, alarm at 97 (+39 a failure, -1 a success)`. */
export function statisticText(statistic: StatisticEvidence): string {
  switch (statistic.kind) {
    case "bound": {
      const { low, high, shareAllowed } = statistic;
      const what = shareAllowed === null ? "" : `share above the limit (${percent(shareAllowed)} allowed) `;
      return `${what}between ${percent(low)} and ${percent(high)}, each end with ${percent(statistic.confidence)} confidence (${METHODS[statistic.method]})`;
    }
    case "two-windows": {
      const { burn, value, holds } = statistic;
      const span = formatDuration(statistic.windowMs);
      if (burn !== null) {
        return `burn rate of ${percent(burn.objective)}: ${plain(burn.long)} in the long window, ${plain(burn.short)} in the last ${span}, limit ${plain(burn.limit)}`;
      }
      return `over the last ${span} ${holds === "yes" ? "it holds as well" : holds === "no" ? "it does not hold" : "there is not enough data"} (${value === null ? "nothing measured" : formatPlural(statistic.samples, "sample")})`;
    }
    case "cusum":
      return `CUSUM ${statistic.score}, alarm at ${statistic.alarm} (+${statistic.weight} a failure, -1 a success, from ${percent(statistic.goodRate)} towards ${percent(statistic.badRate)})`;
    case "sprt":
      return `SPRT ${plain(statistic.logRatio)}, bad from ${plain(statistic.badLine)}, good to ${plain(statistic.goodLine)} (${percent(statistic.goodRate)} against ${percent(statistic.badRate)}): ${statistic.says}`;
    case "ranks": {
      const { pValue, slowerShare, shiftMs, lowMs, highMs, confidence, candidateAttempts, baselineAttempts } =
        statistic;
      const shift = `shift ${milliseconds(shiftMs)} (${milliseconds(lowMs)} to ${milliseconds(highMs)}, each end with ${percent(confidence)} confidence)`;
      return `Mann-Whitney p ${chance(pValue)}, candidate slower in ${percent(slowerShare)} of pairs, ${shift}, ${formatCount(candidateAttempts)} against ${formatPlural(baselineAttempts, "attempt")}`;
    }
    case "change": {
      const { pValue, slowerShare, shiftMs, lowMs, highMs, confidence, attempts, attemptsBefore } = statistic;
      const shift = `shift ${milliseconds(shiftMs)} (${milliseconds(lowMs)} to ${milliseconds(highMs)}, each end with ${percent(confidence)} confidence)`;
      return `Mann-Whitney p ${chance(pValue)}, slower than the window before in ${percent(slowerShare)} of pairs, ${shift}, ${formatCount(attempts)} against ${formatPlural(attemptsBefore, "attempt")}`;
    }
    case "rates": {
      const { candidateRate, baselineRate, low, high, confidence } = statistic;
      return `${percent(candidateRate)} against ${percent(baselineRate)}, difference between ${percent(low)} and ${percent(high)}, each end with ${percent(confidence)} confidence`;
    }
    case "split": {
      const { candidateKeys, keys, share, chiSquare, unit } = statistic;
      return `${formatCount(candidateKeys)} of ${formatPlural(keys, unit)} on the candidate, ${percent(share)} configured, chi-square ${chiSquare === null ? "infinite" : plain(chiSquare)}`;
    }
  }
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(4))}%`;
}

function chance(pValue: number): string {
  return pValue >= 0.000_1 ? percent(pValue) : pValue.toExponential(1);
}

function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function milliseconds(ms: number): string {
  return `${plain(ms)} ms`;
}
