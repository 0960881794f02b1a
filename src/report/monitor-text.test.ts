import { describe, expect, it } from "vitest";
import { PASSED } from "../../test/cli/sample-record.ts";
import type { ScenarioRecord } from "../engine/result.ts";
import { errorLines, monitorLines, sliceLines } from "./monitor-text.ts";
import { createTheme } from "./theme.ts";

const theme = createTheme({ colour: false, ascii: true });
const [phase] = PASSED.phases;
const record: ScenarioRecord = {
  ...PASSED,
  errors: {
    total: 1_200,
    kinds: [
      { name: "timeout\u001b[31m", baseline: 200, candidate: 800, share: 0.83 },
      { name: "error", baseline: 200, candidate: 0, share: 0.17 },
    ],
    routes: Array.from({ length: 7 }, (_, i) => ({ name: `GET /${i}`, baseline: 1, candidate: 1, share: 0.1 })),
    baseline: { errors: 400, longestRun: 2, longRuns: 0, burstCount: 0, bursts: [] },
    candidate: {
      errors: 800,
      longestRun: 31,
      longRuns: 1,
      burstCount: 2,
      bursts: [{ fromMs: 720_000, toMs: 735_000, errors: 451, attempts: 1_462 }],
    },
    recent: [{ atMs: 731_250, version: "candidate", route: "GET /0", kind: "timeout" }],
  },
  slices: Array.from({ length: 22 }, () => ({
    slice: "in region=eu",
    phase: "CANARY",
    enteredAtMs: 0,
    baseline: phase!.baseline,
    candidate: { ...phase!.candidate, requests: 0 },
  })),
  monitor: { summaries: 3, lastSummary: "METRICS SUMMARY: Total=1000", reports: 1, finalReport: ["STAGE REPORT: x"] },
};

describe("what the monitor recorded", () => {
  it("shows failures by kind and route, patterns, and the newest, within 80 columns", () => {
    const lines = errorLines(record, theme);
    const text = lines.join("\n").replaceAll(/\s+/gu, " ");
    expect(text).toContain("by kind timeout 1,000 (83.33%; candidate 800), error 200 (16.67%; candidate 0)");
    expect(text).toContain("GET /4 2 (0.17%; candidate 1), and 2 more");
    expect(text).toContain(
      "candidate 800 failed attempts, at most 31 one after the other (1 long run), 2 bursts, the first 12m to 12m 15s: 451 of 1,462 attempts",
    );
    expect(text).toContain("newest 12m 11.25s candidate, GET /0: timeout");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it("shows slices, and how many more there are", () => {
    const lines = sliceLines(record, theme);
    expect(lines[1]).toBe("    CANARY in region=eu");
    expect(lines.join("\n")).toContain("candidate  no requests");
    expect(lines.at(-1)).toBe("    and 2 more slices: see --json");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it("shows the last summary and the final report", () => {
    expect(monitorLines(record, theme)).toEqual([
      "  Monitor  3 summary lines, 1 stage report",
      "    METRICS SUMMARY: Total=1000",
      "    STAGE REPORT: x",
    ]);
  });

  it("says nothing where nothing was recorded", () => {
    for (const lines of [errorLines, sliceLines, monitorLines]) expect(lines(PASSED, theme)).toEqual([]);
  });
});
