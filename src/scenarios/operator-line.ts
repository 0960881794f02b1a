/**
 * What an operator does, as text: `pause`, `roll back`, `set triggers.error-rate.limit 1.3%`, alone or with its time
 * before it (`at 395s: set triggers.error-rate.limit 1.3%`).
 */
import type { OperatorCommand } from "../engine/deployment/operator.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import { nearestWord } from "./nearest-word.ts";
import { parseDuration, parseRate, parseShare, parseSize } from "./quantity.ts";
import type { ScriptedCommand } from "./scenario.ts";

/** What is to be done, and the unit of the limit in it. */
export interface OperatorAction {
  readonly action: OperatorCommand["action"];
  readonly limitUnit: ScriptedCommand["limitUnit"];
}

const PLAIN_COMMANDS = {
  start: "start",
  pause: "pause",
  resume: "resume",
  advance: "advance",
  "go back": "go-back",
  "roll back": "roll-back",
  approve: "approve",
  reject: "reject",
  review: "review",
  "close investigation": "close-investigation",
  retry: "retry",
  deploy: "start",
  rollback: "roll-back",
  test: "run-tests",
  build: "run-build",
  health: "ask-health",
  status: "ask-status",
} as const;
const COMMAND_WORDS = [...Object.keys(PLAIN_COMMANDS), "set"];
const COMMANDS_ALLOWED = `${Object.keys(PLAIN_COMMANDS).join(", ")}, approve as ROLE, set triggers.NAME.limit LIMIT`;

/** Reads what an operator does. */
export function parseOperatorAction(text: string): Parsed<OperatorAction> {
  const words = text.trim().replace(/\s+/g, " ");
  const plain = Object.entries(PLAIN_COMMANDS).find(([name, kind]) => words === name || words === kind);
  if (plain !== undefined) return parsed({ action: { kind: plain[1] }, limitUnit: null });
  const role = /^approve as ([A-Za-z][\w-]*)$/.exec(words)?.[1];
  if (role !== undefined) return parsed({ action: { kind: "approve", as: role }, limitUnit: null });
  if (/^set( |$)/.test(words)) return parseAdjustment(words);
  return refused(
    complain("this is no command of an operator", {
      found: showFound(text),
      allowed: COMMANDS_ALLOWED,
      suggestion: nearestWord(words, COMMAND_WORDS),
    }),
  );
}

function parseAdjustment(words: string): Parsed<OperatorAction> {
  const match = /^set (\S+) (\S+(?: %)?)$/.exec(words);
  const target = /^(triggers\.[\w-]+|phases\.[\w-]+\.gates\.[\w-]+)\.limit$/.exec(match?.[1] ?? "")?.[1];
  if (match === null || target === undefined) {
    const allowed = "set triggers.NAME.limit LIMIT, set phases.PHASE.gates.NAME.limit LIMIT";
    return refused(complain("this does not say which limit is set to what", { found: showFound(words), allowed }));
  }
  const read = parseAnyLimit(match[2] ?? "");
  if (!read.ok) return read;
  return parsed({ action: { kind: "adjust", target, limit: read.value.limit }, limitUnit: read.value.unit });
}

/** A limit whose unit is told by how it is written. */
function parseAnyLimit(text: string): Parsed<{ limit: number; unit: NonNullable<ScriptedCommand["limitUnit"]> }> {
  const withUnit = (read: Parsed<number>, unit: NonNullable<ScriptedCommand["limitUnit"]>) =>
    read.ok ? parsed({ limit: read.value, unit }) : read;
  if (text.endsWith("%")) return withUnit(parseShare(text), "rate");
  if (text.includes("/")) return withUnit(parseRate(text), "perSecond");
  if (/^\d{1,15}(\.\d{1,15})?$/.test(text)) return parsed({ limit: Number(text), unit: "number" });
  if (/[kmgt]?b$/i.test(text)) return withUnit(parseSize(text), "size");
  return withUnit(parseDuration(text), "duration");
}

/** A command on one line: when, and what. */
export interface TimedAction extends OperatorAction {
  readonly atUs: number;
}

/** Reads `at 395s: pause`. */
export function parseOperatorLine(text: string): Parsed<TimedAction> {
  const match = /^\s*at\s+([^:]+):\s*(\S.*)$/.exec(text);
  if (match === null) {
    const allowed = "at 395s: set triggers.error-rate.limit 1.3%";
    return refused(complain("this is no command of an operator with its time", { found: showFound(text), allowed }));
  }
  const at = parseDuration(match[1] ?? "");
  const action = parseOperatorAction(match[2] ?? "");
  if (at.ok && action.ok) return parsed({ atUs: at.value, ...action.value });
  return { ok: false, complaints: [at, action].flatMap((one) => (one.ok ? [] : one.complaints)) };
}
