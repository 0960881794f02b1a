import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { look } from "../../../test/plans/look.ts";
import { gate, phase, QUICK_POLICY, trigger } from "../../../test/plans/small-policy.ts";
import { SECOND_US } from "../kernel/units.ts";
import type { Evidence } from "../result.ts";
import { obey } from "./commands.ts";
import type { Effect } from "./effect.ts";
import { considerGates } from "./gates.ts";
import {
  TRANSITIONS,
  createManagerState,
  nextStatus,
  phaseClockUs,
  type ManagerState,
  type ManagerStatus,
} from "./manager-state.ts";
import type { OperatorCommand } from "./operator.ts";
import type { Phase, Policy } from "./policy.ts";
import { considerVerification, endRollbackStep } from "./rollback.ts";
import { considerTriggers, isLookedAt, triggersGuard } from "./triggers.ts";

type Holds = Evidence["holds"];

/** Every way of falling through, a `for`, a trigger that pauses, and one that is masked out in a phase. */
const GATES = [gate("all.successRate", ">=", 0), gate("candidate.errorRate", "<", 0)];
const changed = (name: string, change: Partial<Phase>): Phase => ({
  ...phase(name, 1, 3 * SECOND_US, GATES),
  ...change,
});
const POLICY: Policy = {
  ...QUICK_POLICY,
  phases: [
    changed("A", {}),
    changed("B", { maxDurationUs: 12 * SECOND_US, onMaxDuration: "pause" }),
    changed("C", { maxDurationUs: 15 * SECOND_US, onNotEnoughData: "pause" }),
    changed("D", { onNotEnoughData: "rollback", maxDurationUs: 9 * SECOND_US }),
  ],
  triggers: [
    trigger("slow", "latency.delta", 1, { action: "pause" }),
    trigger("errors", "candidate.errorRate", 1, { forUs: 4 * SECOND_US }),
    trigger("fallbacks", "candidate.fallbackRate", 1, { phases: ["B", "D"] }),
  ],
};

type Move =
  | { readonly do: "command"; readonly action: OperatorCommand["action"] }
  | {
      readonly do: "tick";
      readonly triggers: readonly Holds[];
      readonly gates: readonly Holds[];
      readonly quiet: boolean;
    }
  | { readonly do: "step" };

/** What happened, as a reader of the documents would keep it: no field of the manager's own state. */
interface Reference {
  status: ManagerStatus;
  phase: number;
  /** Time that the manager spent running in this stay. */
  ranForUs: number;
  nowUs: number;
  holdsSinceUs: (number | null)[];
  fired: boolean[];
  stepsEnded: number;
  quietSinceUs: number | null;
}

function move(reference: Reference, by: Parameters<typeof nextStatus>[1]): void {
  const listed = TRANSITIONS.filter(([from, movement]) => from === reference.status && movement === by);
  expect(listed.length, `${by} while ${reference.status}`).toBe(1);
  reference.status = listed[0]![2];
}

function enter(reference: Reference, index: number): void {
  reference.phase = index;
  reference.ranForUs = 0;
}

function referenceCommand(reference: Reference, action: OperatorCommand["action"]): "done" | "refused" {
  if (!TRANSITIONS.some(([from, by]) => from === reference.status && by === action.kind)) return "refused";
  const target = { start: 0, advance: reference.phase + 1, "go-back": reference.phase - 1 }[action.kind as "start"];
  if (target !== undefined && POLICY.phases[target] === undefined) return "refused";
  if (action.kind === "adjust" && action.target !== "triggers.errors") return "refused";
  move(reference, action.kind);
  if (target !== undefined) enter(reference, target);
  return "done";
}

