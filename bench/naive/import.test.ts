import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readImportSettings } from "../../src/replay/import-settings.ts";
import { readTrace } from "../../src/replay/read-trace.ts";
import { LOG_KINDS, writeLog } from "../log-file.ts";
import { importCsvNaively, importJsonNaively, importLogNaively } from "./import.ts";

describe("the bench's importers", () => {
  it.each([...LOG_KINDS])("read the same rows of the generated %s", async (kind) => {
    const folder = mkdtempSync(join(tmpdir(), "bench-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "log");
    writeLog(kind, path, 200_000);
    expect(statSync(path).size).toBeGreaterThan(200_000);
    const settings = readImportSettings({});
    const ours = settings.ok ? await readTrace(path, settings.value) : settings;
    if (!ours.ok) throw new Error(ours.problems[0]?.message);
    const naive = { combined: importLogNaively, json: importJsonNaively, csv: importCsvNaively }[kind];
    const theirs = await naive(path);
    expect(ours.value.report).toMatchObject({ rows: theirs.rows, accepted: theirs.rows });
    const epochUs = ours.value.report.startsAtEpochUs;
    const starts = (values: Float64Array): number[] => [...values].sort((a, b) => a - b);
    expect(starts(theirs.startUs.slice(0, theirs.rows))).toEqual(
      [...ours.value.columns.startUs].map((us) => us + epochUs),
    );
    const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
    expect(sum(theirs.latencyUs)).toBe(sum(ours.value.columns.latencyUs));
    expect(new Set(theirs.key.slice(0, theirs.rows)).size).toBe(ours.value.report.keys);
    expect(new Set(theirs.route.slice(0, theirs.rows)).size).toBe(ours.value.report.routes);
  });
});
