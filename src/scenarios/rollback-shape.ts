/** The way back in a policy file: timed steps that may be slow or fail, what it promises, and what comes after. */
import { z } from "zod";
import type { Gate, RollbackProcedure, RollbackStep } from "../engine/deployment/policy.ts";
import { MINUTE_US, SECOND_US } from "../engine/kernel/units.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity, sentence, wholeNumber } from "./field.ts";
import {
  parseDuration,
  parseFactor,
  parsePositiveDuration,
  parseShare,
  writeDuration,
  type QuantityText,
} from "./quantity.ts";
import { nameRules } from "./rule-name.ts";
import { conditionOf, defaultScope, parseRule } from "./rule.ts";
import type { NodePath } from "./yaml-text.ts";

/** How long something takes: the same each time, or drawn evenly from a range. */
export interface Span {
  readonly leastUs: number;
  readonly mostUs: number;
}

const DOES = ["revert-flags", "stop-candidate", "restart-baseline", "verify", "nothing"] as const;
const VERIFY_US = 5 * SECOND_US;

/** `30s`, or `10s..30s`. */
export function parseSpan(text: QuantityText): Parsed<Span> {
  const [least = "", most = least, ...more] = String(text).split("..");
  const from = parseDuration(least);
  const to = parseDuration(most);
  if (!from.ok) return from;
  if (!to.ok) return to;
  if (more.length === 0 && from.value <= to.value) return parsed({ leastUs: from.value, mostUs: to.value });
  return refused(complain("this is not a range of time", { found: showFound(text), allowed: "10s..30s, or 30s" }));
}

const step = mapping(
  {
    name: z.string().min(1).meta({ description: "What people call the step" }),
    does: z.enum(DOES).default("nothing").meta({
      description:
        "revert-flags sends all traffic back to the baseline; stop-candidate cuts off what the candidate has in flight; restart-baseline takes a share of the baseline away meanwhile; verify, the last one, is the verification; nothing only takes its time (default)",
    }),
    takes: quantity(parseSpan, "How long the step takes: 30s, or drawn from a range, 10s..30s"),
    promise: quantity(parsePositiveDuration, "How long it is promised to take at most: 30s").optional(),
    slow: mapping(
      {
        chance: quantity(parseShare, "The chance that an attempt is slow: 5%"),
        factor: quantity(parseFactor, "How many times as long it then takes: x 3"),
      },
      "The chance that the step is slow (default: none)",
    ).optional(),
    fails: quantity(parseShare, "The chance that an attempt fails: 2% (default: 0%)").optional(),
    retries: wholeNumber(
      0,
      "How often a failed attempt is made again before the rollback has failed (default: 0)",
    ).optional(),
    down: quantity(
      parseShare,
      "restart-baseline: share of the baseline's requests that fail meanwhile: 25% (default: 0%)",
    ).optional(),
  },
  "One step of the way back; steps run one after the other",
);

const aftermathEntry = mapping(
  {
    name: z.string().min(1).meta({ description: "What is done" }),
    from: quantity(parseDuration, "How long after the verified rollback it begins: 5m"),
    to: quantity(parsePositiveDuration, "How long after the verified rollback it is due: 15m").optional(),
  },
  "One thing that people do after a rollback",
);

/** The way back. */
export const rollbackShape = mapping(
  {
    steps: z.array(step).min(1).meta({ description: "Exactly one of them reverts the flags" }),
    verify: quantity(
      parseDuration,
      "How long no candidate request may have been in flight for the rollback to be verified (default: 5s)",
    ).optional(),
    checks: z
      .array(sentence((text) => parseRule(text, "alert"), "A condition as a sentence: all.userErrorRate < 1% over 30s"))
      .default([])
      .meta({ description: "What must hold as well, at every tick of the verification" }),
    giveUp: quantity(
      parsePositiveDuration,
      "Not verified so long after the last step: the rollback has failed (default: never)",
    ).optional(),
    detect: quantity(parsePositiveDuration, "How soon after the onset it is promised to be detected: 10s").optional(),
    promise: quantity(parsePositiveDuration, "How soon after detection it is promised to be verified: 5m").optional(),
    aftermath: z
      .array(aftermathEntry)
      .default([])
      .meta({ description: "What people do after a rollback; the scenario says how far the run goes on" }),
  },
  "The way back (default: revert the flags in 1s, verify for 5s)",
).default({
  steps: [{ name: "revert flags", does: "revert-flags", takes: { leastUs: SECOND_US, mostUs: SECOND_US } }],
  checks: [],
  aftermath: [],
});

type RollbackText = z.output<typeof rollbackShape>;
type StepText = RollbackText["steps"][number];

/** The procedure that a policy file's values stand for; they have been checked. */
export function buildRollback(text: RollbackText): RollbackProcedure {
  const verify = text.steps.find((one) => one.does === "verify");
  const { checks, aftermath, giveUp, detect, promise } = text;
  return {
    steps: text.steps.filter((one) => one !== verify).map(buildStep),
    verifyUs: text.verify ?? verify?.takes.leastUs ?? VERIFY_US,
    ...(verify === undefined ? {} : { verifyStep: { name: verify.name, ...promiseOf(verify.promise) } }),
    ...(checks.length === 0 ? {} : { checks: buildChecks(checks) }),
    ...(giveUp === undefined ? {} : { giveUpUs: giveUp }),
    ...(detect === undefined ? {} : { detectPromiseUs: detect }),
    ...promiseOf(promise),
    ...(aftermath.length === 0
      ? {}
      : { aftermath: aftermath.map(({ name, from, to }) => ({ name, fromUs: from, toUs: to ?? null })) }),
  };
}