function referenceTick(reference: Reference, tick: Extract<Move, { do: "tick" }>): void {
  const isGuarded = (): boolean => reference.status === "running" || reference.status === "paused";
  if (isGuarded()) {
    POLICY.triggers.forEach(({ forUs, action, phases }, i) => {
      const isMasked = phases !== null && !phases.includes(POLICY.phases[reference.phase]!.name);
      if (isMasked || tick.triggers[i] !== "yes") {
        reference.holdsSinceUs[i] = null;
        reference.fired[i] = false;
        return;
      }
      const since = (reference.holdsSinceUs[i] ??= reference.nowUs);
      if (reference.fired[i] === true || reference.nowUs - since < forUs || !isGuarded()) return;
      reference.fired[i] = true;
      if (action === "rollback") move(reference, "roll-back");
      else if (reference.status === "running") move(reference, "pause");
    });
  }
  const current = POLICY.phases[reference.phase];
  if (reference.status === "running" && current !== undefined && reference.ranForUs >= current.minDurationUs) {
    const isOver = current.maxDurationUs !== null && reference.ranForUs >= current.maxDurationUs;
    const isUnmeasured = tick.gates.includes("not enough data") && !tick.gates.includes("no");
    const otherwise = isOver ? current.onMaxDuration : isUnmeasured ? current.onNotEnoughData : "wait";
    if (tick.gates.every((holds) => holds === "yes")) {
      if (reference.phase === POLICY.phases.length - 1) move(reference, "complete");
      else enter(reference, reference.phase + 1);
    } else if (otherwise !== "wait") {
      move(reference, otherwise === "pause" ? "pause" : "roll-back");
    }
  }
  if (reference.status === "rolling-back" && reference.stepsEnded === POLICY.rollback.steps.length) {
    reference.quietSinceUs = tick.quiet ? (reference.quietSinceUs ?? reference.nowUs) : null;
    const isVerified =
      reference.quietSinceUs !== null && reference.nowUs - reference.quietSinceUs >= POLICY.rollback.verifyUs;
    if (isVerified) move(reference, "verify");
  }
}

/** The manager at a tick, in the order of the control plane. */
function tickManager(state: ManagerState, nowUs: number, tick: Extract<Move, { do: "tick" }>): Effect[] {
  const effects: Effect[] = [];
  if (triggersGuard(state)) {
    const looks = POLICY.triggers.map((one, i) =>
      isLookedAt(one, state, POLICY) ? look(one.name, tick.triggers[i]!) : null,
    );
    effects.push(...considerTriggers(state, POLICY, nowUs, looks));
  }
  effects.push(
    ...considerGates(
      state,
      POLICY,
      nowUs,
      GATES.map((one, i) => look(one.name, tick.gates[i]!)),
    ),
  );
  effects.push(...considerVerification(state, POLICY, nowUs, tick.quiet));
  return effects;
}

const holds = (yes: number, no: number): fc.Arbitrary<Holds> =>
  fc.oneof(
    { weight: yes, arbitrary: fc.constant<Holds>("yes") },
    { weight: no, arbitrary: fc.constant<Holds>("no") },
    { weight: 1, arbitrary: fc.constant<Holds>("not enough data") },
  );
const action: fc.Arbitrary<OperatorCommand["action"]> = fc.oneof(
  fc
    .constantFrom("start", "start", "pause", "resume", "resume", "advance", "go-back", "roll-back")
    .map((kind) => ({ kind })),
  fc.constantFrom("triggers.errors", "triggers.none").map((target) => ({ kind: "adjust" as const, target, limit: 7 })),
);
const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 1, arbitrary: action.map((one): Move => ({ do: "command", action: one })) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("tick" as const),
      triggers: fc.tuple(holds(1, 20), holds(3, 6), holds(1, 20)),
      gates: fc.tuple(holds(8, 1), holds(8, 1)),
      quiet: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Move>({ do: "step" }) },
);

/** What every move leaves behind, whatever it was. */
function expectAudited(effects: readonly Effect[], before: ManagerState, state: ManagerState): void {
  const entries = effects.filter((effect) => effect.kind === "decided" || effect.kind === "limit.adjusted");
  for (const entry of entries) expect([entry.by, entry.reason]).not.toContain("");
  if (state.status !== before.status || state.phase !== before.phase) expect(entries.length).toBeGreaterThan(0);
}

