/** The shape of a policy file: its keys, what each means, and what stands there when it is left out. */
import { z } from "zod";
import { HOUR_US, SECOND_US } from "../engine/kernel/units.ts";
import { complain, refused, type Parsed } from "./complaint.ts";
import { mapping, nameField, quantity, sentence, wholeNumber } from "./field.ts";
import { monitorShape } from "./monitor-shape.ts";
import { parseDuration, parsePositiveDuration, parseShare, type QuantityText } from "./quantity.ts";
import { rollbackShape } from "./rollback-shape.ts";
import { parseRule, RULE_KEYWORDS, type RuleKind } from "./rule.ts";
import { approvalField, scheduleShape, startsAtField } from "./schedule-shape.ts";
import { poolsShape, weightsField } from "./weights-shape.ts";

const severity = z.enum(["info", "warning", "critical"]);

function tickDuration(text: QuantityText): Parsed<number> {
  const duration = parsePositiveDuration(text);
  if (!duration.ok || (duration.value >= SECOND_US / 100 && duration.value <= HOUR_US)) return duration;
  return refused(complain("a tick must be between 10ms and 1h", { found: String(text) }));
}

function ruleText(kind: RuleKind) {
  const example = {
    gate: "errorRate < 2%",
    trigger: "errorRate > 10% over 60s, at least 50 attempts",
    alert: "errorRate > 5%",
  };
  return sentence((text) => parseRule(text, kind), `A condition as a sentence: ${example[kind]}`);
}

/** What a rule may say beside its sentence instead of in it. */
const besideSentence = {
  over: quantity(parsePositiveDuration, "Length of the sliding window").optional(),
  minSamples: wholeNumber(1, "With fewer samples in the window: not enough data").optional(),
};
const forField = quantity(
  parseDuration,
  "How long the condition must have held at every tick before it counts",
).optional();
const onlyPhases = z
  .array(z.string())
  .min(1)
  .optional()
  .meta({ description: "Only in these phases (default: in all)" });

const gate = z.union(
  [
    ruleText("gate").transform((rule) => ({ name: undefined, require: rule, over: undefined, minSamples: undefined })),
    mapping(
      { name: nameField("Name, unique in its phase").optional(), require: ruleText("gate"), ...besideSentence },
      "A gate with a name",
    ),
  ],
  { error: "a gate is a sentence, or a mapping with require" },
);

const phase = mapping(
  {
    name: nameField("Name, unique in the policy, e.g. CANARY", RULE_KEYWORDS),
    traffic: quantity(
      parseShare,
      "Share of the keys (users) that are routed to the candidate: 1% (required, or weights)",
    ).optional(),
    weights: weightsField.optional(),
    minDuration: quantity(parseDuration, "Gates are not looked at before the phase has lasted this long: 10m"),
    maxDuration: quantity(
      parsePositiveDuration,
      "When the phase has lasted this long and its gates have not passed, onMaxDuration happens (default: never)",
    ).optional(),
    onMaxDuration: z.enum(["pause", "rollback"]).optional().meta({ description: "Default: pause" }),
    onNotEnoughData: z
      .enum(["wait", "pause", "rollback"])
      .default("wait")
      .meta({ description: "When the minimum duration is over and a gate still has not enough data (default: wait)" }),
    approval: approvalField.optional(),
    startsAt: startsAtField.optional(),
    gates: z.array(gate).default([]).meta({ description: "All must pass before the phase is left" }),
  },
  "One step of the rollout",
);

const triggerMapping = mapping(
  {
    name: nameField("Name, unique in the policy").optional(),
    when: ruleText("trigger"),
    ...besideSentence,
    for: forField,
    phases: onlyPhases,
    action: z
      .enum(["rollback", "pause", "investigate", "notify"])
      .default("rollback")
      .meta({ description: "Default: rollback" }),
    severity: severity.default("critical").meta({ description: "Default: critical" }),
  },
  "A trigger with a name or an action",
);
const trigger = z.union(
  [
    ruleText("trigger").transform((rule) => ({
      name: undefined,
      when: rule,
      over: undefined,
      minSamples: undefined,
      for: undefined,
      phases: undefined,
      action: "rollback" as const,
      severity: "critical" as const,
    })),
    triggerMapping,
  ],
  { error: "a trigger is a sentence, or a mapping with when" },
);

const alertMapping = mapping(
  {
    name: nameField("Name, unique in the policy").optional(),
    when: ruleText("alert"),
    ...besideSentence,
    for: forField,
    keepFiring: quantity(
      parseDuration,
      "A raised alert is resolved only when its condition has not held for this long (default: 0s)",
    ).optional(),
    phases: onlyPhases,
    severity: severity.default("warning").meta({ description: "Default: warning" }),
  },
  "An alert with a name or a severity",
);
const alert = z.union(
  [
    ruleText("alert").transform((rule) => ({
      name: undefined,
      when: rule,
      over: undefined,
      minSamples: undefined,
      for: undefined,
      keepFiring: undefined,
      phases: undefined,
      severity: "warning" as const,
    })),
    alertMapping,
  ],
  { error: "an alert is a sentence, or a mapping with when" },
);

/** A policy file. */
export const policyShape = mapping(
  {
    policy: nameField("Name of the policy"),
    description: z.string().default("").meta({ description: "What it is for" }),
    tick: quantity(
      tickDuration,
      "How often gates and triggers are looked at; windows are multiples of it (default: 5s)",
    ).default(5 * SECOND_US),
    disabled: nameField("Name of the state before the start and after a rollback (default: DISABLED)").default(
      "DISABLED",
    ),
    pools: poolsShape.optional(),
    metrics: z
      .record(z.string(), z.enum(["boolean", "number"]))
      .optional()
      .meta({
        description:
          "Metrics that its scenarios have of their own, by name: { conversion: boolean, basket.value: number }",
      }),
    phases: z.array(phase).min(1).meta({ description: "The steps of the rollout, in order" }),
    triggers: z
      .array(trigger)
      .default([])
      .meta({ description: "Looked at on every tick; the first in the list that holds wins" }),
    alerts: z.array(alert).default([]).meta({ description: "Announced, but they never move traffic" }),
    rollback: rollbackShape,
    schedule: scheduleShape.optional(),
    monitor: monitorShape.optional(),
    health: mapping(
      {
        poll: quantity(parsePositiveDuration, "How often each version's health is polled (default: 10s)").default(
          10 * SECOND_US,
        ),
        failures: wholeNumber(
          1,
          "So many failed polls one after the other make a version unhealthy (default: 3)",
        ).default(3),
        recoveries: wholeNumber(
          1,
          "So many answered polls one after the other make it healthy again (default: 1)",
        ).default(1),
      },
      "Health checks",
    ).default({ poll: 10 * SECOND_US, failures: 3, recoveries: 1 }),
  },
  "A rollout policy: how traffic is moved to the candidate, what must hold to go on, what stops it",
);

/** What a policy file says, its quantities and sentences read. */
export type PolicyText = z.output<typeof policyShape>;
/** A gate of a policy file. */
export type GateText = PolicyText["phases"][number]["gates"][number];
