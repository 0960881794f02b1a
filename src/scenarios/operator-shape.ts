/** What an operator does in a scenario file: at a time, or in answer to a decision. */
import { z } from "zod";
import type { OperatorCommand } from "../engine/deployment/operator.ts";
import { MINUTE_US, SECOND_US } from "../engine/kernel/units.ts";
import type { DecisionKind } from "../engine/result.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, nameField, quantity, sentence } from "./field.ts";
import { TRAIL_KINDS } from "./figure.ts";
import { nearestWord } from "./nearest-word.ts";
import { parseOperatorAction } from "./operator-line.ts";
import { parseDuration, writeDuration } from "./quantity.ts";
import type { FilePlace, ScriptedCommand, ScriptedReaction } from "./scenario.ts";

/** How long a person takes to react who is not said to take another time: ours. */
const REACTION_US = MINUTE_US;
/** Nobody reacts faster: two who react to each other would never let time go on. */
const REACTION_US_LEAST = SECOND_US;

/** What an entry says that is not a reaction. */
export const WITHOUT_REACTION = { on: undefined, rule: undefined, after: undefined } as const;

/** An operator's command as a mapping. */
export const operatorMapping = mapping(
  {
    at: quantity(parseDuration, "When: 395s").optional(),
    on: z
      .string()
      .optional()
      .meta({ description: "Instead of at: in answer to each decision of this kind, as in investigate" }),
    rule: nameField("on: only where this rule decided, as in error-rate").optional(),
    after: quantity(parseDuration, "on: how long after the decision (default: 1m, at least 1s)").optional(),
    by: nameField("Who (default: operator)").optional(),
    do: sentence(
      parseOperatorAction,
      "start, pause, resume, advance, go back, roll back, approve, approve as ROLE, reject, review, close investigation, retry, deploy, test, build, rollback, health, status, set triggers.NAME.limit LIMIT",
    ),
    why: z.string().optional().meta({ description: "The reason, for the audit trail" }),
  },
  "What an operator does, and when",
)
  .refine((entry: unknown) => typeof entry !== "object" || entry === null || "at" in entry || "on" in entry, {
    when: () => true,
    params: {
      complaint: complain("a command needs its time, or the decision that it answers", { allowed: "at, on" }),
    },
  })
  .transform(({ at, do: what, ...entry }) => ({ atUs: at, ...what, ...entry }));

/** An operator's command of a scenario file. */
export interface OperatorText {
  readonly atUs: number | undefined;
  readonly on?: string | undefined;
  readonly rule?: string | undefined;
  readonly after?: number | undefined;
  readonly by?: string | undefined;
  readonly why?: string | undefined;
  readonly action: OperatorCommand["action"];
  readonly limitUnit: ScriptedCommand["limitUnit"];
}

/** Complains of commands that have two times, and of decisions that nobody takes. */
export function checkOperator(entries: readonly Partly<OperatorText>[], report: Report): void {
  for (const [index, entry] of entries.entries()) {
    if (entry === undefined) continue;
    const path = ["operator", index];
    const { on, after } = entry;
    if (entry.atUs !== undefined && on !== undefined) {
      report([...path, "on"], complain("a command comes at a time, or in answer to a decision", { found: "both" }));
    }
    if (on !== undefined && !TRAIL_KINDS.includes(on)) {
      const suggestion = nearestWord(on, TRAIL_KINDS);
      const allowed = TRAIL_KINDS.join(", ");
      report([...path, "on"], complain("there is no decision of this kind", { found: on, allowed, suggestion }));
    }
    if (on === undefined) {
      for (const key of ["rule", "after"] as const) {
        if (entry[key] !== undefined) report([...path, key], complain(`${key} needs an on beside it`));
      }
    }
    if (after !== undefined && after < REACTION_US_LEAST) {
      const allowed = `at least ${writeDuration(REACTION_US_LEAST)}`;
      report([...path, "after"], complain("nobody reacts so fast", { found: writeDuration(after), allowed }));
    }
  }
}

/** The commands with a time of their own. */
export function buildCommands(
  entries: readonly OperatorText[],
  placeOf: (index: number) => FilePlace,
): ScriptedCommand[] {
  return entries.flatMap((entry, index) => {
    const { atUs, by = "operator", why = "", action, limitUnit } = entry;
    return atUs === undefined
      ? []
      : [{ command: { atUs, by, reason: why, action }, limitUnit, place: placeOf(index), index }];
  });
}

/** The commands that answer decisions. */
export function buildReactions(
  entries: readonly OperatorText[],
  placeOf: (index: number) => FilePlace,
): ScriptedReaction[] {
  return entries.flatMap((entry, index) => {
    const { on, rule = null, after = REACTION_US, by = "operator", why = "", action, limitUnit } = entry;
    if (on === undefined) return [];
    const reaction = { on: on as DecisionKind, rule, afterUs: after, by, reason: why, action };
    return [{ reaction, limitUnit, place: placeOf(index), index }];
  });
}
