import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { TraceRecord } from "../../src/engine/trace-record.ts";
import { fasterReleaseCsv, fasterReleaseSpansCsv } from "../traces/faster-release.ts";
import { folderWith, rehearse, ROOT } from "./rehearse.ts";

const NEZHA = join(ROOT, "../shared/data/nezha/04_02_trace.csv");
const WATCH = `policy: watch
tick: 1s
phases: [{ name: A, traffic: 20%, minDuration: 1h }]
triggers:
  - all.latency.change < 0.01% over 5s, at least 20 attempts
`;
const folder = folderWith({
  "faster.csv": fasterReleaseCsv(),
  "spans.csv": fasterReleaseSpansCsv(),
  "spans-known.csv": "name,from,to\nreturns-early,46s,58s\n",
  "watch.yaml": WATCH,
  "watch-5s.yaml": WATCH.replace("tick: 1s", "tick: 5s"),
  "spans-begin.yaml": "incidents:\n  - { name: early-return, from: 2024-03-04T09:00:46Z, to: 2024-03-04T09:00:58Z }\n",
  "known.csv": "name,from,to,kind\nfaster,400s,500s,early return\n",
  "twice.csv": "name,from,to\nfaster,2024-03-04T09:06:40,2024-03-04T09:08:20\n",
  "wrong.yaml": "incidents:\n  - { name: a, form: 1m, to: 2m }\n",
  "odd.yaml": "incidents:\n  - { name: early, from: 2024-03-04T08:59:00Z, to: 2024-03-04T09:01:00Z, route: /crt }\n",
  "late.csv": "name,from,to\nlate,1d,2d\n",
  "nezha.yaml": "incidents:\n  - { name: release, from: 2022-08-22T04:02:07Z, to: 2022-08-22T04:02:20Z }\n",
});
const at = (name: string): string => join(folder, name);
const replay = (policy: string, incidents: string, ...more: readonly string[]) =>
  rehearse(["replay", at("faster.csv"), "--policy", policy, "--incidents", at(incidents), ...more]);

interface JudgedRule {
  readonly kind: string;
  readonly name: string;
  readonly seen: number;
  readonly missed: number;
  readonly incidents: readonly {
    readonly verdict: string;
    readonly delayMs: number | null;
    readonly why: string | null;
  }[];
  readonly falseAlarmsAtMs: readonly number[];
  readonly afterwardsAtMs: readonly number[];
  readonly restsOnModel: boolean;
}
interface Judged {
  readonly traceRecord: TraceRecord;
  readonly incidents: readonly unknown[];
  readonly rules: readonly JudgedRule[];
  readonly warnings: readonly unknown[];
  readonly notes: readonly string[];
}

/** What the rules of a policy made of the release that returns early, rule by rule: why they are blind, or the verdict. */
async function judgedSpans(policy: string, ...more: readonly string[]): Promise<Record<string, string>> {
  const known = ["--incidents", at("spans-known.csv"), "--json"];
  const { stdout } = await rehearse(["replay", at("spans.csv"), "--policy", policy, ...known, ...more]);
  const { rules } = JSON.parse(stdout) as Judged;
  return Object.fromEntries(
    rules.map(({ kind, name, incidents: [one] }) => [`${kind} ${name}`, one?.why ?? `${one?.verdict}`]),
  );
}

const NOTHING = "its metric had nothing to measure";
const LATER = "not looked at in CANARY";
const few = (needed: number): string => `at most 9 of the ${needed} samples it needs`;
const unshown = (what: string): string => `it does not show it: ${what}`;
const HEALTHY = unshown("candidate.health.ok 1, 1 before; it fires < 1");

