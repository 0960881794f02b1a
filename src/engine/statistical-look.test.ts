import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CLOCKWORK, candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY, gate, phase, trigger } from "../../test/plans/small-policy.ts";
import { handMadeSpan } from "../../test/plans/span.ts";
import { begin, stepTo } from "../../test/plans/stepping.ts";
import type { Condition, Policy, RuleBound, Trigger } from "./deployment/policy.ts";
import { SECOND_US } from "./kernel/units.ts";
import { lookAtTriggers } from "./looking.ts";
import { ATTEMPTS, CANDIDATE, ERRORS, limitCounter, VERSION_COUNTERS } from "./monitor/counters.ts";
import type { Span } from "./monitor/measure.ts";
import { lookAt, readyRules } from "./rules.ts";
import { rehearse } from "./stack.ts";
import { clopperPearsonBounds } from "./statistics/rate-bounds.ts";

const SURE: RuleBound = { method: "clopper-pearson", confidencePpm: 950_000 };

function policyOf(change: Partial<Policy>): Policy {
  return { ...QUICK_POLICY, triggers: [], alerts: [], ...change };
}

/** What a trigger with this condition sees of a span. */
function seen(condition: Partial<Trigger> & Pick<Condition, "metric" | "limit">, span: Span) {
  const rules = readyRules(
    policyOf({ triggers: [trigger("rule", condition.metric, condition.limit, { minSamples: 1, ...condition })] }),
    [],
  );
  return lookAt(rules.triggers[0]!, condition.limit, span, rules.limitsUs);
}

function candidateSpan(attempts: number, errors: number, change: { readonly above?: number } = {}): Span {
  const counters = { [VERSION_COUNTERS + ATTEMPTS]: attempts, [VERSION_COUNTERS + ERRORS]: errors };
  if (change.above === undefined) return handMadeSpan({ fromUs: 0, toUs: 1, counters });
  const above = { ...counters, [limitCounter(0, CANDIDATE)]: change.above };
  const latenciesUs = [[], Array<number>(attempts).fill(1_000)] as const;
  return handMadeSpan({ fromUs: 0, toUs: 1, counters: above, limits: 1, latenciesUs });
}

describe("a rule with a bound", () => {
  it("holds, does not, or has not enough data, and says between what", () => {
    const at = (attempts: number, errors: number) =>
      seen(
        { metric: "candidate.errorRate", operator: "<", limit: 20_000, bound: SURE },
        candidateSpan(attempts, errors),
      );
    expect(at(149, 0)).toMatchObject({ holds: "yes", value: 0, samples: 149, limit: 0.02 });
    expect(at(148, 0)).toMatchObject({ holds: "not enough data", value: 0 });
    expect(at(100, 8)).toMatchObject({ holds: "no", value: 0.08 });
    const ends = clopperPearsonBounds(8, 100, 0.95);
    expect(at(100, 8).statistic).toEqual({
      kind: "bound",
      method: "clopper-pearson",
      confidence: 0.95,
      ...ends,
      shareAllowed: null,
    });
    expect(at(0, 0)).toMatchObject({ holds: "not enough data", value: null });
  });

  it("needs its minimum of samples besides", () => {
    const condition = { metric: "candidate.errorRate", operator: "<", limit: 20_000, bound: SURE } as const;
    expect(seen({ ...condition, minSamples: 150 }, candidateSpan(149, 0))).toMatchObject({ holds: "not enough data" });
  });

  it("on a quantile is one on the share of attempts above the limit", () => {
    const at = (operator: "<" | ">", attempts: number, above: number) =>
      seen(
        { metric: "candidate.latency.p95", operator, limit: 5_000, bound: SURE },
        candidateSpan(attempts, 0, { above }),
      );
    // 59 of 59 below: the upper end of the share above is 1 - 0.05^(1/59) = 4.95 %.
    expect(at("<", 59, 0)).toMatchObject({ holds: "yes", statistic: { shareAllowed: 0.05, low: 0 } });
    expect(at("<", 58, 0)).toMatchObject({ holds: "not enough data" });
    expect(at("<", 59, 20)).toMatchObject({ holds: "no" });
    expect(at(">", 59, 20)).toMatchObject({ holds: "yes" });
    expect(at(">", 59, 0)).toMatchObject({ holds: "no" });
  });

  it("as a gate never lets a phase go before the data prove it, at any tick", () => {
    let advanced = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), fc.constantFrom(0, 8_000, 30_000), (seed, errorPpm) => {
        const first = phase("A", 300_000, 2 * SECOND_US, [
          gate("candidate.errorRate", "<", 20_000, { bound: SURE, minSamples: 1 }),
        ]);
        const policy = policyOf({ phases: [first, phase("B", 500_000, 100 * SECOND_US, [])] });
        const candidate = { p50Ms: 5, p95Ms: 5, errorPpm };
        const record = rehearse(
          smallPlan({ seed: String(seed), policy, candidate, perSecond: 60, users: 300, horizonUs: 40 * SECOND_US }),
          { check: true },
        );
        const advance = record.decisions.find((one) => one.kind === "advance");
        if (advance === undefined) return;
        advanced++;
        const { samples, value } = advance.evidence!;
        expect(clopperPearsonBounds(Math.round(value! * samples), samples, 0.95).high).toBeLessThan(0.02);
        expect(samples).toBeGreaterThanOrEqual(149);
        const { candidate: counted } = record.phases[0]!;
        expect([samples, Math.round(value! * samples)]).toEqual([counted.requests, counted.errors]);
      }),
      { numRuns: 25, seed: 2 },
    );
    expect(advanced).toBeGreaterThan(5);
  });
});

