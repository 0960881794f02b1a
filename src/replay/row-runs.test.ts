import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { arbitraryLog, plainTrace, traceOfLog } from "../../test/traces/arbitrary-log.ts";
import type { ImportedColumns } from "./columns.ts";
import { finishInto, type TraceSink } from "./finish-trace.ts";
import { readImportSettings } from "./import-settings.ts";
import { importRows } from "./import-trace.ts";
import { BLOCK_ROWS } from "./row-blocks.ts";
import { createRowRuns, type RowRuns } from "./row-runs.ts";

describe("rows in runs on disk", () => {
  it("are in memory a run and a block at a time, however long the log is", async () => {
    const folder = mkdtempSync(join(tmpdir(), "runs-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const settings = readImportSettings({});
    if (!settings.ok) throw new Error("no settings are valid settings");
    const rows = 3 * BLOCK_ROWS;
    const runRows = 4_096;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from("timestamp,user,route,status\n"));
      // Every other row is late, so that runs overlap.
      for (let row = 0; row < rows; row++) yield Buffer.from(`${1_700_000_000 + row - (row % 2) * 9_000},u,/a,200\n`);
    }
    const runs = createRowRuns(folder, runRows);
    try {
      const puts: number[] = [];
      const readInto = new Set<ImportedColumns>();
      const watched: RowRuns = {
        ...runs,
        lengths: runs.lengths,
        get count() {
          return runs.count;
        },
        put: (columns, count) => {
          puts.push(columns.startUs.length);
          runs.put(columns, count);
        },
        get: (run, from, into) => {
          readInto.add(into);
          return runs.get(run, from, into);
        },
      };
      const imported = await importRows(chunks(), { ...settings.value, source: "log.csv" }, watched);
      if (!imported.ok) throw new Error("the log is imported");
      const written = new Set<object>();
      let count = 0;
      const sink: TraceSink = {
        begin: () => undefined,
        write: (columns, _, length) => {
          written.add(columns);
          expect(columns.startUs.length).toBeLessThanOrEqual(BLOCK_ROWS);
          count += length;
        },
      };
      finishInto(imported.value.builder, imported.value.description, sink);
      expect([count, puts.length, written.size]).toEqual([rows, rows / runRows, 1]);
      expect(Math.max(...puts)).toBe(runRows);
      // Some read whole runs one after the other; those that are merged are together no more than one run.
      const lengths = [...readInto].map((into) => into.startUs.length);
      const merged = lengths.filter((length) => length < runRows);
      expect(merged).toHaveLength(rows / runRows);
      expect(merged.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(runRows);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(runRows);
    } finally {
      runs.remove();
    }
  });

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
