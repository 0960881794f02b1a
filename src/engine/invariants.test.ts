import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY } from "../../test/plans/small-policy.ts";
import { look } from "../../test/plans/look.ts";
import { begin, stepOnce, stepTo, type Stepping } from "../../test/plans/stepping.ts";
import { checkInvariants, createInvariantMemory } from "./invariants.ts";
import { isListedMove, STATUSES } from "../../test/deployment/listed-transitions.ts";
import { InvariantError } from "./kernel/assert.ts";
import { SECOND_US } from "./kernel/units.ts";
import {
  ARRIVED,
  ARRIVED_CANDIDATE,
  ATTEMPTS,
  DECLINES,
  ERRORS,
  FAILED,
  FALLBACKS,
  HARMED,
  REQUESTS,
  SAVED,
  SLOWED,
  USERS_EXPOSED,
  USER_FAILURES,
  VERSION_COUNTERS,
} from "./monitor/counters.ts";
import type { Decision } from "./result.ts";
import { createRoutedCount } from "./routing-watch.ts";

/** At 20 s: TESTING, 10 % on the candidate, requests in flight, an operator's pause before it. */
function midway(): Stepping {
  const operator = [
    { atUs: 12 * SECOND_US, by: "ann", reason: "why", action: { kind: "pause" } },
    { atUs: 15 * SECOND_US, by: "ann", reason: "why", action: { kind: "resume" } },
  ] as const;
  const candidate = { errorPpm: 15_000, declinePpm: 15_000 };
  return stepTo(begin(smallPlan({ candidate, operator, seed: "3" })), 20 * SECOND_US);
}

/** Right after the router has seen the way back from a failing candidate. */
function reverted(): Stepping {
  const faults = [candidateFault(15 * SECOND_US, 60 * SECOND_US, { errorPpm: 500_000 })];
  const stepping = stepTo(begin(smallPlan({ faults })), 16 * SECOND_US);
  while ((stepping.state.manager.rollback?.revertedAtUs ?? -1) < 0) stepOnce(stepping);
  return stepping;
}

function check({ stack, state, memory }: Stepping): void {
  checkInvariants(stack.ready, state, memory);
}

function decide(stepping: Stepping, change: Partial<Decision>): void {
  const { state } = stepping;
  const atMs = state.kernel.nowUs / 1_000;
  const plain: Decision = {
    sequence: state.decisions.length,
    atMs,
    phase: "TESTING",
    kind: "notify",
    by: "manager",
    reason: "why",
    evidence: null,
    looked: [],
  };
  state.decisions.push({ ...plain, ...change });
}

/** A corruption, and what is said of it. */
type Corruption = readonly [says: string, corrupt: (stepping: Stepping) => void];

function expectComplaint(stepping: Stepping, [says, corrupt]: Corruption): void {
  expect(() => check(stepping), "sound before").not.toThrow();
  corrupt(stepping);
  expect(() => check(stepping)).toThrow(InvariantError);
  expect(() => check(stepping)).toThrow(says);
}

const CANDIDATE = VERSION_COUNTERS;

function set(counter: number, to: (counters: Float64Array) => number): (stepping: Stepping) => void {
  return ({ state: { recording } }) => void (recording.counters[counter] = to(recording.counters));
}
const above =
  (other: number, by = 1) =>
  (counters: Float64Array): number =>
    counters[other]! + by;

