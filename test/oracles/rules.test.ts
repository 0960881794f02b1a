/** Triggers and gates against what the requests themselves say at every tick: when each has to fire or pass, and never else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison, Condition, Policy, Trigger } from "../../src/engine/deployment/policy.ts";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import type { Decision, RunRecord } from "../../src/engine/result.ts";
import { rehearse } from "../../src/engine/stack.ts";
import { candidateFault, smallPlan, type PlanFacts } from "../plans/small-plan.ts";
import { PERCENT, QUICK_POLICY, gate, phase, trigger } from "../plans/small-policy.ts";
import { catchRequests, happeningsOf, holdsOn, type Happenings, type ServedRequest } from "./requests.ts";

const TICK_US = SECOND_US;
const rateLimit = fc.oneof(fc.nat(400_000), fc.constantFrom(0, 100_000, 200_000, 250_000, 500_000));
const latencyLimit = fc.integer({ min: 1, max: 400_000 });

/** Some metric, with a limit near what it comes to. */
const measured = fc.oneof(
  fc.tuple(
    fc.constantFrom("candidate.errorRate", "all.errorRate", "baseline.errorRate", "candidate.fallbackRate"),
    rateLimit,
  ),
  fc.tuple(fc.constantFrom("candidate.userErrorRate", "all.userErrorRate"), rateLimit),
  fc.tuple(
    fc.constantFrom("all.successRate", "candidate.successRate"),
    rateLimit.map((ppm) => 1_000_000 - ppm),
  ),
  fc.tuple(fc.constantFrom("candidate.latency.mean", "all.latency.p95", "candidate.latency.p99"), latencyLimit),
  fc.tuple(fc.constant("latency.delta"), fc.integer({ min: -200_000, max: 200_000 })),
);
const raw: fc.Arbitrary<Condition> = fc
  .record({
    of: measured,
    operator: fc.constantFrom<Comparison>(">", ">", ">=", "<", "<="),
    minSamples: fc.constantFrom(1, 1, 5, 20, 60),
    windowTicks: fc.constantFrom(null, 1, 2, 5, 9),
  })
  .map(({ of: [metric, limit], operator, minSamples, windowTicks }) => ({
    metric,
    limit,
    operator,
    minSamples,
    window: windowTicks === null ? { kind: "phase" } : { kind: "sliding", lengthUs: windowTicks * TICK_US },
  }));

