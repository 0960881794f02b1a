/** Shadow traffic in a scenario file: which share of the requests is compared, and what is wrong with the candidate. */
import { z } from "zod";
import { DEFECTS } from "../engine/parity/column-analytics.ts";
import type { ParityPlan } from "../engine/parity/parity-plan.ts";
import { mapping, quantity } from "./field.ts";
import { parseDuration, parsePositiveDuration, parseShare } from "./quantity.ts";

/** Ours: enough for a few comparisons a second where there are thousands of requests, at no cost to speak of. */
const DEFAULT_SHARE_PPM = 1_000;

/** Shadow traffic. */
export const parityShape = mapping(
  {
    share: quantity(parseShare, "Share of the requests that both versions answer: 1% (default: 0.1%)").default(
      DEFAULT_SHARE_PPM,
    ),
    faults: z
      .array(
        mapping(
          {
            defect: z.enum(DEFECTS).meta({
              description:
                "shifted-interval: bars begin a minute late; wrong-deviation: the sample's instead of the population's; lost-type: volumes become text; missing-method: the repository cannot give candles",
            }),
            at: quantity(parseDuration, "When it begins (default: at the start)").default(0),
            for: quantity(parsePositiveDuration, "How long it lasts (default: to the end)").optional(),
          },
          "A defect of the candidate's answers for a time",
        ),
      )
      .default([])
      .meta({ description: "What is wrong with the candidate's answers (default: nothing)" }),
  },
  "Shadow traffic: both versions answer the same request of the reference workload, and the answers are compared",
);

/** What a file says of shadow traffic. */
type ParityText = z.output<typeof parityShape>;

/** The shadow traffic of a plan. */
export function buildParity({ share, faults }: ParityText): ParityPlan {
  return {
    sharePpm: share,
    faults: faults.map(({ defect, at, for: lastsUs }) => ({
      name: defect,
      defect,
      atUs: at,
      untilUs: lastsUs === undefined ? Number.MAX_SAFE_INTEGER : at + lastsUs,
    })),
  };
}
