import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryJsonLog, arbitraryLog, traceOfLog } from "../../test/traces/arbitrary-log.ts";
import { answeredBy, unansweredRows } from "./answered-by.ts";
import type { Trace } from "./columns.ts";
import { cutTrace } from "./cut-trace.ts";
import { STATUS_NOT_STATED } from "./failure.ts";
import { traceCsv } from "./trace-csv.ts";

/** What a replay works with, by name: numbers, lines, and what an importer says of another file are no part of it. */
function replayed(trace: Trace): unknown {
  const { columns, outcome, keys, routes, errorKinds, count } = trace;
  const { startsAtEpochUs, spanUs, withoutLatency, withoutBytes, onCandidate } = trace.report;
  const rows = Array.from(columns.startUs, (startUs, row) => ({
    startUs,
    key: keys[columns.key[row] as number],
    route: routes[columns.route[row] as number],
    outcome: errorKinds[(outcome[row] as number) - 1],
    isStated: columns.status[row] !== STATUS_NOT_STATED,
    latencyUs: columns.latencyUs[row],
    version: columns.version[row],
    bytes: columns.bytes[row],
  }));
  return { count, rows, startsAtEpochUs, spanUs, withoutLatency, withoutBytes, onCandidate };
}

/** Keys, and texts that a cell of CSV would not keep as they are. */
const arbitraryText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        " ",
        "  ",
        "-",
        "null",
        "NaN",
        "none",
        "Undefined",
        "a",
        "ü",
        '"',
        ",",
        "\\",
        "\\x",
        "\\x20",
        "\\x5C",
        "6Eull",
      ),
      fc.constantFrom("\t", "\r", "\n", "\u0001", "\u007f", "\u00a0", "\u0085", "\u2028", "漢"),
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(""));

/** Logs of such keys: JSON lines, CSV with and without quotes, and combined logs, where they are users or agents. */
const arbitraryKeyLog = fc
  .tuple(fc.array(arbitraryText, { minLength: 1, maxLength: 40 }), fc.constantFrom("json", "csv", "quoted", "combined"))
  .map(([texts, format]) => {
    const second = (row: number): string => String(10 + row);
    if (format === "json") {
      const rows = texts.map((user, row) => ({
        timestamp: `2024-05-17T10:00:${second(row)}Z`,
        user,
        route: "/a",
        status: 200,
      }));
      return rows.map((row) => JSON.stringify(row)).join("\n");
    }
    if (format !== "combined") {
      const cell = (text: string): string =>
        format === "quoted" ? `"${text.replaceAll('"', '""')}"` : text.replace(/[",\r\n]/gu, ".");
      const rows = texts.map((user, row) => `2024-05-17T10:00:${second(row)}Z,${cell(user)},/a,200`);
      return ["timestamp,user,route,status", ...rows].join("\n");
    }
    return texts
      .map((text, row) => {
        const agent = text.replace(/["\\\r\n]/gu, ".");
        const user = row % 3 > 0 ? "-" : text.replace(/[\s"[\]\\\u0001\u007f]/gu, "") || "-";
        return `10.0.0.1 - ${user} [17/May/2024:10:00:${second(row)} +0000] "GET /a HTTP/1.1" 200 5 "-" "${agent}"`;
      })
      .join("\n");
  });

describe("a trace as CSV", () => {
  it("keeps the keys of users, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryKeyLog, async (text) => {
        const trace = await traceOfLog(text);
        fc.pre(trace.count > 0);
        const again = await traceOfLog([...traceCsv(trace)].join(""));
        expect(replayed(again)).toEqual(replayed(trace));
        expect(again.keys).toHaveLength(new Set(trace.columns.key).size);
      }),
      { numRuns: 300 },
    );
  });

  it("says of a part whose rows are nobody's that they are", async () => {
    const versions = fc.array(fc.constantFrom("", "baseline", "candidate", "neither", "1.2.3"), {
      minLength: 2,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(versions, fc.nat(29), async (rows, cut) => {
        const lines = rows.map((version, row) => `${1_700_000_000 + row},u,/a,200,${version}`);
        const whole = await traceOfLog(["timestamp,user,route,status,version", ...lines].join("\n"));
        expect(whole.report.namesBaseline).toBe(rows.includes("baseline") || rows.includes("neither"));
        const from = Math.min(cut, rows.length - 1) * 1_000_000;
        const part = cutTrace(whole, { from: { kind: "offset", us: from }, to: null });
        if (!part.ok) throw new Error("there is a row in the range");
        const again = await traceOfLog([...traceCsv(part.value)].join(""));
        expect(replayed(again)).toEqual(replayed(part.value));
        expect([answeredBy(again), unansweredRows(again)]).toEqual([
          answeredBy(part.value),
          unansweredRows(part.value),
        ]);
        expect(again.report.otherVersions.rows).toBe(0);
      }),
    );
  });

  it("imports to the same requests", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(arbitraryLog, arbitraryJsonLog), async (text) => {
        const trace = await traceOfLog(text);
        expect(replayed(await traceOfLog([...traceCsv(trace)].join("")))).toEqual(replayed(trace));
      }),
    );
  });
});
