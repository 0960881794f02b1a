/** Logs of random rows as CSV, and the trace that is read of one. */
import fc from "fast-check";
import type { Trace } from "../../src/replay/columns.ts";
import { finishTrace } from "../../src/replay/finish-trace.ts";
import { importRows } from "../../src/replay/import-trace.ts";
import { readImportSettings } from "../../src/replay/import-settings.ts";
import type { RowRuns } from "../../src/replay/row-runs.ts";

/** One row of a log. */
const row = fc.record({
  at: fc.nat(400),
  user: fc.oneof(fc.constantFrom("u1", "u2", "ü", "a,b", '"q"', "漢字"), fc.nat(40).map(String)),
  route: fc.constantFrom("/", "/a", "/b/c", "/d?x=1", "/e/77"),
  status: fc.constantFrom("200", "404", "499", "500", "503", "", "TimeoutException", "0"),
  latencyMs: fc.oneof(fc.constant(""), fc.nat(5_000).map(String), fc.constant("0.25"), fc.constant("nonsense")),
  version: fc.constantFrom("", "baseline", "candidate"),
  bytes: fc.oneof(fc.constant(""), fc.nat(9_999).map(String)),
});

const rows = fc.array(row, { minLength: 1, maxLength: 120, size: "max" });

/** The text of a log; at least one of its rows is accepted and has an outcome. */
export const arbitraryLog: fc.Arbitrary<string> = rows.map((rows) => {
  const cell = (text: string): string => (/[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((one) =>
    [1_700_000_000 + one.at / 4, cell(one.user), one.route, one.status, one.latencyMs, one.version, one.bytes].join(
      ",",
    ),
  );
  return ["timestamp,user,route,status,latency_ms,version,bytes", "1700000050,u0,/,200,7,,", ...lines].join("\n");
});

/** The same as JSON lines, some of which, or all, do not state a status. */
export const arbitraryJsonLog: fc.Arbitrary<string> = fc.tuple(rows, fc.boolean()).map(([rows, hasStatuses]) =>
  rows
    .map(({ at, user, route, status, version }) =>
      JSON.stringify({
        timestamp: 1_700_000_000 + at / 4,
        user,
        route,
        latency_ms: at,
        version,
        ...(hasStatuses && status !== "" ? { status } : {}),
      }),
    )
    .concat('{"timestamp":1700000050,"user":"u0","route":"/","latency_ms":7,"version":""}')
    .join("\n"),
);

/** The trace of a log, with its rows in memory or in runs. */
export async function traceOfLog(text: string, runs: RowRuns | null = null, errors?: string): Promise<Trace> {
  const settings = readImportSettings({ errors });
  if (!settings.ok) throw new Error("no settings are valid settings");
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
  }
  const rows = await importRows(chunks(), { ...settings.value, source: "log.csv" }, runs);
  if (!rows.ok) throw new Error(rows.problems.map(({ message }) => message).join("\n"));
  return finishTrace(rows.value.builder, rows.value.description);
}

/** A trace as plain values that can be compared. */
export function plainTrace(trace: Trace): unknown {
  const columns = Object.fromEntries(
    Object.entries(trace.columns).map(([name, column]) => [name, Array.from(column as Uint8Array)]),
  );
  return { ...trace, columns, outcome: Array.from(trace.outcome) };
}
