/** Whatever is done to a log, of any format: nothing is thrown, and every line is a row that is accounted for. */
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Read } from "../../src/engine/kernel/problem.ts";
import type { Trace } from "../../src/replay/columns.ts";
import { readImportSettings } from "../../src/replay/import-settings.ts";
import { importTrace } from "../../src/replay/import-trace.ts";

async function importBytes(bytes: Uint8Array, format: string | undefined, chunkBytes: number): Promise<Read<Trace>> {
  const settings = readImportSettings({ format, zone: "+03:30", start: "2024-05-17T10:00:00Z" });
  if (!settings.ok) return settings;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  return importTrace(chunks(), { ...settings.value, source: "log" });
}

/** Two digits that differ from row to row. */
const two = (row: number): string => String((row * 7) % 60).padStart(2, "0");
const json = JSON.stringify;

/** One row of each format, and what stands above the rows. */
const FORMATS: readonly (readonly [string, string, (row: number) => string])[] = [
  [
    "common-log",
    "",
    (row) =>
      `10.0.0.${row % 7} - - [17/May/2024:10:05:${two(row)} +0330] "GET /p/${row}|x HTTP/1.1" 200 ${row} "-" "x \\" y" 0.${row}`,
  ],
  [
    "nginx-json",
    "",
    (row) =>
      json({
        time_iso8601: `2024-05-17T10:05:${two(row)}+00:00`,
        remote_addr: "::1",
        request: `GET /${row} HTTP/1.1`,
        status: row % 9 === 0 ? 499 : "200",
        request_time: `0.${row}`,
        upstream_response_time: "",
      }),
  ],
  [
    "envoy",
    "",
    (row) =>
      row % 2 === 0
        ? `[2024-05-17T10:05:${two(row)}.250Z] "GET /${row} HTTP/2" 200 - 0 1 ${row} 1 "-" "agent" "id" "shop" "-"`
        : json({
            start_time: `2024-05-17T10:05:${two(row)}Z`,
            response_code: 503,
            duration: row,
            method: "GET",
            path: "/",
          }),
  ],
  [
    "caddy",
    "",
    (row) =>
      json({
        level: "info",
        ts: 1_715_940_303.5 + row,
        msg: "é",
        request: { uri: `/${row}`, headers: { "User-Agent": ["x"] } },
        status: 200,
        duration: 1e-3,
      }),
  ],
  [
    "traefik-json",
    "",
    (row) => json({ StartUTC: `2024-05-17T10:05:${two(row)}Z`, DownstreamStatus: 200, Duration: row * 1_000 }),
  ],
  [
    "alb",
    "",
    (row) =>
      `https 2024-05-17T10:05:${two(row)}.5Z app/x 10.0.0.1:${row} - 0.1 0.2 -1 200 - 1 2 "GET http://h:80/${row} HTTP/1.1" "agent" - - arn "t" "d" "c" 0 2024-05-17T10:05:03Z "-" "-" "-"`,
  ],
  [
    "w3c",
    "#Fields: date time c-ip cs-method cs-uri-stem sc-status time-taken\n",
    (row) => `2024-05-17 10:05:${two(row)} 10.0.0.1 GET /${row} 200 ${row}`,
  ],
  [
    "cloudfront",
    "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status time-taken\n",
    (row) =>
      `2024-05-17\t10:05:${two(row)}\tFRA\t${row}\t10.0.0.1\tGET\th\t/${row}\t${row % 5 === 0 ? "000" : 200}\t0.1`,
  ],
  [
    "haproxy",
    "",
    (row) =>
      `10.0.0.1:${row} [17/May/2024:10:05:${two(row)}.127] web~ shop/n 0/0/1/2/${row} 200 7 - - ---- 1/1/0/0/0 0/0 {x} "GET /${row} HTTP/1.1"`,
  ],
  [
    "csv",
    "timestamp,user,route,status,latency\n",
    (row) => `171594030${row % 9},u${row % 4},/p/${row},${row % 5 === 0 ? "Timeout" : 200},${row}.5`,
  ],
  [
    "k6-csv",
    "metric_name,timestamp,metric_value,error,error_code,method,name,status\n",
    (row) => `${row % 3 === 0 ? "vus" : "http_req_duration"},17159403${two(row)},${row}.25,,,GET,/${row},200`,
  ],
  [
    "jtl",
    "timeStamp,elapsed,label,responseCode,threadName,success\n",
    (row) => `17159403${two(row)}250,${row},/${row},${row % 4 === 0 ? "java.io.X" : 200},T 1-${row % 3},true`,
  ],
  [
    "spans-csv",
    "TraceID,SpanID,ParentID,OperationName,StartTimeUnixNano,EndTimeUnixNano\n",
    (row) => `t${row},s${row},${row % 3 === 0 ? "s1" : "root"},op,16611409215908578${two(row)},1661140921751703623`,
  ],
  [
    "json-lines",
    "",
    (row) => json({ at: { time: 1_715_940_303 + row }, user: { id: row % 4 }, url: `/${row}`, code: 200, took: "3ms" }),
  ],
  [
    "k6-json",
    "",
    (row) =>
      json({
        type: "Point",
        metric: row % 3 === 0 ? "vus" : "http_req_duration",
        data: { time: `2024-05-17T10:05:${two(row)}Z`, value: row, tags: { status: "200", url: "/" } },
      }),
  ],
  [
    "vegeta-json",
    "",
    (row) =>
      json({
        code: 200,
        timestamp: `2024-05-17T10:05:${two(row)}Z`,
        latency: row,
        bytes_out: 0,
        bytes_in: 1,
        url: "/",
      }),
  ],
  [
    "otlp",
    "",
    (row) =>
      json({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    name: "x",
                    parentSpanId: row % 4 === 0 ? "a1" : "",
                    startTimeUnixNano: `17159403032500009${two(row)}`,
                    endTimeUnixNano: `1715940303500000${row % 10}99`,
                  },
                ],
              },
            ],
          },
        ],
      }),
  ],
  ["vegeta-csv", "", (row) => `17159403032500009${two(row)},200,${row}000,0,12,,,a,${row},GET,http://h/${row},`],
];
const PREFIXES = ["", "shop-1  | ", "2024-05-17T10:05:03.000000100Z stdout F ", "May 17 10:05:03 edge app[7]: "];

