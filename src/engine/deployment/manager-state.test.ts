import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { look } from "../../../test/plans/look.ts";
import {
  GATES,
  POLICY,
  START_MS,
  createReference,
  referenceCommand,
  referenceStep,
  referenceTick,
  type Move,
} from "../../../test/deployment/reference-manager.ts";
import { STATUSES, listedTransitions } from "../../../test/deployment/listed-transitions.ts";
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
import { considerVerification, endRollbackStep } from "./rollback.ts";
import { considerTriggers, isLookedAt, triggersGuard } from "./triggers.ts";

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

type Holds = Evidence["holds"];

const holds = (yes: number, no: number): fc.Arbitrary<Holds> =>
  fc.oneof(
    { weight: yes, arbitrary: fc.constant<Holds>("yes") },
    { weight: no, arbitrary: fc.constant<Holds>("no") },
    { weight: 1, arbitrary: fc.constant<Holds>("not enough data") },
  );
const action: fc.Arbitrary<OperatorCommand["action"]> = fc.oneof(
  fc
    .constantFrom(
      "start",
      "start",
      "pause",
      "resume",
      "resume",
      "advance",
      "go-back",
      "roll-back",
      "approve",
      "approve",
      "approve",
      "reject",
      "review",
      "close-investigation",
      "close-investigation",
      "retry",
      "retry",
    )
    .map((kind) => ({ kind })),
  fc.constantFrom("triggers.errors", "triggers.none").map((target) => ({ kind: "adjust" as const, target, limit: 7 })),
);
const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(action, fc.constantFrom("ann", "ann", "bob", "eve"))
      .map(([one, by]): Move => ({ do: "command", action: one, by })),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("tick" as const),
      triggers: fc.tuple(holds(1, 20), holds(3, 6), holds(1, 20), holds(1, 30)),
      gates: fc.tuple(holds(8, 1), holds(8, 1)),
      quiet: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }).map((one): Move => ({ do: "step", fails: one === 0 })) },
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
    const first = (kind: "start" | "advance"): [number, Move] => [0, { do: "command", action: { kind }, by: "ann" }];
    const sequence = fc.array(fc.tuple(fc.nat(4), moves), { minLength: 10, maxLength: 60 });
    const property = fc.property(fc.nat(4), sequence, (stays, random) => {
      const terms = { seed: "1", rollbackFaults: [], calendarStartMs: START_MS };
      const state = createManagerState(POLICY, terms);
      const reference = createReference();
      let openPhases = 0;
      let rollbacks = 0;
      // Not started, or in one of the first phases from the beginning.
      const beginning = Array.from({ length: stays }, (_, i) => first(i === 0 ? "start" : "advance"));
      const script = [...beginning, ...random];
      for (const [seconds, next] of script) {
        reference.nowUs += seconds * SECOND_US;
        const runs = reference.status === "running" || reference.status === "awaiting-approval";
        if (runs) reference.ranForUs += seconds * SECOND_US;
        const { nowUs } = reference;
        const before = structuredClone(state);
        let effects: Effect[];
        if (next.do === "command") {
          const { action: asked, by } = next;
          effects = obey(state, POLICY, nowUs, { atUs: nowUs, by, reason: "why", action: asked });
          const outcome = referenceCommand(reference, asked, by);
          const own = effects.filter(
            (e) => (e.kind === "decided" || e.kind === "limit.adjusted") && e.by === `operator:${by}`,
          );
          expect(own).toHaveLength(1);
          expect(own[0]).toMatchObject({ reason: expect.stringContaining("why") });
          const isRefusal = effects.some((effect) => effect.kind === "decided" && effect.decision === "refused");
          expect(isRefusal).toBe(outcome === "refused");
          if (isRefusal) expect(state).toEqual(before);
          else if (asked.kind === "review") expect(state).toEqual(before);
          else if (asked.kind !== "adjust") expect(state).not.toEqual(before);
        } else if (next.do === "tick") {
          effects = tickManager(state, nowUs, next);
          referenceTick(reference, next);
        } else {
          // The chance of a failure is the test's here.
          if (reference.status === "rolling-back" && next.fails) state.rollback!.failing = 1;
          else if (reference.status === "rolling-back") delete state.rollback!.failing;
          referenceStep(reference, next.fails);
          effects = endRollbackStep(state, POLICY, nowUs);
        }
        expect(state).toMatchObject({ status: reference.status, phase: reference.phase });
        if (state.phase >= 0 && (runs || state.status === "paused") && state.status !== "rolling-back") {
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
    fc.assert(property, { numRuns: 2_000, seed: 20 });
    expect([...reached].sort((a, b) => a.localeCompare(b))).toEqual([
      "awaiting-approval",
      "completed",
      "failed",
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
    expect(TRANSITIONS.filter(([from]) => from === "rolled-back")).toEqual([]);
    expect(TRANSITIONS.filter(([from]) => from === "completed")).toEqual([["completed", "undo", "rolling-back"]]);
    expect(TRANSITIONS.filter(([from]) => from === "failed")).toEqual([["failed", "retry", "rolling-back"]]);
  });

  it("is the one that the documents give, row by row", () => {
    const rows = TRANSITIONS.map((row) => row.join(" "));
    expect(rows.toSorted()).toEqual(listedTransitions().toSorted());
  });

  it("answers null for what it does not list", () => {
    expect(nextStatus("idle", "start")).toBe("running");
    expect(nextStatus("idle", "pause")).toBeNull();
    expect(nextStatus("rolling-back", "roll-back")).toBeNull();
    expect(nextStatus("completed", "roll-back")).toBeNull();
    expect(nextStatus("rolling-back", "verify")).toBe("rolled-back");
  });

  it("lets triggers guard only where a rollback is listed", () => {
    for (const status of STATUSES) {
      const guards = triggersGuard({ ...createManagerState(POLICY), status });
      expect(nextStatus(status, "roll-back"), status).toBe(guards ? "rolling-back" : null);
    }
  });
});

describe("a manager before its start", () => {
  it("has the limits of its policy, copied", () => {
    const state = createManagerState(POLICY);
    expect(state).toMatchObject({ status: "idle", phase: -1, rollback: null, triggerLimits: [1, 1, 1, 1] });
    expect(state.gateLimits).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(state.fired).toEqual([0, 0, 0, 0]);
    expect(phaseClockUs(state, 0)).toBe(0);
  });
});
