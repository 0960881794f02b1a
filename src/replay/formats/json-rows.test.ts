import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTraceBuilder, type TraceBuilder } from "../columns.ts";
import { listRejections } from "../rejections.ts";
import { createJsonRows, type JsonKeys } from "./json-rows.ts";

const KEYS: JsonKeys = {
  start: [["start"]],
  end: [["ts"], ["time"]],
  user: [["user"]],
  address: [["req", "ip"], ["ip"]],
  agent: [["req", "agent"]],
  request: [["request"]],
  method: [["method"]],
  route: [["req", "uri"], ["path"]],
  status: [["status"], ["code"]],
  latency: [
    { path: ["duration"], unitUs: 1_000_000 },
    { path: ["ms"], unitUs: 1_000 },
  ],
  version: [["version"]],
  bytes: [["size"]],
};

/** Rows by name: bytes that are no UTF-8 make different entries of the dictionaries that have the same name. */
function read(lines: readonly Buffer[], byReference: boolean): unknown {
  const builder: TraceBuilder = createTraceBuilder();
  const options = { zoneMinutes: 120, columns: null, startEpochUs: 1_715_940_303_000_000 };
  const reference = byReference ? { byReference: true as const } : {};
  const shape = { keys: KEYS, needed: ["status", "route"] as const, describe: () => "", ...reference };
  const reader = createJsonRows(builder, options, shape);
  lines.forEach((line, i) => {
    const bytes = Buffer.concat([Buffer.from('{"x'), line, Buffer.from('9"}')]);
    reader.readLine(bytes, 3, bytes.length - 3, i + 1);
  });
  const { columns: c, count } = builder;
  const rows = Array.from({ length: count }, (_, i) => [
    c.startUs[i],
    builder.keys.names[c.key[i]!],
    builder.routes.names[c.route[i]!],
    c.status[i]! < 1_003 ? c.status[i] : builder.errorClasses.names[c.status[i]! - 1_003],
    c.latencyUs[i],
    c.version[i],
    c.bytes[i],
    c.line[i],
    c.fingerprint[i],
  ]);
  expect(count + builder.rejections.count).toBe(lines.length);
  return { rows, rejections: listRejections(builder.rejections), notes: reader.notes?.() };
}

const time = fc.constantFrom<unknown>(
  "2024-05-17T10:05:03Z",
  "2024-05-17 10:05:03",
  1_715_940_303.25,
  1_715_940_303_250,
  "1715940303250000",
  5,
  "soon",
  null,
);
const text = fc.constantFrom<unknown>(
  "ann",
  "-",
  "",
  "é",
  '"q"',
  "10.0.0.1:80",
  "[::1]:80",
  "::1",
  7,
  7.5,
  null,
  true,
  ["x", 1],
  [],
);
const object = fc.record(
  {
    start: time,
    ts: time,
    time,
    user: text,
    ip: text,
    req: fc.oneof(text, fc.record({ ip: text, agent: text, uri: text }, { requiredKeys: [] })),
    request: fc.constantFrom("GET /a?b HTTP/1.1", "\u0000", "-"),
    method: fc.constantFrom("GET", "POST"),
    path: fc.constantFrom("/a", "/b/7?x", "http://h/c"),
    status: fc.constantFrom<unknown>(200, "200", 200.5, "ok", "Timeout", 0, 42, "-", null, 2e2, "1e2"),
    code: fc.constantFrom<unknown>(503, "499"),
    duration: fc.constantFrom<unknown>(0.25, "0.250", "-", "", 3e3, "0.1, 0.2", -1, "x", 1e-3, null, "12ms"),
    ms: fc.constantFrom<unknown>(12, "12.5"),
    version: fc.constantFrom<unknown>("canary", "stable", "blue"),
    size: fc.constantFrom<unknown>(12, "12", "many", -1, 1.5, "-"),
    other: fc.anything({ maxDepth: 2 }),
  },
  { requiredKeys: [] },
);
const line = object.map((one) => Buffer.from(JSON.stringify(one)));
const damage = fc.array(
  fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(0, 10, 13, 34, 44, 48, 58, 92, 123, 125, 195, 255)),
  {
    maxLength: 4,
  },
);

describe("rows of JSON objects", () => {
  it("are the same by the scanner and by JSON.parse, from lines that are damaged, cut and out of order", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), damage, fc.nat(), (lines, bytes, cut) => {
        const copies = lines.map((one) => Buffer.from(one));
        for (const [which, at, byte] of bytes) {
          const one = copies[which % copies.length]!;
          one[at % one.length] = byte;
        }
        const last = copies.length - 1;
        if (cut % 3 === 0) copies[last] = copies[last]!.subarray(0, cut % copies[last]!.length);
        expect(read(copies, false)).toEqual(read(copies, true));
      }),
      { numRuns: 1_000 },
    );
  });

  it("keep microseconds of nanoseconds that exceed 2^53", () => {
    const lines = [Buffer.from('{"start":1661140921590857802,"status":200}')];
    expect(read(lines, false)).toMatchObject({ rows: [expect.arrayContaining([1_661_140_921_590_857])] });
  });
});
