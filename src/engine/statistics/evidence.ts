/** What stands behind a rule that is more than a plain comparison, as the audit trail and `--json` show it. */

/** How the ends of an interval are computed. */
export type BoundMethod = "wilson" | "clopper-pearson" | "newcombe" | "hodges-lehmann";

/** The statistic that decided. Rates, shares, confidences and p-values are fractions; times are milliseconds. */
export type StatisticEvidence =
  /** Both ends hold with the confidence each: of the value, or for a quantile of the share above the limit. */
  | {
      readonly kind: "bound";
      readonly method: BoundMethod;
      readonly confidence: number;
      readonly low: number;
      readonly high: number;
      /** For a quantile: the share of attempts that may be above the limit; the ends are of that share. */
      readonly shareAllowed: number | null;
    }
  /** The value holds over a second, shorter window as well; a burn rate is the value over the error budget. */
  | {
      readonly kind: "two-windows";
      readonly windowMs: number;
      readonly value: number | null;
      readonly samples: number;
      readonly holds: "yes" | "no" | "not enough data";
      readonly burn: {
        readonly objective: number;
        readonly limit: number;
        readonly long: number;
        readonly short: number;
      } | null;
    }
  /** Failures add the weight, successes take 1 away; `score` is at the alarm, or now. */
  | {
      readonly kind: "cusum";
      readonly goodRate: number;
      readonly badRate: number;
      readonly weight: number;
      readonly score: number;
      readonly alarm: number;
    }
  /** The logarithm of the likelihood ratio, bad : good, and the lines at which it decides. */
  | {
      readonly kind: "sprt";
      readonly goodRate: number;
      readonly badRate: number;
      readonly logRatio: number;
      readonly badLine: number;
      readonly goodLine: number;
      readonly says: "bad" | "good" | "undecided";
    }
  /** Mann-Whitney, the share of pairs in which the candidate is slower, and the Hodges-Lehmann shift with its ends. */
  | {
      readonly kind: "ranks";
      readonly pValue: number;
      readonly z: number;
      readonly slowerShare: number;
      readonly shiftMs: number;
      readonly lowMs: number;
      readonly highMs: number;
      readonly confidence: number;
      readonly baselineAttempts: number;
      readonly candidateAttempts: number;
    }
  /** Mann-Whitney of a window against the one before it, and the shift from there to here with its ends. */
  | {
      readonly kind: "change";
      readonly pValue: number;
      readonly z: number;
      /** Share of all pairs in which the later attempt is the slower one, ties half. */
      readonly slowerShare: number;
      readonly shiftMs: number;
      readonly lowMs: number;
      readonly highMs: number;
      readonly confidence: number;
      readonly attemptsBefore: number;
      readonly attempts: number;
    }
  /** Both versions' rates behind a difference of rates. */
  | {
      readonly kind: "rates";
      readonly candidateRate: number;
      readonly baselineRate: number;
      readonly low: number;
      readonly high: number;
      readonly confidence: number;
    }
  /** The split of distinct keys (or requests) against the configured share. */
  | {
      readonly kind: "split";
      /** Null: infinite. */
      readonly chiSquare: number | null;
      readonly pValue: number;
      readonly share: number;
      /** What is split, and counted: keys, or requests where each is routed by a draw of its own. */
      readonly unit: "key" | "request";
      readonly keys: number;
      readonly candidateKeys: number;
    };
