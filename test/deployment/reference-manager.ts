/** A small model of the deployment manager, kept from its documents alone, and the policy that it is a model of. */
import { expect } from "vitest";
import type { ManagerStatus, Movement } from "../../src/engine/deployment/manager-state.ts";
import type { OperatorCommand } from "../../src/engine/deployment/operator.ts";
import type { Phase, Policy } from "../../src/engine/deployment/policy.ts";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import type { Evidence } from "../../src/engine/result.ts";
import { gate, phase, QUICK_POLICY, trigger } from "../plans/small-policy.ts";
import { listedStatus } from "./listed-transitions.ts";

type Holds = Evidence["holds"];

/** Midnight of some day, UTC. */
export const START_MS = 20_000 * 86_400_000;

/** Gates of every phase; tests say what they see. */
export const GATES = [gate("all.successRate", ">=", 0), gate("candidate.errorRate", "<", 0)];

const changed = (name: string, change: Partial<Phase>): Phase => ({
  ...phase(name, 1, 3 * SECOND_US, GATES),
  ...change,
});
/**
 * Every way of falling through, a `for`, triggers that pause and investigate, one that is masked out in a phase;
 * sign-offs by everybody and by two, a start by the calendar, a freeze, and a window that is open every other minute
 * of each hour's first ten.
 */
export const POLICY: Policy = {
  ...QUICK_POLICY,
  phases: [
    changed("A", {}),
    changed("B", { maxDurationUs: 12 * SECOND_US, onMaxDuration: "pause", approval: { by: [] } }),
    changed("C", {
      maxDurationUs: 15 * SECOND_US,
      onNotEnoughData: "pause",
      startsAt: { epochMs: START_MS + 30_000, text: "30 s" },
    }),
    changed("D", {
      onNotEnoughData: "rollback",
      maxDurationUs: 9 * SECOND_US,
      approval: { by: ["ann", "bob"] },
    }),
  ],
  triggers: [
    trigger("slow", "latency.delta", 1, { action: "pause" }),
    trigger("errors", "candidate.errorRate", 1, { forUs: 4 * SECOND_US }),
    trigger("fallbacks", "candidate.fallbackRate", 1, { phases: ["B", "D"] }),
    trigger("odd", "candidate.requests", 1, { action: "investigate" }),
  ],
  rollback: {
    ...QUICK_POLICY.rollback,
    steps: [
      ...QUICK_POLICY.rollback.steps,
      { name: "restart", does: "nothing", durationUs: 1, retries: 1, failsPpm: 1 },
    ],
    giveUpUs: 9 * SECOND_US,
  },
  schedule: {
    freezes: [
      {
        name: "launch",
        from: { epochMs: START_MS + 40_000, text: "40 s" },
        until: { epochMs: START_MS + 55_000, text: "55 s" },
      },
    ],
    windows: [0, 2].map((fromMinute) => ({
      days: [0, 1, 2, 3, 4, 5, 6],
      fromMinute,
      toMinute: fromMinute + 1,
      text: `minute ${fromMinute}`,
    })),
  },
};

/** Whether a next phase may be entered, said in the words of the policy above. */
function isFrozen(nowUs: number): boolean {
  const second = nowUs / SECOND_US;
  const minute = Math.floor(second / 60);
  return (second >= 40 && second < 55) || (minute !== 0 && minute !== 2);
}

/** One thing that happens to a manager. */
export type Move =
  | { readonly do: "command"; readonly action: OperatorCommand["action"]; readonly by: string }
  | {
      readonly do: "tick";
      readonly triggers: readonly Holds[];
      readonly gates: readonly Holds[];
      readonly quiet: boolean;
    }
  | { readonly do: "step"; readonly fails: boolean };

/** What happened, as a reader of the documents would keep it: no field of the manager's own state. */
export interface Reference {
  status: ManagerStatus;
  phase: number;
  /** Time that the manager spent running in this stay. */
  ranForUs: number;
  nowUs: number;
  holdsSinceUs: (number | null)[];
  fired: boolean[];
  stepsEnded: number;
  failures: number;
  quietSinceUs: number | null;
  verifyingSinceUs: number;
  signedOff: Set<string>;
  /** Investigations that nobody has decided about. */
  open: boolean;
  /** The manager's own pause that lasts, and what was conceded after the last one. */
  pausedFor: "max" | "data" | null;
  maxFromUs: number;
  dataWaived: boolean;
}

function move(reference: Reference, by: Movement): void {
  const to = listedStatus(reference.status, by);
  expect(to, `${by} while ${reference.status}`).toBeDefined();
  reference.status = to!;
}

function enter(reference: Reference, index: number): void {
  reference.phase = index;
  reference.ranForUs = 0;
  reference.signedOff.clear();
  reference.open = false;
  reference.maxFromUs = 0;
  reference.dataWaived = false;
}

/** What keeps the manager from entering a phase, in the order in which it is asked for. */
function advance(reference: Reference): void {
  const next = POLICY.phases[reference.phase + 1];
  if (reference.open) return;
  if (next === undefined) return move(reference, "complete");
  const { approval, startsAt } = next;
  const isSigned =
    approval === undefined ||
    (approval.by.length === 0
      ? reference.signedOff.size > 0
      : approval.by.every((one) => reference.signedOff.has(one)));
  if (!isSigned) return move(reference, "request-approval");
  const isEarly = startsAt !== undefined && START_MS + reference.nowUs / 1_000 < startsAt.epochMs;
  if (!isEarly && !isFrozen(reference.nowUs)) enter(reference, reference.phase + 1);
}

function pauseFor(reference: Reference, why: Reference["pausedFor"]): void {
  move(reference, "pause");
  reference.pausedFor = why;
}

