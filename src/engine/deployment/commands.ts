/** Operator commands: allowed or refused by the list of transitions, always with an entry in the audit trail. */
import type { Evidence } from "../result.ts";
import { signOff, voidSignOffs } from "./approval.ts";
import { decided, decidedOn, type Effect, type LimitPlace } from "./effect.ts";
import { forgetHold } from "./hold.ts";
import { nextStatus, type ManagerState } from "./manager-state.ts";
import type { OperatorCommand } from "./operator.ts";
import { movePhase, pause, resume, startRollout } from "./phases.ts";
import type { Policy } from "./policy.ts";
import { whyNotTestable } from "./sequential.ts";
import { beginRollback, retryRollback } from "./rollback.ts";
import { changeBlock } from "./schedule.ts";

/** Carries a command out, or refuses it with a reason. `looks`: what the current phase's gates see now. */
export function obey(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  command: OperatorCommand,
  looks: readonly Evidence[] = [],
): Effect[] {
  const by = `operator:${command.by}`;
  const { action } = command;
  const reason = command.reason === "" ? "no reason given" : command.reason;
  if (nextStatus(state.status, action.kind) === null) {
    return [decided("refused", by, `${action.kind} is not possible while ${state.status}: ${reason}`)];
  }
  switch (action.kind) {
    case "start":
      return startRollout(state, policy, nowUs, by, reason);
    case "pause":
      pause(state, nowUs);
      return [decided("pause", by, reason)];
    case "resume":
      resume(state, nowUs);
      return [decided("resume", by, reason)];
    case "advance":
      return override(state, policy, nowUs, state.phase + 1, by, reason);
    case "go-back":
      return override(state, policy, nowUs, state.phase - 1, by, reason);
    case "roll-back":
      return beginRollback(state, policy, nowUs, by, by, reason, null, []);
    case "adjust":
      return adjust(state, policy, action.target, action.limit, by, reason);
    case "approve":
      return signOff(state, policy, command.by, action.as ?? command.by, reason);
    case "reject":
      pause(state, nowUs);
      return voidSignOffs(state, policy, by, reason);
    case "review":
      return [review(looks, by, reason)];
    case "close-investigation":
      return [closeInvestigations(state, by, reason)];
    case "retry":
      return retryRollback(state, policy, nowUs, by, reason);
    case "run-tests":
    case "run-build":
    case "ask-health":
    case "ask-status":
      // No transition allows them: they are the stack's, and never come here.
      return [];
  }
}

function review(looks: readonly Evidence[], by: string, reason: string): Effect {
  const standing = looks.filter((look) => look.holds !== "yes");
  const words = standing.map((look) => `${look.rule} ${look.holds === "no" ? "fails" : "has not enough data"}`);
  const seen = looks.length === 0 ? "no gate to look at" : words.length === 0 ? "all gates pass" : words.join(", ");
  return decidedOn("review", by, `${reason}: ${seen}`, standing[0] ?? looks[0] ?? null, looks);
}

function closeInvestigations(state: ManagerState, by: string, reason: string): Effect {
  if (state.investigations.length === 0) return decided("refused", by, `no investigation is open: ${reason}`);
  const closed = state.investigations.join(", ");
  state.investigations = [];
  forgetHold(state);
  return decided("close", by, `the investigation of ${closed} is closed: ${reason}`);
}

function override(
  state: ManagerState,
  policy: Policy,
  nowUs: number,
  phase: number,
  by: string,
  reason: string,
): Effect[] {
  const target = policy.phases[phase];
  if (target === undefined) {
    const where = phase < 0 ? "before the first phase" : "after the last phase";
    return [decided("refused", by, `there is nothing ${where}: ${reason}`)];
  }
  // Gates, sign-offs and a phase's own start are overridden; a freeze or a closed window binds people as well.
  const block = phase > state.phase ? changeBlock(policy, state.terms, nowUs) : null;
  if (block !== null) return [decided("refused", by, `${block}: ${reason}`)];
  state.status = nextStatus(state.status, phase > state.phase ? "advance" : "go-back") ?? state.status;
  const moved = movePhase(state, policy, phase, "overridden", nowUs);
  // Who moves a paused rollout has not resumed it: it is paused in the new phase, and whatever paused it is over.
  const isPaused = state.status === "paused";
  if (isPaused) pause(state, nowUs);
  return [decided("override", by, `to ${target.name}${isPaused ? ", still paused" : ""}: ${reason}`), ...moved];
}

function adjust(
  state: ManagerState,
  policy: Policy,
  target: string,
  limit: number,
  by: string,
  reason: string,
): Effect[] {
  const place = findLimit(policy, target);
  if (place === null) return [decided("refused", by, `there is no rule ${target}: ${reason}`)];
  const untestable =
    place.kind === "trigger" ? whyNotTestable(policy.triggers[place.trigger]?.sequential, limit) : null;
  if (untestable !== null) return [decided("refused", by, `${target}: ${untestable}: ${reason}`)];
  const limits = place.kind === "trigger" ? state.triggerLimits : (state.gateLimits[place.phase] ?? []);
  const index = place.kind === "trigger" ? place.trigger : place.gate;
  const fromLimit = limits[index] ?? limit;
  limits[index] = limit;
  forgetHold(state);
  return [{ kind: "limit.adjusted", by, reason, target, place, fromLimit, toLimit: limit }];
}

/** Finds `triggers.NAME` or `phases.PHASE.gates.NAME` (a trailing `.limit` may follow); null when there is none. */
export function findLimit(policy: Policy, target: string): LimitPlace | null {
  const name = target.endsWith(".limit") ? target.slice(0, -".limit".length) : target;
  const trigger = policy.triggers.findIndex((one) => `triggers.${one.name}` === name);
  if (trigger >= 0) return { kind: "trigger", trigger };
  for (const [phase, { name: phaseName, gates }] of policy.phases.entries()) {
    const gate = gates.findIndex((one) => `phases.${phaseName}.gates.${one.name}` === name);
    if (gate >= 0) return { kind: "gate", phase, gate };
  }
  return null;
}
