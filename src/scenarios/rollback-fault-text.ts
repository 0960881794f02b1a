/** Faults of the way back in a scenario file: a step of the rollback that is slow, or fails. */
import { z } from "zod";
import type { RollbackFault } from "../engine/deployment/rollback-fault.ts";
import type { Policy } from "../engine/deployment/policy.ts";
import { complain, type Complaint } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { quantity } from "./field.ts";
import { nearestWord } from "./nearest-word.ts";
import { parseFactor } from "./quantity.ts";
import type { FilePlace, ScriptedRollbackFault } from "./scenario.ts";
import type { NodePath } from "./yaml-text.ts";

/** Keys of a fault that is one of the way back; beside them stand only its name and its times. */
export const rollbackFaultFields = {
  rollbackStep: z.string().optional().meta({ description: "Instead of a version: this step of the rollback" }),
  slow: quantity(parseFactor, "rollbackStep: how many times as long it takes: x 3").optional(),
  fails: z.literal(true).optional().meta({ description: "rollbackStep: true: every attempt fails" }),
};

/** What a fault of the way back says. */
export interface RollbackFaultText {
  readonly name?: string | undefined;
  readonly at: number;
  readonly for?: number | undefined;
  readonly rollbackStep?: string | undefined;
  readonly slow?: number | undefined;
  readonly fails?: true | undefined;
}

const OWN_KEYS = ["name", "at", "for", "rollbackStep", "slow", "fails"];
/** Keys that are there although nobody wrote them. */
const DEFAULTED_KEYS = ["version"];

/** Complains of a fault that mixes a step with a version, or says nothing of its step. True: it is one of a step. */
export function checkRollbackFault(fault: Partly<RollbackFaultText>, path: NodePath, report: Report): boolean {
  if (fault === undefined) return false;
  const { rollbackStep, slow, fails } = fault;
  if (rollbackStep === undefined) {
    for (const key of ["slow", "fails"] as const) {
      if (fault[key] !== undefined) report([...path, key], complain(`${key} needs a rollbackStep beside it`));
    }
    return false;
  }
  for (const [key, value] of Object.entries(fault)) {
    if (value === undefined || OWN_KEYS.includes(key) || DEFAULTED_KEYS.includes(key)) continue;
    report([...path, key], complain("a fault is one of a version, or one of a step of the rollback"));
  }
  if (!("slow" in fault) && slow === undefined && fails === undefined) {
    report(path, complain("a fault that does nothing", { found: "none of its effects", allowed: "slow, fails" }));
  }
  return true;
}

/** The faults of the way back among the faults of a file. */
export function buildRollbackFaults(
  faults: readonly RollbackFaultText[],
  placeOf: (index: number) => FilePlace,
): ScriptedRollbackFault[] {
  return faults.flatMap((text, index) => {
    const { rollbackStep: step } = text;
    if (step === undefined) return [];
    const fault: RollbackFault = {
      name: text.name ?? `${step} ${text.fails === true ? "fails" : `is slow, x${text.slow ?? 1}`}`,
      atUs: text.at,
      untilUs: text.for === undefined ? Number.MAX_SAFE_INTEGER : text.at + text.for,
      step,
      slowFactor: text.slow ?? 1,
      fails: text.fails === true,
    };
    return [{ fault, index, place: placeOf(index) }];
  });
}

/** A step that the policy's rollback has not; null: it has. */
export function checkRollbackStep({ fault }: ScriptedRollbackFault, policy: Policy): Complaint | null {
  const names = policy.rollback.steps.map((step) => step.name);
  if (names.includes(fault.step)) return null;
  const suggestion = nearestWord(fault.step, names);
  const allowed = names.join(", ");
  return complain("the policy's rollback has no step of this name", { found: fault.step, allowed, suggestion });
}
