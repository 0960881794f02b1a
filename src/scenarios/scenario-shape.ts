/** The shape of a scenario file: its keys, what each means, and what stands there when it is left out. */
import { z } from "zod";
import { DAY_US, MILLISECOND_US, SECOND_US } from "../engine/kernel/units.ts";
import { complain, refused, showFound, type Parsed } from "./complaint.ts";
import { parseExpectation } from "./expectation.ts";
import { flagsShape } from "./flags-shape.ts";
import { mapping, nameField, quantity, sentence, wholeNumber } from "./field.ts";
import { parseOperatorAction, parseOperatorLine } from "./operator-line.ts";
import { policyShape } from "./policy-shape.ts";
import {
  parseAddition,
  parseDuration,
  parseFactor,
  parsePositiveDuration,
  parseRate,
  parseShare,
  type QuantityText,
} from "./quantity.ts";
import { parseLatencyChange, versionShape } from "./version-shape.ts";

/** Most users of a scenario: what is kept of each of them fits into memory. */
const POPULATION_MAX = 20_000_000;
/** Longest run. */
const RUN_DURATION_US_MAX = 366 * DAY_US;

function parseRunDuration(text: QuantityText): Parsed<number> {
  const duration = parsePositiveDuration(text);
  if (!duration.ok || duration.value <= RUN_DURATION_US_MAX) return duration;
  return refused(complain("a run must not be longer than 366d", { found: showFound(text), allowed: "up to 366d" }));
}

const arrivals = mapping(
  {
    poisson: quantity(parseRate, "Independent arrivals: 200/s").optional(),
    constant: quantity(parseRate, "Evenly spaced arrivals: 200/s").optional(),
  },
  "When requests arrive, one of the two: { poisson: 200/s } or { constant: 200/s }",
);

const fault = mapping(
  {
    name: z.string().min(1).optional().meta({ description: "Shown in reports (default: what it does)" }),
    at: quantity(parseDuration, "When it begins: 12m"),
    for: quantity(parsePositiveDuration, "How long it lasts (default: to the end)").optional(),
    version: z.enum(["baseline", "candidate"]).default("candidate").meta({ description: "Default: candidate" }),
    errors: quantity((text) => parseAddition(text, parseShare), "Attempts that fail because of it: + 15%").optional(),
    latency: quantity(parseLatencyChange, "x 3, + 2s, x 3 + 10ms").optional(),
    declines: quantity(
      (text) => parseAddition(text, parseShare),
      "Requests that the candidate declines because of it: + 30%",
    ).optional(),
    health: z.literal("failing").optional().meta({ description: "failing: health polls fail" }),
    route: z.string().optional().meta({ description: "Only this route (default: all)" }),
  },
  "A step change of one version's behaviour for a time",
);

const operatorMapping = mapping(
  {
    at: quantity(parseDuration, "When: 395s"),
    by: nameField("Who (default: operator)").optional(),
    do: sentence(
      parseOperatorAction,
      "start, pause, resume, advance, go back, roll back, set triggers.NAME.limit LIMIT",
    ),
    why: z.string().optional().meta({ description: "The reason, for the audit trail" }),
  },
  "What an operator does, and when",
);
/** `- at 395s: set triggers.error-rate.limit 1.3%` is a mapping with one key; quoted, it is text. */
const operatorLine = z
  .union([z.string(), z.record(z.string().regex(/^at\s/), z.string())])
  .transform((line) =>
    typeof line === "string"
      ? line
      : Object.entries(line)
          .map(([at, what]) => `${at}: ${what}`)
          .join(", "),
  )
  .pipe(sentence(parseOperatorLine, "at 395s: set triggers.error-rate.limit 1.3%"));
const operatorEntry = z.union(
  [
    operatorMapping.transform((entry) => ({ atUs: entry.at, by: entry.by, ...entry.do, why: entry.why })),
    operatorLine.transform((entry) => ({ ...entry, by: undefined, why: undefined })),
  ],
  { error: "an operator's command is a mapping with at and do, or a line such as at 395s: pause" },
);

/** A scenario file. */
export const scenarioShape = mapping(
  {
    scenario: nameField("Name of the scenario"),
    description: z.string().default("").meta({ description: "What it shows" }),
    policy: z
      .union([z.string().min(1), policyShape], { error: "a policy is a name or a file, or a mapping" })
      .meta({ description: "A built-in policy's name, a file relative to this one, or a policy written out" }),
    seed: z
      .union([z.string().min(1), z.int()], { error: "a seed is text or a whole number" })
      .optional()
      .meta({ description: "Default: 1" }),
    duration: quantity(
      parseRunDuration,
      "The run ends here at the latest (default: twice the policy's shortest way to its end)",
    ).optional(),
    traffic: arrivals,
    users: mapping(
      { population: wholeNumber(1, "How many users there are", POPULATION_MAX) },
      "Who the requests come from (default: 100000 users)",
    ).default({ population: 100_000 }),
    routes: z
      .record(z.string(), z.number().positive())
      .optional()
      .meta({ description: "Routes and their weights: { GET /a: 3, GET /b: 1 } (default: one route, default)" }),
    baseline: versionShape,
    candidate: versionShape,
    flags: flagsShape.optional(),
    pin: flagsShape
      .optional()
      .meta({ description: "Flags that an operator has pinned: the rollout cannot change them" }),
    router: mapping(
      {
        propagation: quantity(
          parseDuration,
          "How long after a change of the flags the router sees it (default: 1s)",
        ).default(SECOND_US),
      },
      "The router",
    ).default({ propagation: SECOND_US }),
    faults: z.array(fault).default([]).meta({ description: "What goes wrong, and when" }),
    operator: z.array(operatorEntry).default([]).meta({ description: "What an operator does, and when" }),
    slowed: mapping(
      {
        factor: quantity(
          parseFactor,
          "More than so many times the baseline's latency of the same request (default: x 2)",
        ).default(2),
        by: quantity(parseDuration, "And later by more than this (default: 100ms)").default(100 * MILLISECOND_US),
      },
      "What counts as a slowed request",
    ).default({ factor: 2, by: 100 * MILLISECOND_US }),
    expect: z
      .array(
        sentence(parseExpectation, "outcome is rolled-back, rollback.detectionDelay < 90s, phases.TESTING is absent"),
      )
      .default([])
      .meta({ description: "What must hold of the run; the scenario fails where it does not" }),
  },
  "A scenario: what is rehearsed under a policy, and what is expected of it",
);

/** The name of the only route of a scenario that names none. */
export const ONLY_ROUTE = "default";

/** What a scenario file says, its quantities and sentences read. */
export type ScenarioText = z.output<typeof scenarioShape>;
/** A fault of a scenario file. */
export type FaultText = z.output<typeof fault>;
