import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeProblem, type Read } from "../engine/kernel/problem.ts";
import type { Policy } from "../engine/deployment/policy.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import { loadPolicy } from "../scenarios/built-in.ts";
import { NO_LATENCY, type Trace } from "./columns.ts";
import { STATUS_NOT_STATED } from "./failure.ts";
import { readImportSettings } from "./import-settings.ts";
import { readTrace } from "./read-trace.ts";
import { planReplay, rehearseTrace } from "./replay.ts";

const FIXTURE = fileURLToPath(new URL("../../fixtures/traces/small-shop.csv", import.meta.url));
const APACHE = fileURLToPath(new URL("../../../shared/data/elastic/apache_logs", import.meta.url));

function valueOf<T>(read: Read<T>): T {
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join("\n"));
  return read.value;
}

const traceIn = async (path: string): Promise<Trace> => valueOf(await readTrace(path, valueOf(readImportSettings({}))));
const setbull = (): Policy => valueOf(loadPolicy("setbull-v2"));

const BROKEN: VersionModel = {
  latency: { kind: "relative", factor: 1, addUs: 0 },
  errors: { kind: "relative", addPpm: 300_000 },
  declinePpm: 0,
  routes: {},
};

describe("replaying a trace", () => {
  it("ends with the trace, stalled, when the rollout is not over by then", async () => {
    const trace = await traceIn(FIXTURE);
    const record = valueOf(rehearseTrace(trace, setbull(), {}, { check: true }));
    expect(record).toMatchObject({ outcome: "stalled", ending: "trace ended", policy: "setbull-v2", seed: "1" });
    expect(record.endedAtMs).toBe(600_000);
    expect(record.impact.requests).toBe(trace.count);
    expect(record.trace).toMatchObject({ rows: trace.count, accepted: trace.count, rejected: 0, rate: 1, amplify: 1 });
  });

  it("counts where the candidate's outcomes are from: their sum is the requests routed to it", async () => {
    const trace = await traceIn(FIXTURE);
    const record = valueOf(
      rehearseTrace(
        trace,
        setbull(),
        { amplify: 40, seed: "5", candidate: BROKEN, resampleWithinUs: 0 },
        { check: true },
      ),
    );
    const { recorded, resampled, modelled } = record.trace ?? { recorded: 0, resampled: 0, modelled: 0 };
    expect(recorded + resampled + modelled).toBe(record.impact.candidateRequests);
    expect(resampled).toBeGreaterThan(0);
    expect(modelled).toBeGreaterThan(0);
    expect(record.outcome).toBe("rolled-back");
    expect(record.rollback?.trigger).toMatch(/error/);
  });

  it("takes what the candidate did nearby before what a model says, and tells phase by phase", async () => {
    const trace = await traceIn(FIXTURE);
    const record = valueOf(rehearseTrace(trace, setbull(), { amplify: 40, seed: "5", candidate: BROKEN }));
    const { recorded = 0, resampled = 0, modelled = 0, phases = [] } = record.trace ?? {};
    expect(recorded + resampled + modelled).toBe(record.impact.candidateRequests);
    // The fixture's own candidate is sound: resampled, it does not fail as the model would.
    expect(record.outcome).not.toBe("rolled-back");
    expect(resampled).toBeGreaterThan(9 * modelled);
    expect(phases.map(({ phase }) => phase)).toEqual(record.phases.map(({ name }) => name));
    const sum = (of: "recorded" | "resampled" | "modelled"): number =>
      phases.reduce((all, phase) => all + phase[of], 0);
    // Nothing was rolled back: every request routed to the candidate came during some phase.
    expect([sum("recorded"), sum("resampled"), sum("modelled")]).toEqual([recorded, resampled, modelled]);
    expect(record.notes.some((note) => note.includes("counterfactual"))).toBe(true);
  });

  it("is the same every time, and another one under another seed", async () => {
    const trace = await traceIn(FIXTURE);
    const run = (seed: string): string =>
      JSON.stringify(rehearseTrace(trace, setbull(), { amplify: 7, seed, candidate: BROKEN }));
    expect(run("a")).toBe(run("a"));
    expect(run("a")).not.toBe(run("b"));
  });

  it("says what it assumed", async () => {
    const trace = await traceIn(FIXTURE);
    const { notes } = valueOf(rehearseTrace(trace, setbull()));
    expect(notes.some((note) => note.includes("no model of the candidate was given"))).toBe(true);
    expect(notes.some((note) => note.includes("fitted"))).toBe(true);
    const given = valueOf(rehearseTrace(trace, setbull(), { candidate: BROKEN }));
    expect(given.notes.some((note) => note.includes("no model of the candidate was given"))).toBe(false);
  });

  it("says that clones repeat what was recorded, where there are clones and something was recorded", async () => {
    const trace = await traceIn(FIXTURE);
    const said = (of: Trace, amplify: number): boolean =>
      valueOf(rehearseTrace(of, setbull(), { amplify })).notes.some((note) =>
        note.startsWith("each clone has its row's recorded latency and status"),
      );
    const { columns, report, count } = trace;
    const bare: Trace = {
      ...trace,
      columns: {
        ...columns,
        latencyUs: columns.latencyUs.map(() => NO_LATENCY),
        status: columns.status.map(() => STATUS_NOT_STATED),
      },
      report: { ...report, withoutLatency: count },
    };
    expect([said(trace, 2), said(trace, 1), said(bare, 2)]).toEqual([true, false, false]);
  });

  it("refuses rates and models that make no sense, all at once", async () => {
    const trace = await traceIn(FIXTURE);
    const problems = (options: Parameters<typeof planReplay>[2]): string[] => {
      const plan = planReplay(trace, setbull(), options);
      return plan.ok ? [] : plan.problems.map(describeProblem);
    };
    expect(problems({ rate: 0, amplify: 1.5, baseline: BROKEN })).toHaveLength(3);
    expect(problems({ amplify: 1_000_000 })[0]).toContain("400 recorded users would become 400000000");
    expect(problems({ rate: 600, amplify: 200_000 })[0]).toContain("within two seconds");
    expect(problems({ rate: 1e-6 })[0]).toContain("the trace spans");
    const divided = { ...BROKEN, segments: [{ where: { plan: "pro" }, declinePpm: 1 }] };
    expect(problems({ candidate: divided })[0]).toContain("a trace has no segments of users");
    const kinds = Array.from({ length: 254 }, (_, i) => ({ name: `kind-${i}`, weight: 1 }));
    expect(problems({ candidate: { ...BROKEN, errors: { kind: "own", ppm: 1, kinds } } })[0]).toContain(
      "there are too many kinds of failure",
    );
  });

  it("models timeouts, kinds of failure and a warm-up where the trace does not know the candidate", async () => {
    const trace = await traceIn(FIXTURE);
    const warm: VersionModel = {
      ...BROKEN,
      errors: { kind: "relative", addPpm: 200_000, kinds: [{ name: "disk", weight: 1 }] },
      timeoutUs: 400_000,
    };
    const run = (candidate: VersionModel) =>
      valueOf(rehearseTrace(trace, setbull(), { amplify: 40, seed: "5", candidate }, { check: true })).phases[0]
        ?.candidate;
    const [cold, warmed] = [run({ ...warm, warmUp: { factor: 20, overUs: 500_000_000 } }), run(warm)];
    expect(cold?.p999Ms ?? 0).toBeLessThan(410);
    expect((cold?.errors ?? 0) / (cold?.requests ?? 1)).toBeGreaterThan(
      (warmed?.errors ?? 0) / (warmed?.requests ?? 1),
    );
  });

  it.skipIf(!existsSync(APACHE))("takes a thin log through all phases when it is made denser", async () => {
    const trace = await traceIn(APACHE);
    const thin = valueOf(rehearseTrace(trace, setbull()));
    expect(thin).toMatchObject({ outcome: "stalled", ending: "trace ended" });
    expect(thin.phases.map((phase) => phase.name)).toEqual(["CANARY"]);
    const dense = valueOf(rehearseTrace(trace, setbull(), { rate: 35, amplify: 300 }));
    expect(dense.outcome).toBe("completed");
    expect(dense.phases).toHaveLength(4);
    expect(dense.trace?.modelled).toBe(dense.impact.candidateRequests);
  });
});