describe("rehearse replay --incidents", () => {
  it("says what each trigger and alert saw, and why it did not", async () => {
    const { exitCode, stdout } = await replay("setbull-v2", "known.csv", "--ascii");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/incident faster \(early return\): 6m 40s to 8m 20s/u);
    expect(stdout).toMatch(
      /trigger error-rate candidate\.errorRate\n {4}\? rests on the model: [^\n]+\n {4}x blind to faster: at most \d+ of the 50/u,
    );
    expect(stdout).toContain("x no trigger and no alert saw faster");
    const seen = await replay(at("watch.yaml"), "known.csv");
    expect(seen.stdout).toMatch(/✓ saw faster after [\d.]+s/u);
    expect(seen.stdout).not.toContain("no trigger and no alert");
  });

  it("says the same as one document, in the run's time at any rate, with times in the zone that is given", async () => {
    const { stdout } = await replay(at("watch.yaml"), "twice.csv", "--zone", "UTC", "--rate", "x2", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "rehearse.incidents/1",
      policy: "watch",
      incidents: [{ name: "faster", fromUs: 200_000_000, toUs: 250_000_000 }],
      rules: [{ kind: "trigger", metric: "all.latency.change", seen: 1, missed: 0 }],
    });
  });

  it("says what was read of the log, how far outcomes are known, and which rules rest on a model", async () => {
    const { stdout, stderr, exitCode } = await replay("setbull-v2", "known.csv", "--json", "--strict");
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining("warning: the verdict rests on the model: 100%")]);
    const document = JSON.parse(stdout) as Judged;
    expect(document.warnings).toMatchObject([{ message: expect.stringContaining("the verdict rests on the model") }]);
    const { rows, accepted, rejected, modelled, sources, phases } = document.traceRecord;
    expect([rows, accepted, rejected]).toEqual([accepted, rows, 0]);
    expect(sources.baseline.latency).toEqual({ recorded: accepted, resampled: 0, modelled: 0 });
    expect(phases.map(({ phase }) => phase)).toEqual(["CANARY", "TESTING"]);
    expect(phases.reduce((sum, phase) => sum + phase.modelled, 0)).toBe(modelled);
    expect(document.rules.filter((rule) => rule.restsOnModel).map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "trigger error-rate",
      "trigger fallback-rate",
      "trigger latency-delta",
    ]);
    // Never looked at: there is no hour to count by.
    const full = document.rules.find(({ name }) => name === "full-rollout-error-rate");
    expect(full).toMatchObject({ falseAlarmsPerHour: null, lookedAtMs: 0 });
    const text = (await replay("setbull-v2", "known.csv", "--ascii")).stdout.replace(/\s+/gu, " ");
    expect(text).toContain(`${accepted.toLocaleString("en")} accepted, 0 rejected`);
    expect(text).toContain("? warning the verdict rests on the model: 100% of the candidate's outcomes");
  });

  it("takes incidents that began before the log, and warns of a route that the log does not have", async () => {
    const { stdout, stderr, exitCode } = await replay("setbull-v2", "odd.yaml", "--json");
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/warning: .*no route of this name; found \/crt/u)]);
    const document = JSON.parse(stdout) as Judged;
    expect(document.incidents).toMatchObject([{ name: "early", fromMs: -60_000, fromUs: -60_000_000, toMs: 60_000 }]);
    expect(document.notes).toContain("early began before the trace does: its delay counts from the first row");
  });

  it("refuses files that are missing, wrong or of another time", async () => {
    const missing = await replay("setbul", "none.yaml");
    expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
    expect(missing.stderr).toMatch(/--policy[^]*--incidents/u);
    expect((await replay("setbull-v2", "wrong.yaml")).stderr).toMatch(/wrong\.yaml:2:\d+[^\n]*form/u);
    const late = await replay("setbull-v2", "late.csv");
    expect([late.exitCode, late.stderr]).toEqual([2, expect.stringContaining("not within the trace")]);
    expect((await replay("setbull-v2", "twice.csv")).stderr).toContain("--zone was not given");
  });

  it("is blind to spans of a release that returns early with the built-in policies, each rule for its reason", async () => {
    const setbull = {
      "trigger error-rate": few(50),
      "trigger fallback-rate": few(50),
      "trigger latency-delta": few(50),
      "trigger health-ok": HEALTHY,
      "alert error-rate": unshown("all.errorRate 0, 0 before; it fires > 0.05"),
      "alert full-rollout-error-rate": LATER,
      "alert full-rollout-success-rate": LATER,
      "alert latency-p95": unshown("all.latency.p95 297 to 301, 297 before; it fires > 1000"),
      "alert memory": NOTHING,
      "alert cache-hit-rate": NOTHING,
    };
    expect(await judgedSpans("setbull-v2")).toEqual(setbull);
    // Nor with a hundred times the users, where all of them have their samples.
    expect(await judgedSpans("setbull-v2", "--amplify", "100")).toEqual({
      ...setbull,
      "trigger error-rate": unshown("candidate.errorRate 0, 0 before; it fires > 0.1"),
      "trigger fallback-rate": unshown("candidate.fallbackRate 0, 0 before; it fires > 0.25"),
      "trigger latency-delta": unshown("latency.delta 1.4 to 3.42, -0.264 before; it fires > 2000"),
    });
    const analyzer = {
      "trigger canary-errors": few(100),
      "trigger canary-p99": few(300),
      "trigger ramp-errors": LATER,
      "trigger ramp-p99": LATER,
      "trigger health": HEALTHY,
      "trigger split": unshown("split.mismatch 0.119; it fires < 0.0001"),
      "trigger full-errors": LATER,
      "trigger full-p99": LATER,
      "trigger full-health": LATER,
      "trigger full-split": LATER,
      "alert memory": NOTHING,
      "alert cache-hit-rate": NOTHING,
    };
    expect(await judgedSpans("ultra-fast-analyzer")).toEqual(analyzer);
    expect(await judgedSpans("ultra-fast-analyzer", "--amplify", "100")).toEqual({
      ...analyzer,
      "trigger canary-errors": unshown("candidate.errorRate 0, 0 before; it fires > 0.01"),
      // Usual requests of this shop are too slow for it, from the first 300 on: that says nothing of the release.
      "trigger canary-p99": "already",
      "trigger split": unshown("split.mismatch 0.554 to 0.857, 0.265 before; it fires < 0.0001"),
    });
  });

  it("sees spans of a release that returns early with the change, one window after it is there", async () => {
    const known = ["--incidents", at("spans-known.csv"), "--json"];
    const argv = ["replay", at("spans.csv"), "--policy", at("watch.yaml"), ...known];
    const { rules } = JSON.parse((await rehearse(argv)).stdout) as Judged;
    expect(rules).toMatchObject([
      {
        incidents: [{ verdict: "seen", delayMs: 5_000 }],
        falseAlarmsAtMs: [],
        // The release is taken back at 58 s: a change as well.
        afterwardsAtMs: [61_000],
      },
    ]);
  });

  it("sees that release wherever it begins at a short tick, and by luck at one as long as the window", async () => {
    const known = ["--incidents", at("spans-begin.yaml"), "--json"];
    const seen = async (policy: string, from: number): Promise<number> => {
      const argv = ["replay", at("spans.csv"), "--policy", at(policy), "--from", `${from}s`, ...known];
      const { rules } = JSON.parse((await rehearse(argv)).stdout) as Judged;
      return rules[0]?.seen ?? -1;
    };
    const begins = [0, 1, 2, 3, 4];
    const short = await Promise.all(begins.map((from) => seen("watch.yaml", from)));
    const long = await Promise.all(begins.map((from) => seen("watch-5s.yaml", from)));
    expect(short).toEqual(begins.map(() => 1));
    expect([Math.min(...long), long]).toEqual([0, expect.arrayContaining([1])]);
    const lint = await rehearse(["check", at("watch-5s.yaml"), at("watch.yaml")]);
    expect(lint.stderr + lint.stdout).toMatch(/watch-5s\.yaml:\d+:\d+[^\n]*coarse-tick/u);
    expect(lint.stderr + lint.stdout).not.toMatch(/\/watch\.yaml:\d+:\d+[^\n]*coarse-tick/u);
  });

  it.skipIf(!existsSync(NEZHA))(
    "is blind on public spans with the built-in policies, and sees with the change",
    async () => {
      const judge = async (policy: string): Promise<Judged> => {
        const argv = ["replay", NEZHA, "--policy", policy, "--incidents", at("nezha.yaml"), "--json"];
        return JSON.parse((await rehearse(argv)).stdout) as Judged;
      };
      for (const policy of ["setbull-v2", "ultra-fast-analyzer"]) {
        expect((await judge(policy)).rules.filter(({ seen }) => seen > 0)).toEqual([]);
      }
      expect((await judge(at("watch.yaml"))).rules).toMatchObject([{ seen: 1, missed: 0 }]);
      // Windows that begin on every fifth second only have the release in two of them in part.
      expect((await judge(at("watch-5s.yaml"))).rules).toMatchObject([{ seen: 0, missed: 1 }]);
    },
  );
});