const triggers: fc.Arbitrary<Trigger[]> = fc
  .array(
    fc.record({
      condition: raw,
      forUs: fc.constantFrom(0, 0, 1, 2_000_000, 3_500_000),
      action: fc.constantFrom("notify", "pause", "rollback"),
      phases: fc.constantFrom(null, null, ["P1"], ["P0", "P2"]),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((all) => all.map(({ condition, ...rest }, i) => ({ ...trigger(`t${i}`, "", 0), ...condition, ...rest })));

/** Gates that a good candidate passes sooner or later, and some of any kind. */
const gates = fc
  .array(
    fc.oneof(
      fc.record({
        limit: fc.constantFrom(150_000, 300_000, 600_000),
        minSamples: fc.constantFrom(1, 10, 40),
      }),
      raw,
    ),
    { maxLength: 3 },
  )
  .map((all) => all.map((one, i) => ({ ...gate("candidate.errorRate", "<", 0), ...one, name: `g${i}` })));

const policy: fc.Arbitrary<Policy> = fc
  .record({
    triggers,
    phases: fc.array(fc.record({ gates, minDurationUs: fc.constantFrom(1, 3_000_000, 4_200_000, 8_000_000) }), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map((random) => ({
    ...QUICK_POLICY,
    alerts: [],
    triggers: random.triggers,
    phases: random.phases.map((one, i) => phase(`P${i}`, [20, 50, 100][i]! * PERCENT, one.minDurationUs, one.gates)),
  }));

const latencies = fc.constantFrom(
  ...([
    [5, 250],
    [60, 250],
    [60, 2_500],
    [250, 2_500],
    // The same for all: attempts complete at the very microsecond of a tick, these at once and those a tick later.
    [250, 250],
    [1_000, 1_000],
  ] as const),
);
const version = fc
  .record({
    latency: latencies,
    errorPpm: fc.constantFrom(0, 20_000, 100_000, 250_000),
    declinePpm: fc.constantFrom(0, 0, 200_000),
  })
  .map(({ latency: [p50Ms, p95Ms], ...rest }) => ({ p50Ms, p95Ms, ...rest }));
const facts: fc.Arbitrary<PlanFacts> = fc.record({
  seed: fc.string({ maxLength: 3 }),
  perSecond: fc.constantFrom(4, 15, 40),
  users: fc.constantFrom(10, 200),
  arrivals: fc.constantFrom("constant", "poisson"),
  horizonUs: fc.constant(40 * SECOND_US),
  propagationUs: fc.constantFrom(0, 700_000),
  policy,
  baseline: version.map((one) => ({ ...one, declinePpm: 0 })),
  candidate: version,
  flags: fc.boolean().map((fallbackToV1OnError) => ({ ...smallPlan().flags, fallbackToV1OnError })),
  faults: fc.array(
    fc
      .record({ atUs: fc.nat(25_000_000), lastsUs: fc.integer({ min: 1, max: 15_000_000 }), errorPpm: rateLimit })
      .map(({ atUs, lastsUs, ...change }) => candidateFault(atUs, atUs + lastsUs, { ...change, latencyFactor: 3 })),
    { maxLength: 2 },
  ),
});

/** A run, and what its requests came to. */
function rehearseCaught(random: PlanFacts): { policy: Policy; record: RunRecord; happenings: Happenings } {
  const caught: ServedRequest[] = [];
  const plan = smallPlan(random);
  const record = rehearse(catchRequests(plan, caught), { check: true });
  return { policy: plan.policy, record, happenings: happeningsOf(caught, plan.flags.fallbackToV1OnError) };
}

const US = (ms: number): number => Math.round(ms * 1_000);

/** Whether the condition holds at a tick of a stay that began then. */
function holdsAt({ window, ...rest }: Condition, happenings: Happenings, enteredUs: number, tickUs: number): boolean {
  const fromUs = window.kind === "phase" ? enteredUs : Math.max(0, tickUs - window.lengthUs);
  return holdsOn({ window, ...rest }, happenings, fromUs, tickUs);
}

function decisionsAt({ decisions }: RunRecord, tickUs: number): Decision[] {
  return decisions.filter(({ atMs, by }) => US(atMs) === tickUs && by === "manager");
}

/** Every tick at which triggers and gates are looked at, with the stay in a phase that it belongs to. */
function guardedTicks({ phases, endedAtMs }: RunRecord): { tickUs: number; phase: string; enteredUs: number }[] {
  return phases.flatMap(({ name, enteredAtMs, leftAtMs, verdict }) => {
    const [enteredUs, leftUs] = [US(enteredAtMs), US(leftAtMs)];
    const first = Math.floor(enteredUs / TICK_US) + 1;
    // At the end of the run nothing is missed: its last tick is looked at like all others.
    const last = Math.floor((verdict === "held" ? Math.min(leftUs, US(endedAtMs)) : leftUs) / TICK_US);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({
      tickUs: (first + i) * TICK_US,
      phase: name,
      enteredUs,
    }));
  });
}

describe("triggers, by the requests themselves", () => {
  it("fire at the first tick at which their condition has held for long enough, and never without", () => {
    const fired = { notify: 0, pause: 0, rollback: 0 };
    let late = 0;
    const property = fc.property(facts, (random) => {
      const run = rehearseCaught(random);
      const heldSinceUs = run.policy.triggers.map(() => -1);
      const hasFired = run.policy.triggers.map(() => false);
      let seen = 0;
      for (const { tickUs, phase: name, enteredUs } of guardedTicks(run.record)) {
        const decisions = decisionsAt(run.record, tickUs);
        const firingOf = ({ name: own }: Trigger): Decision | undefined =>
          decisions.find(({ reason }) => reason.startsWith(`trigger ${own} fired`));
        const isFiring = (one: Trigger): boolean => firingOf(one) !== undefined;
        // What is paused already is not paused again: that is only said.
        const acting = run.policy.triggers.findIndex((one) => {
          const kind = firingOf(one)?.kind;
          return kind === "pause" || kind === "rollback";
        });
        run.policy.triggers.forEach((one, i) => {
          const isLookedAt = one.phases === null || one.phases.includes(name);
          if (!isLookedAt || !holdsAt(one, run.happenings, enteredUs, tickUs)) {
            expect(isFiring(one), `${one.name} at ${tickUs} without its condition`).toBe(false);
            heldSinceUs[i] = -1;
            hasFired[i] = false;
            return;
          }
          if (heldSinceUs[i]! < 0) heldSinceUs[i] = tickUs;
          const isDue = !hasFired[i] && tickUs - heldSinceUs[i]! >= one.forUs;
          // One acts at a tick, the first in the list, so a rollback waits for a pause; after a rollback nothing follows.
          const isAfter = acting >= 0 && acting < i;
          const isBarred = isAfter && [one.action, run.policy.triggers[acting]!.action].includes("rollback");
          if (isDue && isBarred) late++;
          expect(isFiring(one), `${one.name} at ${tickUs}`).toBe(isDue && !isBarred);
          if (!isFiring(one)) return;
          hasFired[i] = true;
          fired[one.action as "notify"]++;
          seen++;
        });
      }
      const said = run.record.decisions.filter(({ reason }) => reason.startsWith("trigger "));
      expect(said.length, "fired at no tick of a phase").toBe(seen);
    });
    fc.assert(property, { numRuns: 400, seed: 41 });
    expect(Math.min(fired.notify, fired.pause, fired.rollback)).toBeGreaterThan(20);
    expect(late).toBeGreaterThan(3);
  });
});

describe("gates, by the requests themselves", () => {
  it("pass at the first tick at which all hold after the minimum duration: never early, unmeasured or absent", () => {
    let passed = 0;
    let barred = 0;
    const property = fc.property(facts, (random) => {
      const run = rehearseCaught(random);
      let isStopped = false;
      for (const { tickUs, phase: name, enteredUs } of guardedTicks(run.record)) {
        const decisions = decisionsAt(run.record, tickUs);
        isStopped ||= decisions.some(({ kind }) => kind === "pause" || kind === "rollback");
        const { minDurationUs, gates: all } = run.policy.phases.find((one) => one.name === name)!;
        const hold = all.every((one) => holdsAt(one, run.happenings, enteredUs, tickUs));
        const isDue = tickUs - enteredUs >= minDurationUs;
        if (!isDue && hold) barred++;
        const passes = decisions.filter(({ kind }) => kind === "advance" || kind === "complete");
        expect(passes.length, `${name} at ${tickUs}`).toBe(hold && isDue && !isStopped ? 1 : 0);
        passed += passes.length;
      }
    });
    fc.assert(property, { numRuns: 200, seed: 42 });
    expect(passed).toBeGreaterThan(50);
    expect(barred).toBeGreaterThan(50);
  });
});
