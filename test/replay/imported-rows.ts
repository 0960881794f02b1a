/** Imports lines of a trace, and gives its rows in words. */
import { describeProblem } from "../../src/engine/kernel/problem.ts";
import { isoFromEpochUs } from "../../src/replay/calendar.ts";
import type { Trace } from "../../src/replay/columns.ts";
import { readImportSettings, type ImportSettingsText } from "../../src/replay/import-settings.ts";
import { importTrace } from "../../src/replay/import-trace.ts";

/** One row, as it is in the trace's columns. */
export interface ImportedRow {
  readonly start: string;
  readonly key: string;
  readonly route: string;
  /** `served`, or the kind of failure. */
  readonly outcome: string;
  /** Microseconds; -1: none. */
  readonly latencyUs: number;
  readonly bytes: number;
  readonly line: number;
}

/** The trace of some lines (joined by LF) or bytes; what is wrong with it is thrown. */
export async function importLines(
  lines: readonly string[] | Uint8Array,
  settings: ImportSettingsText = {},
): Promise<Trace> {
  const options = readImportSettings(settings);
  if (!options.ok) throw new Error(options.problems.map(describeProblem).join("\n"));
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield lines instanceof Uint8Array ? lines : Buffer.from(`${lines.join("\n")}\n`);
  }
  const trace = await importTrace(chunks(), { ...options.value, source: "log" });
  if (!trace.ok) throw new Error(trace.problems.map(describeProblem).join("\n"));
  return trace.value;
}

/** The rows of a trace. */
export function rowsOf(trace: Trace): ImportedRow[] {
  const { columns, report } = trace;
  return Array.from({ length: trace.count }, (_, row) => ({
    start: isoFromEpochUs(report.startsAtEpochUs + (columns.startUs[row] ?? 0)).replace(/\.?0*Z$/u, "Z"),
    key: trace.keys[columns.key[row] ?? 0] ?? "",
    route: trace.routes[columns.route[row] ?? 0] ?? "",
    outcome: trace.outcome[row] === 0 ? "served" : (trace.errorKinds[(trace.outcome[row] ?? 0) - 1] ?? ""),
    latencyUs: columns.latencyUs[row] ?? 0,
    bytes: columns.bytes[row] ?? 0,
    line: columns.line[row] ?? 0,
  }));
}

/** The reasons for which rows were rejected, each with the line of the first. */
export function rejectionsOf(trace: Trace): string[] {
  return trace.report.rejections.map(({ reason, count, firstLines }) => `${count} x ${reason}: ${firstLines[0]?.line}`);
}
