import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { arbitraryLog, plainTrace, traceOfLog } from "../../test/traces/arbitrary-log.ts";
import { createRowRuns } from "./row-runs.ts";

describe("rows in runs on disk", () => {
  it("come to the same trace as rows in memory, however short the runs are", async () => {
    const folder = mkdtempSync(join(tmpdir(), "runs-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    await fc.assert(
      fc.asyncProperty(arbitraryLog, fc.integer({ min: 1, max: 40 }), async (text, rows) => {
        const runs = createRowRuns(folder, rows);
        try {
          const fromRuns = await traceOfLog(text, runs);
          expect(runs.lengths.length > 0).toBe(fromRuns.report.accepted > rows);
          expect(plainTrace(fromRuns)).toEqual(plainTrace(await traceOfLog(text)));
        } finally {
          runs.remove();
        }
        expect(readdirSync(folder)).toEqual([]);
      }),
    );
  });
});
