/** The shape of a scenario file: its keys, what each means, and what stands there when it is left out. */
import { z } from "zod";
import { DAY_US, MILLISECOND_US } from "../engine/kernel/units.ts";
import { parseInstant } from "./calendar-text.ts";
import { complain, refused, showFound, type Parsed } from "./complaint.ts";
import { parseExpectation } from "./expectation.ts";
import { faultShape } from "./fault-shape.ts";
import { flagsShape } from "./flags-shape.ts";
import { mapping, nameField, quantity, sentence } from "./field.ts";
import { parseOperatorLine } from "./operator-line.ts";
import { monitorFaultShape } from "./monitor-shape.ts";
import { operatorMapping, WITHOUT_REACTION } from "./operator-shape.ts";
import { ownMetricsShape } from "./own-metric-shape.ts";
import { parityShape } from "./parity-shape.ts";
import { pipelineShape } from "./pipeline-shape.ts";
import { policyShape } from "./policy-shape.ts";
import { parseDuration, parseFactor, parsePositiveDuration, type QuantityText } from "./quantity.ts";
import { clientsShape, itemsShape, resourceFaultShape, resourceKeys } from "./resource-shape.ts";
import { DEFAULT_ROUTER, flagStoreShape, killSwitchShape, routerShape, routersShape } from "./routing-shape.ts";
import { trafficShape } from "./traffic-shape.ts";
import { DEFAULT_USERS, usersShape } from "./traffic-users.ts";
import { versionShape } from "./version-shape.ts";

/** Longest run. */
const RUN_DURATION_US_MAX = 366 * DAY_US;

function parseRunDuration(text: QuantityText): Parsed<number> {
  const duration = parsePositiveDuration(text);
  if (!duration.ok || duration.value <= RUN_DURATION_US_MAX) return duration;
  return refused(complain("a run must not be longer than 366d", { found: showFound(text), allowed: "up to 366d" }));
}

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
    operatorMapping,
    operatorLine.transform((entry) => ({ ...entry, ...WITHOUT_REACTION, by: undefined, why: undefined })),
  ],
  { error: "an operator's command is a mapping with at and do, or a line such as at 395s: pause" },
);

/** A version with what it runs on. */
const serviceShape = mapping(
  { ...versionShape.shape, ...resourceKeys },
  "How a version of the service behaves, and what it runs on; what the candidate leaves out is as the baseline has it",
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
    slow: z
      .boolean()
      .optional()
      .meta({ description: "true: takes long, and is run only when named or asked for (default: false)" }),
    duration: quantity(
      parseRunDuration,
      "The run ends here at the latest (default: twice the policy's shortest way to its end)",
    ).optional(),
    calendar: sentence(parseInstant, "The date of the run's start: 2025-10-31T14:00:00Z (default: none)").optional(),
    afterRollback: quantity(
      parseDuration,
      "How long the run goes on after a rollback was verified (default: not at all)",
    ).optional(),
    traffic: trafficShape,
    users: usersShape.default(DEFAULT_USERS),
    routes: z
      .record(z.string(), z.number().positive())
      .optional()
      .meta({ description: "Routes and their weights: { GET /a: 3, GET /b: 1 } (default: one route, default)" }),
    baseline: serviceShape,
    candidate: serviceShape,
    metrics: ownMetricsShape.optional(),
    items: itemsShape.optional(),
    clients: clientsShape.optional(),
    flags: flagsShape.optional(),
    pin: flagsShape
      .optional()
      .meta({ description: "Flags that an operator has pinned: the rollout cannot change them" }),
    router: routerShape.default(DEFAULT_ROUTER),
    routers: routersShape.optional(),
    flagStore: flagStoreShape.optional(),
    killSwitch: killSwitchShape.optional(),
    faults: z.array(faultShape).default([]).meta({ description: "What goes wrong, and when" }),
    resourceFaults: z
      .array(resourceFaultShape)
      .default([])
      .meta({ description: "What goes wrong with resources and single instances, and when" }),
    monitorFaults: z
      .array(monitorFaultShape)
      .default([])
      .meta({ description: "What goes wrong with the monitor itself, and when" }),
    operator: z.array(operatorEntry).default([]).meta({ description: "What an operator does, and when" }),
    pipeline: pipelineShape.optional(),
    parity: parityShape.optional(),
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