describe("requests and counters", () => {
  const corruptions: readonly Corruption[] = [
    ["time went back", ({ memory, state }) => void (memory.nowUs = state.kernel.nowUs + 1)],
    ["are accounted for", set(ARRIVED, above(ARRIVED))],
    ["requests of version 0", ({ memory }) => void memory.watched.requests++],
    ["requests of version 1", ({ memory }) => void (memory.watched.requests++, memory.watched.candidate++)],
    ["requests routed to the candidate are miscounted", set(ARRIVED_CANDIDATE, above(ARRIVED_CANDIDATE))],
    ["users fail", set(FAILED, above(FAILED))],
    ["users fail", set(USER_FAILURES, above(USER_FAILURES))],
    ["requests of version 0", set(REQUESTS, above(REQUESTS))],
    ["requests of version 1", set(CANDIDATE + REQUESTS, above(CANDIDATE + REQUESTS))],
    ["in flight", ({ state }) => void state.recording.inFlight.count--],
    ["more errors than attempts", set(ERRORS, above(ATTEMPTS))],
    ["more errors than attempts", set(CANDIDATE + ERRORS, above(CANDIDATE + ATTEMPTS))],
    ["more failed users than requests", set(USER_FAILURES, above(REQUESTS))],
    ["more failed users than requests", set(CANDIDATE + USER_FAILURES, above(CANDIDATE + REQUESTS))],
    ["more declines than requests", set(CANDIDATE + DECLINES, above(CANDIDATE + REQUESTS))],
    ["more fallbacks than requests", set(CANDIDATE + FALLBACKS, above(CANDIDATE + REQUESTS))],
    ["fallbacks of one version are not those of the other", set(FALLBACKS, above(FALLBACKS))],
    ["fallbacks of one version are not those of the other", set(CANDIDATE + FALLBACKS, above(FALLBACKS))],
    ["more harmed than failed", set(HARMED, above(FAILED))],
    ["more saved and harmed than routed", set(SAVED, above(ARRIVED_CANDIDATE))],
    ["more slowed than routed to the candidate", set(SLOWED, above(ARRIVED_CANDIDATE))],
    [`counter ${ERRORS} went back`, set(ERRORS, above(ERRORS, -1))],
    [`counter ${SAVED} went back`, set(SAVED, above(SAVED, -1))],
  ];
  it.each(corruptions)("%s", (...corruption) => expectComplaint(midway(), corruption));
});

describe("exposure", () => {
  /** Keys are looked at when the router's share is another than the largest one, and at the end. */
  const atEnd =
    (corrupt: (stepping: Stepping) => void) =>
    (stepping: Stepping): void => {
      stepping.state.ending = "over";
      corrupt(stepping);
    };
  const isBeyond =
    ({ state }: Stepping) =>
    (bucket: number, key: number): boolean =>
      bucket >= state.router.threshold && state.recording.exposed[key] === 0;
  const corruptions: readonly Corruption[] = [
    ["exposed users are miscounted", atEnd(set(USERS_EXPOSED, above(USERS_EXPOSED)))],
    [
      "exposed users are miscounted",
      atEnd(({ stack, state: { recording, router } }) => {
        recording.exposed[
          stack.ready.plane.buckets.findIndex((b, key) => b < router.threshold && recording.exposed[key] === 1)
        ] = 0;
      }),
    ],
    [
      "a key was routed beyond the share",
      atEnd((stepping) => {
        const { stack, state } = stepping;
        state.recording.exposed[stack.ready.plane.buckets.findIndex(isBeyond(stepping))] = 1;
      }),
    ],
    [
      "a key was routed beyond the share",
      atEnd(({ memory }) => {
        // They were within the share, but not within the one that the router knew when they came.
        memory.exposure.keys.fill(0);
        memory.threshold /= 2;
      }),
    ],
    ["an exposed user was forgotten", atEnd(({ memory }) => void memory.exposure.keys.fill(1))],
    [
      "a key was routed beyond the share",
      (stepping) => {
        const { stack, state } = stepping;
        state.recording.exposed[stack.ready.plane.buckets.findIndex(isBeyond(stepping))] = 1;
        state.router = { ...state.router, threshold: state.router.threshold + 1 };
      },
    ],
  ];
  it.each(corruptions)("%s", (...corruption) => expectComplaint(midway(), corruption));

  it("is sound where the share before the start is above 0", () => {
    const flags = { ...smallPlan().flags, useOptimizedAnalytics: true, rolloutPpm: 50 * PERCENT };
    const operator = [{ atUs: 9 * SECOND_US, by: "ann", reason: "why", action: { kind: "start" } }] as const;
    const stepping = begin(smallPlan({ flags, operator }));
    expect(() => stepTo(stepping, 15 * SECOND_US)).not.toThrow();
  });
});