describe("the manager under any sequence of commands, ticks and times", () => {
  it("does what the list of transitions and the documents say, and writes all of it down", () => {
    const reached = new Set<ManagerStatus>();
    const started = { do: "command", action: { kind: "start" } } as const;
    const sequence = fc.array(fc.tuple(fc.nat(4), moves), { minLength: 10, maxLength: 60 });
    const property = fc.property(fc.boolean(), sequence, (startsFirst, random) => {
      const state = createManagerState(POLICY);
      const reference: Reference = {
        status: "idle",
        phase: -1,
        ranForUs: 0,
        nowUs: 0,
        holdsSinceUs: [null, null, null],
        fired: [false, false, false],
        stepsEnded: 0,
        quietSinceUs: null,
      };
      let openPhases = 0;
      let rollbacks = 0;
      const script = startsFirst ? [[0, started] as const, ...random] : random;
      for (const [seconds, next] of script) {
        reference.nowUs += seconds * SECOND_US;
        if (reference.status === "running") reference.ranForUs += seconds * SECOND_US;
        const { nowUs } = reference;
        const before = structuredClone(state);
        let effects: Effect[];
        if (next.do === "command") {
          effects = obey(state, POLICY, nowUs, { atUs: nowUs, by: "ann", reason: "why", action: next.action });
          const outcome = referenceCommand(reference, next.action);
          const own = effects.filter(
            (e) => (e.kind === "decided" || e.kind === "limit.adjusted") && e.by === "operator:ann",
          );
          expect(own).toHaveLength(1);
          expect(own[0]).toMatchObject({ reason: expect.stringContaining("why") });
          const isRefusal = effects.some((effect) => effect.kind === "decided" && effect.decision === "refused");
          expect(isRefusal).toBe(outcome === "refused");
          if (isRefusal) expect(state).toEqual(before);
          else if (next.action.kind !== "adjust") expect(state).not.toEqual(before);
        } else if (next.do === "tick") {
          effects = tickManager(state, nowUs, next);
          referenceTick(reference, next);
        } else {
          effects = endRollbackStep(state, POLICY, nowUs);
          if (reference.status === "rolling-back" && reference.stepsEnded < POLICY.rollback.steps.length)
            reference.stepsEnded++;
        }
        expect(state).toMatchObject({ status: reference.status, phase: reference.phase });
        if (state.status === "running" || state.status === "paused") {
          expect(phaseClockUs(state, nowUs)).toBe(reference.ranForUs);
        }
        expectAudited(effects, before, state);
        for (const effect of effects) {
          if (effect.kind === "phase.entered") expect(++openPhases).toBe(1);
          if (effect.kind === "phase.left") expect(--openPhases).toBe(0);
          if (effect.kind === "decided" && effect.decision === "rollback") expect(++rollbacks).toBe(1);
        }
        reached.add(state.status);
      }
    });
    fc.assert(property, { numRuns: 1_200, seed: 20 });
    expect([...reached].sort((a, b) => a.localeCompare(b))).toEqual([
      "completed",
      "idle",
      "paused",
      "rolled-back",
      "rolling-back",
      "running",
    ]);
  });
});

describe("the list of transitions", () => {
  it("has one next status for each status and movement, and no way out of an end", () => {
    const pairs = TRANSITIONS.map(([from, by]) => `${from} ${by}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    const ends: readonly ManagerStatus[] = ["rolled-back", "completed", "failed"];
    expect(TRANSITIONS.filter(([from]) => ends.includes(from))).toEqual([]);
  });

  it("answers null for what it does not list", () => {
    expect(nextStatus("idle", "start")).toBe("running");
    expect(nextStatus("idle", "pause")).toBeNull();
    expect(nextStatus("rolling-back", "roll-back")).toBeNull();
    expect(nextStatus("completed", "roll-back")).toBeNull();
    expect(nextStatus("rolling-back", "verify")).toBe("rolled-back");
  });

  it("lets triggers guard only where a rollback is listed", () => {
    for (const status of ["running", "paused"] as const) expect(nextStatus(status, "roll-back")).toBe("rolling-back");
  });
});

describe("a manager before its start", () => {
  it("has the limits of its policy, copied", () => {
    const state = createManagerState(POLICY);
    expect(state).toMatchObject({ status: "idle", phase: -1, rollback: null, triggerLimits: [1, 1, 1] });
    expect(state.gateLimits).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(state.fired).toEqual([0, 0, 0]);
    expect(phaseClockUs(state, 0)).toBe(0);
  });
});
