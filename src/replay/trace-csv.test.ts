import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryJsonLog, arbitraryLog, traceOfLog } from "../../test/traces/arbitrary-log.ts";
import type { Trace } from "./columns.ts";
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

describe("a trace as CSV", () => {
  it("imports to the same requests", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(arbitraryLog, arbitraryJsonLog), async (text) => {
        const trace = await traceOfLog(text);
        expect(replayed(await traceOfLog([...traceCsv(trace)].join("")))).toEqual(replayed(trace));
      }),
    );
  });
});
