import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";
import type { Trace } from "../columns.ts";

/** One request as a load generator knows it. */
interface LoadedRequest {
  readonly second: number;
  readonly ms: number;
  readonly status: string;
  readonly error: string;
  readonly errorCode: string;
  readonly method: string;
  readonly url: string;
  readonly user: string;
}

const request: fc.Arbitrary<LoadedRequest> = fc.record({
  second: fc.integer({ min: 1_715_940_000, max: 1_715_940_060 }),
  ms: fc.integer({ min: 0, max: 90_000 }),
  status: fc.constantFrom("200", "404", "503", "499", "0", "", "7", "no"),
  error: fc.constantFrom(
    "",
    'Get "http://h:80/a,b": dial tcp 10.0.0.1:80: connect: connection refused',
    "dial: i/o timeout",
    "request timeout",
    "503 Service Unavailable",
    ": ",
  ),
  errorCode: fc.constantFrom("", "0", "1050", "1212"),
  method: fc.constantFrom("GET", "POST"),
  url: fc.constantFrom("http://h/a/7?b", "http://h/", "http://h/a,b"),
  user: fc.constantFrom("1", "2", "33"),
});
const run = fc
  .array(request, { minLength: 1, maxLength: 25 })
  // One that is read in any case: a file of none is refused.
  .map((all) => [...all, { ...all[0]!, status: "200" }]);

const cell = (text: string): string => (/[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const row = (cells: readonly (string | number)[]): string => cells.map((one) => cell(String(one))).join(",");

/** Rows without the lines in which they stand, of which those of JSON have no header above them. */
function withoutLines(trace: Trace): unknown {
  const { accepted, clientLeft, unfinished, rejections } = trace.report;
  return {
    rows: rowsOf(trace).map(({ line: _, ...one }) => one),
    kinds: trace.errorKinds.toSorted(),
    counts: { accepted, clientLeft, unfinished },
    reasons: Object.fromEntries(rejections.map(({ reason, count }) => [reason, count])),
  };
}

describe("results of a load generator", () => {
  it("are the same rows from k6's CSV and from its JSON", async () => {
    await fc.assert(
      fc.asyncProperty(run, async (requests) => {
        const csv = requests.map((one) => {
          const { second, ms, error, errorCode, method, url, status, user } = one;
          return row(["http_req_duration", second, ms, error, errorCode, method, url, status, user]);
        });
        const json = requests.map((one) => {
          const { second, ms, error, errorCode: error_code, method, url, status, user: vu } = one;
          const tags = { error, error_code, method, url, status, vu };
          const data = { time: new Date(second * 1_000).toISOString(), value: ms, tags };
          return JSON.stringify({ type: "Point", metric: "http_req_duration", data });
        });
        const header = "metric_name,timestamp,metric_value,error,error_code,method,url,status,vu";
        expect(withoutLines(await importLines([header, ...csv]))).toEqual(withoutLines(await importLines(json)));
      }),
    );
  });

  it("are the same rows from Vegeta's CSV and from its JSON", async () => {
    await fc.assert(
      fc.asyncProperty(run, async (requests) => {
        const csv = requests.map(({ second, ms, status, error, method, url }, i) => {
          const result = [`${second}000000000`, status === "no" ? "0" : status, `${ms}000000`, 0, 12];
          return row([...result, error, "", "", i, method, url, ""]);
        });
        const json = requests.map(({ second, ms, status, error, method, url }, seq) => {
          const [code, timestamp] = [status === "no" ? 0 : status, new Date(second * 1_000).toISOString()];
          const more = { attack: "", seq, bytes_out: 0, bytes_in: 12, body: "", error, method, url };
          return JSON.stringify({
            ...more,
            code: status === "" ? "" : Number(code),
            timestamp,
            latency: ms * 1_000_000,
          });
        });
        const settings = { format: "vegeta-csv" };
        const [ofCsv, ofJson] = [await importLines(csv, settings), await importLines(json)];
        // Each request is on its own: by its line, which is the same.
        expect(rowsOf(ofCsv)).toEqual(rowsOf(ofJson));
        expect(withoutLines(ofCsv)).toEqual(withoutLines(ofJson));
      }),
    );
  });

  it.each([
    ["200", "", "", "served"],
    ["503", "503 Service Unavailable", "1503", "503"],
    ["0", "dial tcp 10.0.0.1:80: connect: connection refused", "1212", "connection refused"],
    ["", "request timeout", "1050", "request timeout"],
    ["0", "", "1050", "error 1050"],
    ["0", "", "", "no answer"],
    ["", "", "0", "no answer"],
  ])("with status %j, error %j and code %j are: %s", async (status, error, errorCode, outcome) => {
    const header = "metric_name,timestamp,metric_value,error,error_code,status";
    const trace = await importLines([header, row(["http_req_duration", 1_715_940_000, 1, error, errorCode, status])]);
    expect(rowsOf(trace).map((one) => one.outcome)).toEqual([outcome]);
    expect(rejectionsOf(trace)).toEqual([]);
  });
});
