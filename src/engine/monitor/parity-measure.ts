/** The metric of shadow traffic: counted where requests are compared, in counters of its own; absent where nobody compares. */
import type { MetricDefinition } from "./catalogue.ts";
import type { Measurement, Span } from "./measure.ts";

/** Requests that both versions answered, as offsets from `ParityReading.countersAt`, */
export const PARITY_COMPARED = 0;
/** those of them whose answers differ, */
export const PARITY_MISMATCHED = 1;
/** and from here on those that differ in each way. */
export const PARITY_KINDS = 2;

/** Where the counters of shadow traffic stand among those of the totals. */
export interface ParityReading {
  readonly countersAt: number;
}

/** Its metric. */
export const PARITY_METRICS: readonly MetricDefinition[] = [
  {
    name: "parity.mismatchRate",
    unit: "rate",
    scopes: ["comparison"],
    samples: "shadow requests that both versions answered",
    means: "Shadow requests on which the candidate's answer differs from the baseline's / shadow requests.",
    quantilePermille: null,
    bounds: ["wilson", "clopper-pearson"],
  },
];

/** Measures the metric of `PARITY_METRICS`; undefined for other names. */
export function measureParity(name: string, span: Span): Measurement | undefined {
  if (name !== "parity.mismatchRate") return undefined;
  const { parity, from, to } = span;
  const gain = (counter: number): number =>
    parity === undefined
      ? 0
      : (to.counters[to.countersOffset + parity.countersAt + counter] ?? 0) -
        (from.counters[from.countersOffset + parity.countersAt + counter] ?? 0);
  const samples = gain(PARITY_COMPARED);
  const numerator = gain(PARITY_MISMATCHED);
  return { value: samples === 0 ? null : (numerator / samples) * 1_000_000, samples, numerator, approximate: false };
}
