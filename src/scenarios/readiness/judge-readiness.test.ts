import { describe, expect, it } from "vitest";
import type { Policy } from "../../engine/deployment/policy.ts";
import { loadRehearsal, readRehearsal } from "../built-in.ts";
import type { Scenario } from "../scenario.ts";
import { complainOfGiven, judgeReadiness } from "./judge-readiness.ts";
import { measureReadiness, type Measured } from "./measure-readiness.ts";
import { itemsOf, PROFILES, SIGN_OFFS, type MeasureName } from "./profile.ts";
import { NOTHING_GIVEN, readReadiness, type ReadinessGiven } from "./readiness-file.ts";

const MINUTE = 60_000_000;

const POLICY = `
policy:
  policy: quick
  description: two short phases
  phases:
    - { name: CANARY, traffic: 10%, minDuration: 2m, gates: [errorRate < 2%] }
    - { name: FULL, traffic: 100%, minDuration: 2m, gates: [errorRate < 2%] }
  triggers:
    - { name: error-rate, when: "errorRate > 10% over 60s, at least 20 attempts", action: rollback }`;

interface Versions {
  readonly baseline?: string;
  readonly candidate?: string;
  readonly policy?: string;
  readonly more?: string;
}

function rehearsal({ baseline = "", candidate = "", policy = POLICY, more = "" }: Versions): [Scenario, Policy] {
  const text = `scenario: small${policy}
duration: 20m
traffic: { constant: 20/s }
users: { population: 2000 }
baseline: { latency: 40ms${baseline} }
candidate: { latency: 20ms${candidate} }
${more}`;
  const read = readRehearsal(text, "small.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return [read.value.scenario, read.value.policy];
}

function measure(versions: Versions): ReadonlyMap<MeasureName, Measured> {
  const [scenario, policy] = rehearsal(versions);
  return measureReadiness(scenario, policy, "1", 4 * MINUTE);
}

/** 20 requests a second of 300 ms each want six workers. */
function rehearsalOfSlow(): ReadonlyMap<MeasureName, Measured> {
  const [scenario, policy] = rehearsal({ candidate: ", workers: 4, queue: 10" });
  const candidate = { ...scenario.candidate, latency: { kind: "constant", us: 300_000 } } as const;
  return measureReadiness({ ...scenario, candidate }, policy, "1", 4 * MINUTE);
}

const memory = (baseline: string, candidate: string): Versions => ({
  baseline: `, memory: { base: ${baseline} }`,
  candidate: `, memory: { base: ${candidate} }`,
});

describe("what is measured", () => {
  it("is exact where both versions are: twice as fast, half the memory, no growth, nothing lost", () => {
    const measured = measure({ ...memory("64MB", "32MB"), more: "parity: { share: 10% }" });
    expect(measured.get("speed-factor")?.value).toBe(2);
    expect(measured.get("speed-gain")?.value).toBe(1_000_000);
    expect(measured.get("memory-reduction")?.value).toBe(500_000);
    expect(measured.get("memory-growth")?.value).toBe(0);
    expect(measured.get("error-rate")?.value).toBe(0);
    for (const name of [
      "health",
      "flags",
      "rollout",
      "rollback",
      "monitoring",
      "parity",
      "fallback",
      "splitting",
      "metrics",
    ] as const) {
      expect(measured.get(name), name).toMatchObject({ value: true });
    }
    for (const name of ["automated-rollback", "early-stop", "gates"] as const) {
      expect(measured.get(name), name).toMatchObject({ value: true });
    }
  });

  it("is absent where the scenario says nothing of it", () => {
    const measured = measure({});
    const absent = [...measured].filter(([, { value }]) => value === null).map(([name]) => name);
    expect(absent).toEqual([
      "cache-hit-rate",
      "memory-reduction",
      "memory-growth",
      "concurrency",
      "panels",
      "parity",
      "candidate-instances",
      "shared-cache",
      "aftermath",
    ]);
  });

  it("counts the metrics that have values, and looks for those of every panel", () => {
    const both = ", memory: { base: 64MB }, workers: 4, cache: { entries: 100 }";
    const whole = measure({ baseline: both, candidate: both, more: "items: { count: 1000 }" });
    expect(whole.get("panels")).toMatchObject({ value: true, reason: expect.stringContaining("8 panels") });
    const silent = measure({ more: "flags: { enableDetailedMetrics: false }" });
    expect(silent.get("metrics")).toMatchObject({ value: false, reason: expect.stringMatching(/^27 of /u) });
    expect(silent.get("panels")).toMatchObject({
      value: false,
      reason: expect.stringContaining("candidate.latency.p99"),
    });
    const pinned = measure({ more: "pin: { useOptimizedAnalytics: false }" });
    expect(pinned.get("metrics")).toMatchObject({ value: false });
  });

  it("finds what is wrong: a leak, wrong answers, too few workers, a policy that does nothing, flags pinned off", () => {
    const leaking = measure({
      baseline: ", memory: { base: 64MB }",
      candidate: ", memory: { base: 32MB, leak: 1MB/min }, workers: 1, queue: 1",
      more: "parity: { share: 10%, faults: [{ defect: lost-type }] }",
    });
    expect(Number(leaking.get("memory-growth")?.value)).toBeGreaterThan(20_000);
    expect(leaking.get("parity")).toMatchObject({ value: false });
    const starved = measure({ candidate: ", workers: 1, queue: 1" });
    expect(starved.get("concurrency")?.value).toBe(true);
    const slow = rehearsalOfSlow();
    expect(slow.get("concurrency")).toMatchObject({ value: false });
    const idle = measure({ policy: POLICY.replace("action: rollback", "action: notify") });
    expect(idle.get("rollback")).toMatchObject({ value: false });
    expect(idle.get("automated-rollback")).toMatchObject({ value: false });
    expect(idle.get("early-stop")).toMatchObject({ value: false });
    expect(idle.get("monitoring")).toMatchObject({ value: true });
    const blind = measure({ policy: POLICY.replace("> 10%", "> 90%") });
    expect(blind.get("monitoring")).toMatchObject({ value: false });
    const pinned = measure({ more: "pin: { useOptimizedAnalytics: false }" });
    expect(pinned.get("health")).toMatchObject({ value: false });
    expect(pinned.get("speed-factor")).toMatchObject({ value: null });
    expect(pinned.get("flags")).toMatchObject({ value: false });
    const bare = measure({ more: "flags: { fallbackToV1OnError: false }" });
    expect(bare.get("fallback")).toMatchObject({ value: false });
  });
});

const COVERED: ReadinessGiven = { ...NOTHING_GIVEN, inputs: { coverage: "98.4%" } };

describe("the checklists", () => {
  it("64 MB to 32 MB fails the plan's 60 % and passes the completion's 50 %", () => {
    const loaded = loadRehearsal("fixtures/readiness/half-the-memory.yaml");
    if (!loaded.ok) throw new Error("the fixture does not load");
    const measured = measureReadiness(loaded.value.scenario, loaded.value.policy, null, 5 * MINUTE);
    const plan = judgeReadiness(itemsOf("plan"), COVERED, measured);
    expect(plan.ready).toBe(false);
    expect(plan.items.filter(({ status }) => status !== "passed").map(({ item, status }) => [item, status])).toEqual([
      ["cache-hit-rate", "failed"],
      ["memory-reduction", "failed"],
    ]);
    expect(plan.items.find(({ item }) => item === "memory-reduction")).toMatchObject({
      how: "measured",
      value: 0.5,
      asked: ">= 60%",
      reason: "50 %: 64 MB to 32 MB",
    });
    const inputs = { coverage: "95.2%", build: true, documentation: "yes" };
    expect(judgeReadiness(itemsOf("completion"), { ...NOTHING_GIVEN, inputs }, measured).ready).toBe(true);
  });

  it("have 20 pre-flight items in four groups of five, the sign-offs, and each id once", () => {
    const preFlight = itemsOf("go-no-go").filter(({ group }) => group !== "sign-off" && group !== "dashboard");
    expect(preFlight.length).toBe(20);
    for (const group of ["code", "infrastructure", "team", "risk"]) {
      expect(preFlight.filter((item) => item.group === group).length).toBe(5);
    }
    const dashboard = itemsOf("go-no-go").filter(({ group }) => group === "dashboard");
    expect(dashboard.map(({ id }) => id)).toEqual(["metrics", "panels"]);
    expect(itemsOf("go-no-go").filter(({ id }) => id.startsWith("sign-off-")).length).toBe(SIGN_OFFS.length);
    for (const profile of PROFILES) {
      const ids = itemsOf(profile).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it.each([
    ["95%", "passed"],
    ["94.9999%", "failed"],
  ])("the coverage that the plan asks for is met at its limit: %s %s", (coverage, status) => {
    const judged = judgeReadiness(itemsOf("plan"), { ...NOTHING_GIVEN, inputs: { coverage } }, new Map());
    expect(judged.items.find(({ item }) => item === "coverage")).toMatchObject({ status, how: "given" });
  });

  it("the completion's coverage of 90 % is not met at its limit", () => {
    const judged = judgeReadiness(itemsOf("completion"), { ...NOTHING_GIVEN, inputs: { coverage: "90%" } }, new Map());
    expect(judged.items.find(({ item }) => item === "coverage")?.status).toBe("failed");
  });

  it("a missing item stands in the way, an override does not and is audited with what it overrides, and the rest is escalated", () => {
    const given = {
      ...NOTHING_GIVEN,
      incidentCommander: "eve",
      overrides: [{ item: "coverage", by: "ann", why: "later" }],
    };
    const judged = judgeReadiness(itemsOf("plan"), given, new Map());
    expect(judged).toMatchObject({ ready: false, escalatedTo: "eve" });
    expect(judged.items.find(({ item }) => item === "coverage")?.status).toBe("overridden");
    expect(judged.items.find(({ item }) => item === "rollback")?.status).toBe("missing");
    expect(judged.audit).toEqual([
      expect.objectContaining({ kind: "override", item: "coverage", by: "ann", why: "later" }),
    ]);
    expect(judged.audit[0]?.standing).toContain("missing");
    const all = itemsOf("plan").map(({ id }) => ({ item: id, by: "ann", why: "all of it" }));
    expect(judgeReadiness(itemsOf("plan"), { ...given, overrides: all }, new Map())).toMatchObject({
      ready: true,
      escalatedTo: null,
    });
  });

  it("complain of items that are not there, values that cannot be read, and answers to what is measured", () => {
    const inputs = { covrage: "98%", coverage: "lots", rollback: "yes" };
    const measured = new Map<MeasureName, Measured>([["rollback", { value: false, reason: "no" }]]);
    const overrides = [{ item: "memory", by: "ann", why: "" }];
    const complaints = complainOfGiven(itemsOf("plan"), { ...NOTHING_GIVEN, inputs, overrides }, measured);
    expect(complaints.map(({ name }) => name)).toEqual(["covrage", "coverage", "rollback", "memory"]);
    expect(complaints[0]?.complaint.suggestion).toBe("coverage");
    expect(complaints[2]?.complaint.message).toContain("measured here");
  });

  it("read their files, with all problems at their places", () => {
    const good = readReadiness("readiness: mine\nsignOffs: { lead: ann }\ninputs: { reviewed: true }\n", "r.yaml");
    expect(good).toMatchObject({ ok: true, value: { inputs: { reviewed: true, "sign-off-lead": "ann" } } });
    const bad = readReadiness(
      "readiness: mine\nprofile: plans\nsignOffs: { lid: ann }\noverrides: [{ item: a }]\n",
      "r.yaml",
    );
    expect(bad.ok ? [] : bad.problems.map(({ line, path }) => [line, path])).toEqual([
      [2, "profile"],
      [3, "signOffs.lid"],
      [4, "overrides[0]"],
      [4, "overrides[0]"],
    ]);
  });
});
