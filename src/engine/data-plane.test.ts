import { describe, expect, it } from "vitest";
import { SAFE_FLAGS } from "./flags/feature-flags.ts";
import {
  ARRIVED,
  ARRIVED_CANDIDATE,
  CANDIDATE,
  DECLINES,
  HARMED,
  REQUESTS,
  versionOffset,
} from "./monitor/counters.ts";
import { advanceDataPlane } from "./data-plane.ts";
import type { Fault } from "./service/fault.ts";
import type { VersionModel } from "./service/version-model.ts";
import { readyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";
import { startStack } from "./stack.ts";
import { createStackModel } from "./control-plane.ts";
import { createSyntheticWorld } from "./traffic/synthetic-world.ts";

const SECOND = 1_000_000;
const steady: VersionModel = {
  latency: { kind: "constant", us: 200_000 },
  errors: { kind: "own", ppm: 0 },
  declinePpm: 0,
  routes: {},
};
const failing: Fault = {
  name: "candidate fails",
  version: "candidate",
  atUs: 0,
  untilUs: 100 * SECOND,
  errorPpm: 1_000_000,
  declinePpm: 0,
  latencyFactor: 1,
  latencyAddUs: 0,
  failsHealth: false,
  route: null,
};

function prepare(faults: readonly Fault[]) {
  const traffic = {
    arrivals: { kind: "constant", perSecond: 100 } as const,
    users: { population: 100 },
    routes: [{ name: "/", weight: 1 }],
  };
  const ready = readyPlan({
    scenario: "data plane",
    seed: "1",
    horizonUs: 1000 * SECOND,
    policy: {
      name: "none",
      description: "",
      tickUs: SECOND,
      disabledName: "DISABLED",
      phases: [],
      triggers: [],
      alerts: [],
      rollback: { steps: [], verifyUs: 0 },
      health: { pollUs: SECOND, failures: 3 },
    },
    flags: { ...SAFE_FLAGS, useOptimizedAnalytics: true, rolloutPpm: 1_000_000, fallbackToV1OnError: false },
    pinnedFlags: {},
    propagationUs: 0,
    faults,
    operator: [],
    slowed: { factor: 2, addUs: 100_000 },
    world: createSyntheticWorld({ traffic, baseline: steady, candidate: steady }, "1"),
  });
  const state = startStack({ ready, model: createStackModel(ready) });
  return { ready, state };
}

const counter = (state: StackState, index: number): number => state.recording.counters[index] ?? -1;

describe("data plane", () => {
  it("is half-open: what arrives or completes at the very end belongs to what comes next", () => {
    const { ready, state } = prepare([]);
    // Arrivals every 10 ms from 0; each completes 200 ms later.
    advanceDataPlane(ready.plane, state, 200_000);
    expect([counter(state, ARRIVED), counter(state, versionOffset(CANDIDATE) + REQUESTS)]).toEqual([20, 0]);
    advanceDataPlane(ready.plane, state, 200_001);
    expect([counter(state, ARRIVED), counter(state, versionOffset(CANDIDATE) + REQUESTS)]).toEqual([21, 1]);
  });

  it("applies a fault only while it is active", () => {
    const { ready, state } = prepare([failing]);
    advanceDataPlane(ready.plane, state, SECOND);
    expect(counter(state, HARMED)).toBe(0);
    state.activeFaults[0] = 1;
    advanceDataPlane(ready.plane, state, 2 * SECOND);
    expect(counter(state, HARMED)).toBe(100);
    state.activeFaults[0] = 0;
    advanceDataPlane(ready.plane, state, 3 * SECOND);
    expect([counter(state, HARMED), counter(state, ARRIVED_CANDIDATE)]).toEqual([100, 300]);
  });

  it("makes an unhealthy candidate decline everything", () => {
    const { ready, state } = prepare([]);
    state.health[CANDIDATE].ok = false;
    advanceDataPlane(ready.plane, state, SECOND);
    expect(counter(state, versionOffset(CANDIDATE) + DECLINES)).toBe(100);
  });
});