describe("statuses and decisions", () => {
  const passed = look("candidate.errorRate", "yes");
  const success = look("all.successRate", "yes", { metric: "all.successRate", operator: ">=" });
  const looked = [success, passed];
  /** As if the state were the first after CANARY was left. */
  const leave = (stepping: Stepping, change: Partial<Decision> = {}): void => {
    stepping.memory.phase = 0;
    stepping.memory.pausedForUs = 0;
    decide(stepping, { kind: "advance", evidence: passed, looked, ...change });
  };
  const corruptions: readonly Corruption[] = [
    ["the manager went from running to idle", ({ state }) => void (state.manager.status = "idle")],
    ["the manager went from running to rolled-back", ({ state }) => void (state.manager.status = "rolled-back")],
    ["a notify without who or why", (stepping) => decide(stepping, { by: "" })],
    ["a notify without who or why", (stepping) => decide(stepping, { reason: "" })],
    ["a notify at another time", (stepping) => decide(stepping, { atMs: 19_999.999 })],
    [
      "gate candidate.errorRate did not pass",
      (stepping) => leave(stepping, { looked: [success, { ...passed, holds: "no" }] }),
    ],
    [
      "gate candidate.errorRate did not pass",
      (stepping) => leave(stepping, { looked: [success, { ...passed, value: null }] }),
    ],
    [
      "gate candidate.errorRate passed without its samples",
      (stepping) => leave(stepping, { looked: [success, { ...passed, samples: 99 }] }),
    ],
    ["gate all.successRate of CANARY was not looked at", (stepping) => leave(stepping, { looked: [passed] })],
    ["gate all.successRate of CANARY was not looked at", (stepping) => leave(stepping, { looked: [] })],
    [
      "gate candidate.errorRate of CANARY was looked at 2 times",
      (stepping) => leave(stepping, { looked: [...looked, passed] }),
    ],
    [
      "a gate was looked at that CANARY does not have",
      (stepping) => leave(stepping, { looked: [...looked, look("other", "yes")] }),
    ],
    ...[{ minSamples: 1 }, { metric: "all.errorRate" }, { operator: ">" as const }].map((change): Corruption => [
      "gate candidate.errorRate of CANARY was looked at as another",
      (stepping) => leave(stepping, { looked: [success, { ...passed, ...change }] }),
    ]),
    ["gates of no phase passed", (stepping) => leave(stepping, { phase: "DISABLED" })],
    [
      "an advance without a phase",
      (stepping) => {
        stepping.state.phases.length = 0;
        leave(stepping);
      },
    ],
    [
      "CANARY was left before its minimum duration",
      (stepping) => {
        const { phases } = stepping.state;
        phases[0] = { ...phases[0]!, leftAtMs: 9_999.999 };
        leave(stepping);
      },
    ],
    [
      "CANARY was left before its minimum duration",
      (stepping) => {
        leave(stepping);
        stepping.memory.pausedForUs = 1;
      },
    ],
    ["a phase was said to be left that was not", (stepping) => decide(stepping, { kind: "advance", looked })],
    ["a phase was said to be left that was not", (stepping) => decide(stepping, { kind: "override" })],
    ["phase 1 was entered by 0 decisions", ({ memory }) => void (memory.phase = 0)],
    ["phase -1 was left for phase 1", ({ memory }) => void (memory.phase = -1)],
    [
      "phase 1 was entered by 2 decisions",
      (stepping) => {
        leave(stepping);
        leave(stepping);
      },
    ],
    ...[{ kind: "advance" as const }, { kind: "override" as const, by: "manager" }].map((change): Corruption => [
      "the manager went back by itself",
      (stepping) => {
        leave(stepping, change);
        stepping.memory.phase = 2;
      },
    ]),
    ["a phase's clock is negative", ({ state }) => void (state.manager.pausedForUs = 10 * SECOND_US + 1)],
  ];
  it.each(corruptions)("%s", (...corruption) => expectComplaint(midway(), corruption));

  it("of a phase that is left as it should be, by the manager or a person, are sound", () => {
    for (const change of [{}, { kind: "override", by: "operator:ann", looked: [] }] as const) {
      const stepping = midway();
      leave(stepping, change);
      expect(() => check(stepping)).not.toThrow();
    }
  });

  it("between any two statuses are sound just where the documents list one", () => {
    for (const from of STATUSES) {
      for (const to of STATUSES) {
        const stepping = midway();
        stepping.memory.status = from;
        stepping.state.manager.status = to;
        const says = `the manager went from ${from} to ${to}`;
        if (from === to || isListedMove(from, to)) expect(() => check(stepping), says).not.toThrow();
        else expect(() => check(stepping)).toThrow(says);
      }
    }
  });
});