/** What a command of somebody does to it. */
export function referenceCommand(
  reference: Reference,
  action: OperatorCommand["action"],
  by: string,
): "done" | "refused" {
  if (listedStatus(reference.status, action.kind) === undefined) return "refused";
  const target = { start: 0, advance: reference.phase + 1, "go-back": reference.phase - 1 }[action.kind as "start"];
  if (target !== undefined && POLICY.phases[target] === undefined) return "refused";
  if (action.kind === "adjust" && action.target !== "triggers.errors") return "refused";
  if (action.kind === "advance" && isFrozen(reference.nowUs)) return "refused";
  if (action.kind === "close-investigation" && !reference.open) return "refused";
  if (action.kind === "approve") {
    const roles = POLICY.phases[reference.phase + 1]?.approval?.by ?? [];
    if (reference.signedOff.has(by) || (roles.length > 0 && !roles.includes(by))) return "refused";
    reference.signedOff.add(by);
    if (roles.every((role) => reference.signedOff.has(role))) move(reference, "sign-off");
    return "done";
  }
  if (action.kind === "start" && isFrozen(reference.nowUs)) {
    move(reference, "start");
    return "done";
  }
  if (action.kind === "resume") {
    if (reference.pausedFor === "max") reference.maxFromUs = reference.ranForUs;
    if (reference.pausedFor === "data") reference.dataWaived = true;
  }
  move(reference, action.kind);
  if (action.kind === "pause" || action.kind === "reject" || action.kind === "resume") reference.pausedFor = null;
  if (action.kind === "reject") reference.signedOff.clear();
  if (action.kind === "close-investigation") reference.open = false;
  if (action.kind === "retry") reference.verifyingSinceUs = reference.nowUs;
  if (target !== undefined) {
    enter(reference, target);
    reference.pausedFor = null;
  }
  return "done";
}

/** A tick at which rules see this. */
export function referenceTick(reference: Reference, tick: Extract<Move, { do: "tick" }>): void {
  const guarded: readonly ManagerStatus[] = ["running", "paused", "awaiting-approval"];
  const isGuarded = (): boolean => guarded.includes(reference.status);
  let acted = false;
  if (isGuarded() && reference.phase >= 0) {
    POLICY.triggers.forEach(({ forUs, action, phases }, i) => {
      const isMasked = phases !== null && !phases.includes(POLICY.phases[reference.phase]!.name);
      if (isMasked || tick.triggers[i] !== "yes") {
        reference.holdsSinceUs[i] = null;
        reference.fired[i] = false;
        return;
      }
      const since = (reference.holdsSinceUs[i] ??= reference.nowUs);
      if (reference.fired[i] === true || reference.nowUs - since < forUs || !isGuarded()) return;
      const acts = action === "rollback" || (action === "pause" && reference.status !== "paused");
      if (acts && acted) return;
      acted ||= acts;
      reference.fired[i] = true;
      if (action === "rollback") move(reference, "roll-back");
      else if (action === "investigate") reference.open = true;
      else if (acts) pauseFor(reference, null);
    });
  }
  const current = POLICY.phases[reference.phase];
  if (reference.status === "running" && current === undefined) {
    advance(reference);
  } else if (reference.status === "running" && current !== undefined && reference.ranForUs >= current.minDurationUs) {
    if (!tick.gates.includes("not enough data")) reference.dataWaived = false;
    const isOver = current.maxDurationUs !== null && reference.ranForUs - reference.maxFromUs >= current.maxDurationUs;
    const isUnmeasured = tick.gates.includes("not enough data") && !tick.gates.includes("no") && !reference.dataWaived;
    const otherwise = isOver ? current.onMaxDuration : isUnmeasured ? current.onNotEnoughData : "wait";
    if (tick.gates.every((holds) => holds === "yes")) {
      advance(reference);
    } else if (otherwise === "pause") {
      pauseFor(reference, isOver ? "max" : "data");
    } else if (otherwise === "rollback") {
      move(reference, "roll-back");
    }
  }
  if (reference.status === "rolling-back" && reference.stepsEnded === POLICY.rollback.steps.length) {
    reference.quietSinceUs = tick.quiet ? (reference.quietSinceUs ?? reference.nowUs) : null;
    const isVerified =
      reference.quietSinceUs !== null && reference.nowUs - reference.quietSinceUs >= POLICY.rollback.verifyUs;
    if (isVerified) move(reference, "verify");
    else if (reference.nowUs - reference.verifyingSinceUs >= POLICY.rollback.giveUpUs!) move(reference, "fail");
  }
}

/** Before the start, at time 0. */
export function createReference(): Reference {
  return {
    status: "idle",
    phase: -1,
    ranForUs: 0,
    nowUs: 0,
    holdsSinceUs: [null, null, null, null],
    fired: [false, false, false, false],
    stepsEnded: 0,
    failures: 0,
    quietSinceUs: null,
    verifyingSinceUs: 0,
    signedOff: new Set(),
    open: false,
    pausedFor: null,
    maxFromUs: 0,
    dataWaived: false,
  };
}

/** The step of the rollback under way ends. */
export function referenceStep(reference: Reference, fails: boolean): void {
  const { steps } = POLICY.rollback;
  if (reference.status !== "rolling-back" || reference.stepsEnded === steps.length) return;
  const tries = (steps[reference.stepsEnded]!.retries ?? 0) + 1;
  reference.failures = fails ? reference.failures + 1 : 0;
  if (!fails) reference.stepsEnded++;
  else if (reference.failures % tries === 0) move(reference, "fail");
  reference.verifyingSinceUs = reference.nowUs;
}
