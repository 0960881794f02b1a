/** What must hold of decisions: a gate that passes, a move between phases, a rollback; judged by the policy, not by what was decided. */
import { invariant } from "./kernel/assert.ts";
import { phaseClockUs } from "./deployment/manager-state.ts";
import type { Phase } from "./deployment/policy.ts";
import type { Decision, Evidence } from "./result.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** What is remembered of decisions and phases between two states. */
export interface DecisionMemory {
  /** Index of the manager's phase. */
  phase: number;
  /** Time that the stay in the phase was paused. */
  pausedForUs: number;
  rollbacks: number;
}

/** A phase is left for the next one, or by an operator for the one before it; nothing else moves between phases. */
export function checkMoves({ manager }: StackState, memory: DecisionMemory, taken: readonly Decision[]): void {
  const moves = taken.filter(({ kind }) => kind === "advance" || kind === "override");
  const by = manager.phase - memory.phase;
  if (by === 0) return invariant(moves.length === 0, "a phase was said to be left that was not");
  invariant(by === 1 || by === -1, `phase ${memory.phase} was left for phase ${manager.phase}`);
  const starts = memory.phase < 0 && taken.some(({ kind }) => kind === "start");
  invariant(moves.length === (starts ? 0 : 1), `phase ${manager.phase} was entered by ${moves.length} decisions`);
  const isByPerson = moves.every((move) => move.kind === "override" && move.by.startsWith("operator:"));
  invariant(by === 1 || isByPerson, "the manager went back by itself");
}

/** No gate passes before its time or without its samples; a rollback has one cause, with evidence that held. */
export function checkDecisions(
  ready: ReadyPlan,
  state: StackState,
  memory: DecisionMemory,
  taken: readonly Decision[],
): void {
  const { nowUs } = state.kernel;
  for (const decision of taken) {
    const { by, reason, kind } = decision;
    invariant(by !== "" && reason !== "", `a ${kind} without who or why`);
    invariant(Math.round(decision.atMs * 1_000) === nowUs, `a ${kind} at another time than it was taken`);
    if (kind === "advance" || kind === "complete") checkPassing(ready, state, memory, decision);
    if (kind === "rollback") checkRollback(state, memory, decision);
  }
  if (state.manager.status === "running") {
    invariant(phaseClockUs(state.manager, nowUs) >= 0, "a phase's clock is negative");
  }
}

/** The phase that is left was stayed in for long enough, and every gate that the policy gives it passed. */
function checkPassing({ plan }: ReadyPlan, state: StackState, memory: DecisionMemory, decision: Decision): void {
  const { phases, disabledName } = plan.policy;
  // Before the first phase there is none to be left.
  if (decision.phase === disabledName) {
    return invariant(memory.phase < 0 && decision.looked.length === 0, "gates of no phase passed");
  }
  const stay = state.phases.at(-1);
  const phase = phases[memory.phase];
  invariant(stay !== undefined && phase !== undefined && stay.name === phase.name, "an advance without a phase");
  checkGates(phase, decision.looked);
  const isLast = memory.phase === phases.length - 1;
  invariant(isLast === (decision.kind === "complete"), `${phase.name} was left by ${decision.kind}`);
  const stayedUs = Math.round((stay.leftAtMs - stay.enteredAtMs) * 1_000) - memory.pausedForUs;
  invariant(stayedUs >= phase.minDurationUs, `${phase.name} was left before its minimum duration`);
}

/** Exactly the gates of the policy were looked at, each with its own condition, and passed. */
function checkGates({ name, gates }: Phase, looked: readonly Evidence[]): void {
  for (const look of looked) {
    const same = looked.filter((one) => one.rule === look.rule);
    invariant(same.length === 1, `gate ${look.rule} of ${name} was looked at ${same.length} times`);
    invariant(look.holds === "yes" && look.value !== null, `gate ${look.rule} did not pass`);
    invariant(look.samples >= look.minSamples, `gate ${look.rule} passed without its samples`);
  }
  for (const gate of gates) {
    const look = looked.find((one) => one.rule === gate.name);
    invariant(look !== undefined, `gate ${gate.name} of ${name} was not looked at`);
    const isItself = look.metric === gate.metric && look.operator === gate.operator;
    invariant(isItself && look.minSamples === gate.minSamples, `gate ${gate.name} of ${name} was looked at as another`);
  }
  invariant(looked.length === gates.length, `a gate was looked at that ${name} does not have`);
}

function checkRollback(state: StackState, memory: DecisionMemory, { by, evidence }: Decision): void {
  memory.rollbacks++;
  invariant(memory.rollbacks === 1, "a second rollback");
  // A stage of the pipeline that failed is its own evidence: it stands in the pipeline's record.
  const failedStage = by === "pipeline" && state.pipeline?.ended.at(-1)?.failed === true;
  invariant(by.startsWith("operator:") || failedStage || evidence !== null, "a rollback without evidence");
  if (evidence !== null) checkRollbackEvidence(evidence, state.manager.rollback?.cause ?? "");
}

/** A trigger holds on enough samples; a gate that was not passed in time does not hold. */
function checkRollbackEvidence(evidence: Evidence, cause: string): void {
  const { rule, holds, value, samples, minSamples } = evidence;
  if (holds === "yes") {
    invariant(rule === cause, `${cause} is not the rule that held`);
    invariant(value !== null && samples >= minSamples, `trigger ${rule} fired without its samples`);
  } else {
    invariant(cause === "max-duration" || cause === "not-enough-data", `${cause} fired though it did not hold`);
  }
}
