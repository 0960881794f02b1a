import { describe, expect, it } from "vitest";
import { PASSED } from "../../test/cli/sample-record.ts";
import type { ErrorsRecord } from "../engine/monitor/monitor-record.ts";
import { findFigure } from "./figure.ts";
import { monitorFigure } from "./monitor-figure.ts";

const version = { errors: 3, longestRun: 2, longRuns: 1, burstCount: 4, bursts: [] };
const errors: ErrorsRecord = {
  total: 6,
  kinds: [
    { name: "timeout", baseline: 1, candidate: 3, share: 0.6 },
    { name: "cut off", baseline: 0, candidate: 2, share: 0.4 },
  ],
  routes: [],
  baseline: { ...version, errors: 1 },
  candidate: version,
  recent: [],
};
const monitor = { summaries: 7, lastSummary: "METRICS SUMMARY: Total=1", reports: 2, finalReport: [] };

function read(path: string, record = { ...PASSED, errors, monitor }): string | number | null {
  const figure = findFigure(path);
  if (!figure.ok) throw new Error(path);
  return figure.value.read(record);
}

describe("figures of the monitor", () => {
  it.each([
    ["errors.total", 6],
    ["errors.kinds.timeout", 4],
    ["errors.kinds.cut-off", 2],
    ["errors.kinds.crash", 0],
    ["errors.baseline.errors", 1],
    ["errors.candidate.longestRun", 2],
    ["errors.candidate.longRuns", 1],
    ["errors.candidate.bursts", 4],
    ["monitor.summaries", 7],
    ["monitor.reports", 2],
    ["monitor.lastSummary", "METRICS SUMMARY: Total=1"],
  ])("%s is %s", (path, value) => {
    expect(read(path)).toBe(value);
    const figure = findFigure(path);
    expect(figure.ok && figure.value.read(PASSED)).toBe(null);
  });

  it.each(["errors", "errors.totals", "errors.kinds", "errors.candidate.x", "monitor.summary", "monitor.reports.x"])(
    "there is no %s",
    (path) => {
      expect(monitorFigure(path)).toMatchObject({ ok: false, complaints: [{ found: path }] });
    },
  );
});