describe("rollbacks", () => {
  const evidence = look("error-rate", "yes", { operator: ">", value: 0.3, limit: 0.1 });
  const anew = (stepping: Stepping, change: Partial<Decision>): void => {
    stepping.memory.rollbacks = 0;
    decide(stepping, { kind: "rollback", evidence, looked: [evidence], ...change });
  };
  const corruptions: readonly Corruption[] = [
    ["a second rollback", (stepping) => decide(stepping, { kind: "rollback", evidence, looked: [evidence] })],
    ["a rollback without evidence", (stepping) => anew(stepping, { evidence: null })],
    ["error-rate is not the rule that held", (stepping) => anew(stepping, { evidence: { ...evidence, rule: "slow" } })],
    [
      "trigger error-rate fired without its samples",
      (stepping) => anew(stepping, { evidence: { ...evidence, samples: 99 } }),
    ],
    [
      "trigger error-rate fired without its samples",
      (stepping) => anew(stepping, { evidence: { ...evidence, value: null } }),
    ],
    [
      "error-rate fired though it did not hold",
      (stepping) => anew(stepping, { evidence: { ...evidence, holds: "no" } }),
    ],
    [
      "a request reached the candidate after the rollback",
      ({ memory, state: { recording } }) => {
        memory.watched.requests++;
        memory.watched.candidate++;
        for (const counter of [ARRIVED, ARRIVED_CANDIDATE, CANDIDATE + REQUESTS]) recording.counters[counter]!++;
      },
    ],
  ];
  it.each(corruptions)("%s", (...corruption) => {
    // Complaints that look at a decision count it once: a state is checked once after it was corrupted.
    const stepping = reverted();
    const [says, corrupt] = corruption;
    expect(() => check(stepping)).not.toThrow();
    corrupt(stepping);
    expect(() => check(stepping)).toThrow(says);
  });

  it("by an operator, or for want of time or data, are sound", () => {
    for (const [cause, change] of [
      ["operator:ann", { by: "operator:ann", evidence: null, looked: [] }],
      ["max-duration", { evidence: look("errors", "no") }],
      ["not-enough-data", { evidence: look("errors", "not enough data") }],
      ["error-rate", {}],
    ] as const) {
      const stepping = reverted();
      stepping.state.manager.rollback = { ...stepping.state.manager.rollback!, cause };
      anew(stepping, change);
      expect(() => check(stepping), cause).not.toThrow();
    }
  });
});

describe("the memory", () => {
  it("begins with nothing, and keeps what was checked once from being checked again", () => {
    const stepping = midway();
    const fresh = createInvariantMemory(createRoutedCount());
    expect(fresh).toMatchObject({ nowUs: 0, status: "idle", decisions: 0, revertedCandidateRequests: -1 });
    expect(stepping.memory).toMatchObject({
      nowUs: 20 * SECOND_US,
      status: "running",
      decisions: stepping.state.decisions.length,
      pausedForUs: 3 * SECOND_US,
    });
    expect(QUICK_POLICY.phases[1]!.name).toBe("TESTING");
  });
});