const damage = fc.record({
  rows: fc.shuffledSubarray([...Array(30).keys()], { minLength: 1 }),
  cuts: fc.array(fc.tuple(fc.nat(), fc.nat(30)), { maxLength: 5 }),
  bytes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(9, 10, 13, 34, 35, 44, 0, 255, 92, 32, 123, 195)), {
    maxLength: 12,
  }),
  crlf: fc.boolean(),
  prefix: fc.constantFrom(...PREFIXES),
  noise: fc.constantFrom("", "$ cat log\n", "\u00ef\u00bb\u00bf"),
  chunkBytes: fc.integer({ min: 1, max: 4_096 }),
});

describe("damage", () => {
  it.each(FORMATS)("of any kind to %s loses no row and throws nothing", async (format, header, rowOf) => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(damage, fc.boolean(), async (how, isNamed) => {
        const end = how.crlf ? "\r\n" : "\n";
        const head = header === "" ? "" : `${how.prefix}${header}`;
        let body = Buffer.from(how.rows.map((row) => `${how.prefix}${rowOf(row)}`).join(end));
        for (const [at, length] of how.cuts) {
          const from = at % (body.length + 1);
          body = Buffer.concat([body.subarray(0, from), body.subarray(from + length)]);
        }
        for (const [at, byte] of how.bytes) if (body.length > 0) body[at % body.length] = byte;
        const bytes = Buffer.concat([Buffer.from(how.noise, "latin1"), Buffer.from(head), body]);
        const name = isNamed ? format : undefined;
        const trace = await importBytes(bytes, name, how.chunkBytes);
        expect(await importBytes(bytes, name, 65_536)).toEqual(trace);
        expect(await importBytes(gzipSync(bytes), name, how.chunkBytes)).toEqual(trace);
        if (!trace.ok) {
          expect(trace.problems.length).toBeGreaterThan(0);
          return;
        }
        read++;
        const { report, count, columns } = trace.value;
        expect(report.rows).toBe(report.accepted + report.rejected);
        expect(report.rejected).toBe(report.rejections.reduce((sum, rejection) => sum + rejection.count, 0));
        expect(count).toBe(report.accepted - report.clientLeft - report.unfinished);
        const lines = bytes.toString("latin1").replace(/\n$/u, "").split("\n");
        // Directives are no rows, and damage makes them of other lines.
        const directives = lines.filter((line) => line.replace(/^\u00ef\u00bb\u00bf/u, "").includes("#")).length;
        // Rows of OTLP are spans, not lines.
        if (trace.value.report.format.startsWith("OTLP")) return;
        expect(report.rows).toBeLessThanOrEqual(lines.length);
        // A header is no row; quoted cells go over several lines, in CSV without a header too.
        const headers = header !== "" && !header.startsWith("#") ? 1 : 0;
        const isCsv = headers === 1 || format === "vegeta-csv";
        if (!isCsv || !bytes.includes(34)) {
          expect(report.rows).toBeGreaterThanOrEqual(lines.length - directives - headers);
        }
        for (let row = 1; row < count; row++) {
          expect(columns.startUs[row]).toBeGreaterThanOrEqual(columns.startUs[row - 1] ?? 0);
        }
      }),
      { numRuns: 60 },
    );
    // What begins with noise has no header.
    expect(read).toBeGreaterThan(header === "" ? 20 : 5);
  });

  it("to nothing else than text does not throw either: any bytes at all, as any format", async () => {
    const names = fc.constantFrom(undefined, ...FORMATS.map(([name]) => name));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), names, async (bytes, format) => {
        const trace = await importBytes(bytes, format, 64);
        expect(trace.ok ? [] : trace.problems).toHaveLength(trace.ok ? 0 : 1);
      }),
    );
  });
});