describe("a comparison of the versions", () => {
  const slow = Array.from({ length: 100 }, (_, i) => 50_000 + 100 * i);
  const span = handMadeSpan({
    fromUs: 0,
    toUs: 1,
    counters: { [ATTEMPTS]: 100, [VERSION_COUNTERS + ATTEMPTS]: 100, [VERSION_COUNTERS + ERRORS]: 12 },
    latenciesUs: [slow.map((us) => us - 20_000), slow],
  });

  it("is bounded by its own interval", () => {
    const shift = (limit: number, bound?: RuleBound) =>
      seen({ metric: "latency.shift", limit, operator: ">", ...(bound === undefined ? {} : { bound }) }, span).holds;
    const sure: RuleBound = { method: "hodges-lehmann", confidencePpm: 990_000 };
    expect([shift(15_000), shift(15_000, sure), shift(19_900), shift(19_900, sure), shift(25_000, sure)]).toEqual([
      "yes",
      "yes",
      "yes",
      "not enough data",
      "no",
    ]);
    const confidences = [undefined, sure].map((bound) => {
      const asked = bound === undefined ? {} : { bound };
      const { statistic } = seen({ metric: "latency.shift", limit: 0, ...asked }, span);
      return statistic?.kind === "ranks" ? statistic.confidence : null;
    });
    expect(confidences).toEqual([0.95, 0.99]);
    const delta = (limit: number) =>
      seen({ metric: "errorRate.delta", limit, bound: { method: "newcombe", confidencePpm: 950_000 } }, span).holds;
    expect([delta(50_000), delta(100_000), delta(300_000)]).toEqual(["yes", "not enough data", "no"]);
  });

  it("decides nothing where keys are not split as configured, and says why; the split itself does", () => {
    const split = { unit: "key" as const, keys: 1_000, candidateKeys: 800, sharePpm: 500_000 };
    const broken = { ...span, split };
    for (const metric of ["latency.mannWhitney", "latency.delta", "errorRate.delta"]) {
      const operator = metric === "latency.mannWhitney" ? "<" : ">";
      expect(seen({ metric, operator, limit: 1_000 }, broken), metric).toMatchObject({
        holds: "not enough data",
        invalid: "keys are not split as configured",
      });
      expect(
        seen({ metric, operator, limit: 1_000 }, { ...span, split: { ...split, candidateKeys: 505 } }),
      ).not.toHaveProperty("invalid");
    }
    expect(seen({ metric: "split.mismatch", operator: "<", limit: 1_000 }, broken)).toMatchObject({ holds: "yes" });
    expect(seen({ metric: "candidate.errorRate", limit: 1_000 }, broken), "no comparison").toMatchObject({
      holds: "yes",
    });
  });
});

describe("a rule over two windows", () => {
  const burning = trigger("burn", "candidate.userErrorRate", 14_400, {
    window: { kind: "sliding", lengthUs: 10 * SECOND_US },
    alsoOverUs: 2 * SECOND_US,
    objectivePpm: 999_000,
    minSamples: 20,
    action: "notify",
  });
  /** A tenth of the attempts of the second half of 10 s fail; there is no fallback. */
  const plan = smallPlan({
    ...CLOCKWORK,
    policy: policyOf({ triggers: [burning], phases: [phase("A", 500_000, 100 * SECOND_US, [])] }),
    flags: { ...smallPlan().flags, fallbackToV1OnError: false },
    faults: [candidateFault(10 * SECOND_US, 15 * SECOND_US, { errorPpm: 100_000 })],
    propagationUs: 0,
    horizonUs: 40 * SECOND_US,
  });

  it("holds only where it holds over both: it begins with the long one, and ends with the short one", () => {
    const stepping = begin(plan);
    const holds = Array.from({ length: 22 }, (_, i) => {
      stepTo(stepping, (i + 5) * SECOND_US);
      return lookAtTriggers(stepping.stack.ready, stepping.state)[0]!;
    });
    const at = (second: number) => holds[second - 5]!;
    expect(at(10)).toMatchObject({ holds: "no", statistic: { holds: "no" } });
    expect(at(11).statistic, "the last 2 s burn at 50, the last 10 s at 10").toMatchObject({ holds: "yes" });
    expect(at(11).holds).toBe("no");
    expect(at(13)).toMatchObject({ holds: "yes", limit: 0.0144, windowMs: 10_000 });
    const { statistic } = at(13);
    expect(statistic).toMatchObject({ kind: "two-windows", windowMs: 2_000, burn: { objective: 0.999, limit: 14.4 } });
    expect(statistic!.kind === "two-windows" && statistic!.burn!.short).toBeGreaterThan(50);
    expect(at(16).holds).toBe("yes");
    expect(at(18), "the long window still burns, the short one has stopped").toMatchObject({ holds: "no" });
    expect(at(18).value).toBeGreaterThan(0.0144);
  });

  it("has not enough data where one of them has not", () => {
    const few = { ...burning, minSamples: 1_500 };
    const stepping = begin({ ...plan, policy: policyOf({ triggers: [few], phases: plan.policy.phases }) });
    stepTo(stepping, 14 * SECOND_US);
    const look = lookAtTriggers(stepping.stack.ready, stepping.state)[0]!;
    expect(look).toMatchObject({ holds: "not enough data", statistic: { holds: "not enough data" } });
    expect(look.samples).toBeGreaterThan(1_500);
  });
});