function promiseOf(promise: number | undefined): { readonly promiseUs?: number } {
  return promise === undefined ? {} : { promiseUs: promise };
}

function buildStep(text: StepText): RollbackStep {
  const { takes, slow, fails, retries, down } = text;
  return {
    name: text.name,
    does: text.does === "verify" ? "nothing" : text.does,
    durationUs: takes.leastUs,
    ...(takes.mostUs === takes.leastUs ? {} : { durationMaxUs: takes.mostUs }),
    ...promiseOf(text.promise),
    ...(slow === undefined ? {} : { slow: { chancePpm: slow.chance, factor: slow.factor } }),
    ...(fails === undefined ? {} : { failsPpm: fails }),
    ...(retries === undefined ? {} : { retries }),
    ...(down === undefined ? {} : { downPpm: down }),
  };
}

function buildChecks(checks: RollbackText["checks"]): Gate[] {
  const conditions = checks.map((check) => conditionOf(check, "alert"));
  const unnamed = conditions.map((condition) => ({ name: null, metric: condition.metric }));
  const names = nameRules(unnamed, defaultScope("alert"));
  return conditions.map((condition, index) => ({ ...condition, name: names[index] ?? condition.metric }));
}

/** Complains of everything that is wrong between the fields of the way back. */
export function checkRollback(
  rollback: Partly<RollbackText>,
  tickUs: number | undefined,
  above: NodePath,
  report: Report,
): void {
  const path = [...above, "rollback"];
  const steps = rollback?.steps ?? [];
  checkKinds(steps, path, report);
  const names = steps.map((one) => one?.name);
  for (const [index, one] of steps.entries()) {
    const at = [...path, "steps", index];
    if (one?.name !== undefined && names.indexOf(one.name) !== index) {
      report([...at, "name"], complain("this name is taken: steps are told apart by their names", { found: one.name }));
    }
    if (one?.down !== undefined && one.does !== undefined && one.does !== "restart-baseline") {
      report([...at, "down"], complain("only a step that does restart-baseline takes the baseline down"));
    }
    if (one?.does === "verify") checkVerifyStep(one, index, rollback, steps.length, at, report);
  }
  for (const [index, check] of (rollback?.checks ?? []).entries()) {
    const at = [...path, "checks", index];
    const beyond = [
      ["for", check?.forUs],
      ["in", check?.phases],
    ] as const;
    for (const [word, said] of beyond) {
      if (said === undefined || said === null) continue;
      report(at, complain(`a check has no "${word}": it must hold at every tick of the verification`));
    }
    if (check !== undefined) checkWindow(check.window, tickUs, at, report);
  }
  for (const [index, entry] of (rollback?.aftermath ?? []).entries()) {
    const { from, to } = entry ?? {};
    if (from === undefined || to === undefined || from < to) continue;
    const allowed = `after ${writeDuration(from)}`;
    const at = [...path, "aftermath", index, "to"];
    report(at, complain("it is due before it begins", { found: writeDuration(to), allowed }));
  }
}

function checkKinds(steps: readonly Partly<StepText>[], path: NodePath, report: Report): void {
  if (steps.length === 0 || steps.some((one) => one?.does === undefined)) return;
  const reverting = steps.filter((one) => one?.does === "revert-flags").length;
  if (reverting === 1) return;
  const found = reverting === 0 ? "none" : String(reverting);
  report([...path, "steps"], complain("exactly one step of the rollback does revert-flags", { found }));
}

/** Windows of checks slide, and are whole numbers of ticks. */
function checkWindow(
  window: Partly<RollbackText["checks"][number]["window"]>,
  tickUs: number | undefined,
  at: NodePath,
  report: Report,
): void {
  if (window?.kind === "phase") {
    report(at, complain("a check cannot look at the phase: it has been left"));
    return;
  }
  const lengthUs = window === null ? MINUTE_US : window?.kind === "sliding" ? window.lengthUs : undefined;
  if (tickUs === undefined || lengthUs === undefined || lengthUs % tickUs === 0) return;
  const allowed = `multiples of the tick, ${writeDuration(tickUs)}`;
  report(at, complain("the window does not consist of whole ticks", { found: writeDuration(lengthUs), allowed }));
}

/** The verification looks at ticks: it takes as long as it must hold, cannot be drawn, and nothing comes after it. */
function checkVerifyStep(
  verify: NonNullable<Partly<StepText>>,
  index: number,
  rollback: Partly<RollbackText>,
  steps: number,
  at: NodePath,
  report: Report,
): void {
  if (index !== steps - 1) report([...at, "does"], complain("the verification is the last step"));
  if (rollback?.verify !== undefined) {
    report([...at, "takes"], complain("rollback.verify says already how long the verification takes"));
  }
  const { takes } = verify;
  if (takes?.leastUs !== undefined && takes.leastUs !== takes.mostUs) {
    report([...at, "takes"], complain("a verification must hold for one given time", { allowed: "1m" }));
  }
  for (const key of ["slow", "fails", "retries"] as const) {
    if (verify[key] !== undefined) {
      report([...at, key], complain(`a verification has no ${key}: it looks until it holds, or rollback.giveUp`));
    }
  }
}
