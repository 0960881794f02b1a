import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../engine/kernel/problem.ts";
import { builtInPolicies } from "../built-in.ts";
import { readPolicy } from "../policy-file.ts";
import { LINT_RULES } from "./lint.ts";
import { lintPolicy } from "./lint-policy.ts";

/** A policy of two phases that no lint has anything against; parts of it are replaced. */
const CLEAN = `policy: mine
phases:
  - name: SMALL
    traffic: 5%
    minDuration: 10m
    gates:
      - errorRate < 1%, at least 100
      - all.successRate >= 95%
  - name: LARGE
    traffic: 100%
    minDuration: 20m
    gates:
      - errorRate < 1%, at least 100
triggers:
  - errorRate > 5% over 60s, at least 50
  - latency.delta > 2s over 60s, at least 50, in SMALL
`;

function lint(text: string): readonly Problem[] {
  const read = readPolicy(text, "p.yaml");
  if (!read.ok) throw new Error(read.problems.map((problem) => problem.message).join("; "));
  return read.lints ?? [];
}

function replaced(from: string, to: string): string {
  expect(CLEAN).toContain(from);
  return CLEAN.replace(from, to);
}

function rulesOf(text: string): (string | undefined)[] {
  return lint(text).map((problem) => problem.rule);
}

describe("lintPolicy", () => {
  it("has nothing against a policy that does what it says", () => expect(lint(CLEAN)).toEqual([]));

  // What a file looks like that triggers the lint, its arithmetic, and one that just does not.
  it.each([
    [
      "coarse-tick",
      replaced("triggers:", "triggers:\n  - all.latency.change < 0.1% over 15s, at least 50"),
      ["15:5", "every 5s", "1 / (2 x 3) = 16.6667%", "a tick of at most 3s750ms, or a window of at least 20s"],
      replaced("triggers:", "triggers:\n  - all.latency.change < 0.1% over 20s, at least 50"),
    ],
    [
      "fires-by-chance",
      replaced("triggers:", "triggers:\n  - all.latency.change < 5% over 60s, at least 50"),
      ["15:5", "30m at least have 30 of 1m: 30 x 5% = 1.5 firings", "a limit of at most 0.1666%"],
      replaced("triggers:", "triggers:\n  - all.latency.change < 0.1% over 60s, at least 50"),
    ],
    [
      "empty-arm",
      replaced(", at least 50, in SMALL", ", at least 50"),
      ["16:5", "in LARGE 100% - 100% = 0% of the requests are on it: it can never fire", 'say "in SMALL"'],
      replaced("traffic: 100%", "traffic: 99.99%").replace(", in SMALL", ""),
    ],
    [
      "empty-arm",
      replaced(
        "      - errorRate < 1%, at least 100\ntriggers",
        "      - errorRate < 1%\n      - baseline.errorRate < 5%\ntriggers",
      ),
      ["14:9", "it never has data there, and the phase never passes"],
      replaced(
        "      - errorRate < 1%, at least 100\ntriggers",
        "      - errorRate < 1%\n      - all.errorRate < 5%\ntriggers",
      ),
    ],
    [
      "looser-gate",
      replaced("errorRate < 1%, at least 100\ntriggers", "errorRate < 1.1%, at least 100\ntriggers"),
      ["13:9", "LARGE passes with candidate.errorRate < 1.1% at 100%", "SMALL at 5% asked for < 1%"],
      replaced("errorRate < 1%, at least 100\ntriggers", "errorRate < 0.9%, at least 200\ntriggers"),
    ],
    [
      "looser-gate",
      replaced("errorRate < 1%, at least 100\ntriggers", "errorRate < 1%\n      - all.successRate >= 94%\ntriggers"),
      ["14:9", ">= 94% at 100%", "asked for >= 95%"],
      replaced("errorRate < 1%, at least 100\ntriggers", "errorRate < 1%\n      - all.successRate > 95%\ntriggers"),
    ],
    [
      "success-rate-never-binds",
      replaced("all.successRate >= 95%", "successRate >= 99%"),
      ["8:9", "at least 100% - 1% = 99%", "candidate.successRate >= 99% can never bind", "all.successRate"],
      replaced("all.successRate >= 95%", "successRate >= 99.01%, at least 200"),
    ],
    [
      "success-rate-never-binds",
      replaced("all.successRate >= 95%", "userErrorRate < 1%"),
      ["8:9", "where the candidate declines no request", "can never bind then"],
      replaced("all.successRate >= 95%", "userErrorRate < 0.99%, at least 200"),
    ],
    [
      "unmeasured-phase",
      replaced("    gates:\n      - errorRate < 1%, at least 100\ntriggers", "triggers"),
      ["9:5", "LARGE has no gates: after 20m the rollout is complete, with 0 samples needed"],
      replaced("errorRate < 1%, at least 100\ntriggers", "latency.p50 < 1s\ntriggers"),
    ],
    [
      "unmeasured-phase",
      replaced("errorRate < 1%, at least 100\n      - all.successRate >= 95%", "health.ok >= 1\n      - requests >= 1"),
      ["3:5", "looks only at candidate.health.ok, candidate.requests", "LARGE begins at 100%"],
      replaced("all.successRate >= 95%", "health.ok >= 1"),
    ],
    [
      "unreachable-rate",
      replaced("errorRate > 5% over", "all.errorRate > 5% over"),
      ["15:5", "5% x 100% = 5%", "all.errorRate > 5% needs more than 5%", "keep this one for LARGE"],
      replaced("errorRate > 5% over", "all.errorRate >= 5% over"),
    ],
    [
      "unreachable-rate",
      replaced("errorRate > 5% over", "all.successRate < 94% over"),
      ["needs more than 6%", "a trigger on candidate.successRate"],
      replaced("errorRate > 5% over", "all.successRate < 96% over"),
    ],
    [
      "unresolved-limit",
      replaced("errorRate < 1%, at least 100\n      - all", "errorRate < 1%, at least 99\n      - all"),
      ["7:9", "1/99 = 1.01%, more than the 1%", "below 2.98% (at 95%)", "at least 100 samples"],
      replaced("errorRate < 1%, at least 100\n      - all", "errorRate < 1%, at least 100\n      - all"),
    ],
    [
      "unresolved-limit",
      replaced("errorRate > 5% over 60s, at least 50", "latency.p99 > 1s over 60s, at least 99"),
      ["15:5", "P99 of 99 samples", "rank ceil(0.99 x 99) = 99", "at least 100 samples"],
      replaced("errorRate > 5% over 60s, at least 50", "latency.p99 > 1s over 60s, at least 100"),
    ],
    [
      "window-beyond-phase",
      replaced("errorRate > 5% over 60s", "errorRate > 5% over 15m"),
      ["15:5", "longer than SMALL", "15m - 10m = 5m of it are of a time when nobody was on the candidate"],
      replaced("errorRate > 5% over 60s", "errorRate > 5% over 10m"),
    ],
    [
      "window-beyond-phase",
      replaced("errorRate < 1%, at least 100\ntriggers", "errorRate < 1% over 30m\ntriggers"),
      ["13:9", "30m - 20m = 10m of it are of SMALL", "over the phase"],
      replaced("errorRate < 1%, at least 100\ntriggers", "errorRate < 1% over 20m\ntriggers"),
    ],
    [
      "unmeasured-phase",
      replaced(
        "errorRate < 1%, at least 100\n      - all.successRate >= 95%",
        "all.successRate >= 95%\n      - baseline.errorRate < 2%\n      - system.health >= 1\n      - memory < 1GB",
      ),
      ["3:5", "looks only at all.successRate, baseline.errorRate, system.health, candidate.memory"],
      replaced(
        "errorRate < 1%, at least 100\n      - all.successRate >= 95%",
        "errorRate < 1%, at least 100\n      - baseline.errorRate < 2%",
      ),
    ],
    [
      "success-rate-never-binds",
      replaced("all.successRate >= 95%", "successRate >= 95%\n      - declineRate < 2%"),
      ["8:9", "every failed attempt and every declined request", "at least 97.02%", "can never bind. Cure"],
      replaced(
        "errorRate < 1%, at least 100\n      - all.successRate >= 95%",
        'errorRate of "GET /b" < 1%, at least 100\n      - successRate >= 95%',
      ),
    ],
    [
      "success-rate-never-binds",
      replaced("all.successRate >= 95%", "successRate > 98.99%"),
      ["8:9", "can never bind then"],
      replaced(
        "errorRate < 1%, at least 100\n      - all.successRate >= 95%",
        "errorRate <= 1%, at least 100\n      - successRate > 99%",
      ),
    ],
    [
      "looser-gate",
      replaced("errorRate < 1%, at least 100\n      - all", "errorRate < 1% with 95% confidence\n      - all"),
      ["13:9", "where SMALL at 5% asked for < 1% with 95% confidence"],
      replaced("errorRate < 1%, at least 100\ntriggers", "errorRate < 1% with 95% confidence\ntriggers"),
    ],
    [
      "empty-arm",
      `${CLEAN}alerts:\n  - latency.delta > 1s over 60s, in LARGE\n`,
      ["18:5", "in LARGE 100% - 100% = 0%", "it can never fire there"],
      `${CLEAN}alerts:\n  - latency.delta > 1s over 60s, in SMALL\n`,
    ],
    [
      "empty-arm",
      `${CLEAN}rollback:\n  steps: [{ name: r, does: revert-flags, takes: 1s }]\n  checks: ["candidate.errorRate < 2% over 30s"]\n`,
      ["19:12", "after the revert nobody is on it", "keeps the rollback from being verified"],
      `${CLEAN}rollback:\n  steps: [{ name: r, does: revert-flags, takes: 1s }]\n  checks: ["baseline.errorRate < 2% over 30s"]\n`,
    ],
    [
      "unreachable-rate",
      `${CLEAN}alerts:\n  - all.errorRate > 5% over 60s\n`,
      ["5% x 100% = 5%", "an alert on candidate.errorRate"],
      `${CLEAN}alerts:\n  - all.errorRate > 4% over 60s\n`,
    ],
  ] as const)("%s: %#", (rule, triggers, said, justNot) => {
    const found = lint(triggers);
    expect(found.map((problem) => problem.rule)).toEqual([rule]);
    const [problem] = found;
    const text = `${problem?.line}:${problem?.column} ${problem?.message}`;
    for (const words of said) expect(text).toContain(words);
    expect(problem?.message).toContain(". Cure: ");
    expect(rulesOf(justNot)).toEqual([]);
  });

  it("finds in setbull-v2 what its documents state, and nothing else", () => {
    const file = builtInPolicies().find(({ name }) => name === "setbull-v2");
    const read = readPolicy(readFileSync(file?.path ?? "", "utf8"), "setbull-v2.yaml");
    if (!read.ok) throw new Error("setbull-v2 cannot be read");
    const found = lintPolicy(read.value).filter(({ rule }) => rule === "looser-gate");
    expect(found).toMatchObject([
      { path: ["phases", 1, "gates", 1], why: expect.stringContaining("TESTING") as string },
    ]);
  });
});

describe("docs/lints.md", () => {
  it("has a section for every lint, and for nothing else", () => {
    const page = readFileSync(new URL("../../../docs/lints.md", import.meta.url), "utf8");
    const sections = [...page.matchAll(/^## `([\w-]+)`$/gmu)].map((match) => match[1]);
    expect(sections).toEqual([...LINT_RULES]);
  });
});
