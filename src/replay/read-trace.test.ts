import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import type { ImportReport } from "./import-report.ts";
import { readImportSettings } from "./import-settings.ts";
import { readTrace } from "./read-trace.ts";
import { writeTraceFile } from "./trace-file/write-trace-file.ts";

const SHARED = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

async function read(path: string): Promise<{ report: ImportReport | null; problem: string }> {
  const settings = readImportSettings({});
  if (!settings.ok) throw new Error("no settings are valid settings");
  const trace = await readTrace(path, settings.value);
  if (!trace.ok) return { report: null, problem: trace.problems.map(describeProblem).join("\n") };
  return { report: trace.value.report, problem: "" };
}

describe("reading a trace from a file", () => {
  it("says what is wrong with files that are no traces", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trace-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    expect((await read(join(folder, "missing"))).problem).toContain("missing: there is no such file");
    expect((await read(folder)).problem).toContain("this is a directory, not a trace");
    expect((await read(path("empty", ""))).problem).toContain("the file is empty");
    expect((await read(path("binary", new Uint8Array(3_000)))).problem).toContain("the file is binary");
    expect((await read(path("policy.yaml", "name: x\n"))).problem).toContain("the format of this trace cannot be told");
  });

  it("warns of failures that neither HTTP nor any row has, from a log, a store and a trace file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "trace-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const store = { folder: join(folder, "store"), program: "test" };
    const log = join(folder, "a.csv");
    const converted = join(folder, "a.trace");
    writeFileSync(log, "timestamp,user,status\n1715940303,a,200\n1715940304,b,429\n1715940305,c,999\n");
    const warnings = async (errors: string | undefined, path: string, by: typeof store | null): Promise<string[]> => {
      const settings = readImportSettings({ errors });
      if (!settings.ok) throw new Error("these settings are valid");
      const trace = await readTrace(path, settings.value, by);
      if (!trace.ok) throw new Error(trace.problems.map(describeProblem).join("\n"));
      writeTraceFile(converted, trace.value, null);
      return trace.warnings.map(describeProblem);
    };
    const unmet = (found: string): string =>
      `--errors: HTTP has no status above 599, and no row has one of these; found ${found}; ` +
      "allowed: a list such as 5xx,429 or 500-504";
    expect(await warnings("5xx,9xx", log, null)).toEqual([]);
    for (const [path, by] of [
      [log, null],
      [log, store],
      [log, store],
      [converted, null],
    ] as const) {
      expect(await warnings("5xx,8xx,999,700-800", path, by)).toEqual([unmet("8xx, 700-800")]);
      expect(await warnings("5xx,503,429,950-999", path, by)).toEqual([]);
      expect(await warnings(undefined, path, by)).toEqual([]);
    }
  });

  it.skipIf(!existsSync(`${SHARED}elastic/apache_logs`))("reads all lines of a public access log", async () => {
    const { report } = await read(`${SHARED}elastic/apache_logs`);
    expect(report).toMatchObject({
      format: "combined log",
      rows: 10_000,
      accepted: 10_000,
      rejected: 0,
      outOfOrder: 4_915,
      misplaced: 9_448,
      outOfOrderUsMax: 59_000_000,
      duplicates: 19,
      withoutBytes: 669,
      withoutLatency: 10_000,
      spanUs: 298_859_000_000,
    });
  });

  it.skipIf(!existsSync(`${SHARED}lnav/logfile_shop_access_log.0`))("reads a log with a half-hour zone", async () => {
    const { report } = await read(`${SHARED}lnav/logfile_shop_access_log.0`);
    expect(report).toMatchObject({ rows: 1_000, accepted: 1_000, startsAtEpochUs: 1_548_116_774_000_000 });
  });
});
