import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTraceBuilder, type TraceBuilder } from "../columns.ts";
import { takeLines } from "../lines.ts";
import { listRejections } from "../rejections.ts";
import type { JsonKeys } from "./json-keys.ts";
import { createJsonRows, type JsonRowsShape } from "./json-rows.ts";

const KEYS: JsonKeys = {
  start: [["start"]],
  end: [["ts"], ["time"]],
  user: [["user"], ["uid"]],
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
  bytes: [["size"], ["sent"]],
};

/** A name; bytes in it that are no UTF-8 are U+FFFD for `JSON.parse`, and `\\xE9` for the scanner, which sees them. */
function plain(name: string | undefined): string | undefined {
  return name?.replaceAll(/(?:\\x[0-9A-F]{2}|\uFFFD)+/gu, "?");
}

/** Rows by name. The reference reads line by line; else they are read in blocks of so many lines. */
function read(
  lines: readonly Buffer[],
  blockLines: number | "by reference",
  more: Partial<JsonRowsShape> = {},
): unknown {
  const builder: TraceBuilder = createTraceBuilder();
  const options = { zoneMinutes: 120, columns: null, startEpochUs: 1_715_940_303_000_000 };
  const reference = blockLines === "by reference" ? { byReference: true as const } : {};
  const shape = { keys: KEYS, needed: ["status", "route"] as const, describe: () => "", ...more, ...reference };
  const reader = createJsonRows(builder, options, shape);
  const lineEnd = Buffer.from("\n");
  let line = 1;
  for (let at = 0; at < lines.length;) {
    const taken = lines.slice(at, blockLines === "by reference" ? undefined : at + blockLines);
    at += taken.length;
    const block = Buffer.concat(taken.flatMap((one) => [one, lineEnd]));
    line =
      blockLines === "by reference"
        ? takeLines(block, line, (bytes, from, to, number) => reader.readLine(bytes, from, to, number))
        : reader.readBlock(block, line);
  }
  const { columns: c, count } = builder;
  const rows = Array.from({ length: count }, (_, i) => [
    c.startUs[i],
    plain(builder.keys.names[c.key[i]!]),
    plain(builder.routes.names[c.route[i]!]),
    c.status[i]! < 1_003 ? c.status[i] : plain(builder.errorClasses.names[c.status[i]! - 1_003]),
    c.latencyUs[i],
    c.version[i],
    c.bytes[i],
    c.line[i],
    c.fingerprint[i],
  ]);
  expect(count + builder.rejections.count).toBe(line - 1);
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
    sent: fc.constantFrom<unknown>(7, "-"),
    uid: text,
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
        expect(read(copies, 1 + (cut % 4))).toEqual(read(copies, "by reference"));
      }),
      { numRuns: 1_000 },
    );
  });

  const LINES = [
    `{"ts":"2024-05-17T10:05:03+00:00","ip":"10.0.0.1","method":"GET","path":"/a?q=1","status":200,"size":12,"sent":7,"duration":0.25,"other":"x"}`,
    `{"start":1715940303250,"user":"ann","uid":"u1","request":"GET /a?b HTTP/1.1","status":"404","ms":12.5,"version":"canary"}`,
    `{"other":[1.5,{"a":"b"}],"time":"2024-05-17T10:05:04Z","user":"-","req":{"ip":"::1","agent":"an agent","uri":"/b/7"},"code":503,"ms":12}`,
    `{ "start" : 1715940303.25, "ts":"2024-05-17T10:05:03Z", "user":12,"ip":"::1","path":"/a","request":"-","duration":"-","status":0}`,
    `{"ts":1715940303,"req":{"uri":"/a#b","agent":"curl/8"},"ip":"10.0.0.2","version":"stable","start":"2024-05-17T10:05:02Z","size":"7"}`,
    `{"ts":"2024-05-17T10:05:03Z","user":"-","ip":"10.0.0.1","path":"","request":"-","status":200}`,
    `{"ts":"2024-05-17T10:05:03Z","user":"-","ip":"10.0.0.1","path":"/a","status":200}`,
    `{"ts":"2024-05-17T10:05:03Z","user":"-","uid":"u1","ip":"10.0.0.1","path":"/a","status":200}`,
    `{"ts"\r:"2024-05-17T10:05:03Z"\r,"user"\t :  "ann","path" \r: "/a" ,"status": 200\t,"x":"y"}`,
  ];
  const ODD = [
    `""`,
    `"-"`,
    `" "`,
    `"null"`,
    `"a b"`,
    `"10.0.0.1:80"`,
    `"[::1]:80"`,
    `"::1"`,
    `"\\"q\\""`,
    `"x\\ty"`,
    `"7.50"`,
    "7.50",
    "7.5",
    "0",
    "-1",
    "42",
    "200",
    `"200.0"`,
    "null",
    "true",
    "[]",
    `["ann",1]`,
    "{}",
    `"blue"`,
    `"stable"`,
    `"99999"`,
    "99999999",
    `"running"`,
    `"GET /zz"`,
    `"/a?q=2"`,
    `"0.5"`,
    `"1715940303"`,
    `"2024-05-17T10:05:09Z"`,
  ];
  /** The line with another text in place of its nth value. */
  const withValue = (line: string, nth: number, text: string): string => {
    let value = -1;
    return line.replaceAll(/("(?:[^"\\]|\\.)*"\s*:)|"(?:[^"\\]|\\.)*"|[\d.]+/g, (old, key: string | undefined) =>
      key === undefined && ++value === nth ? text : old,
    );
  };

  it.each(LINES)("are the same among lines alike, whatever one value is: %s", (usual) => {
    for (let nth = 0; nth < 10; nth++) {
      for (const text of ODD) {
        const odd = withValue(usual, nth, text);
        const another = withValue(usual, (nth + 1) % 10, text);
        const asText = withValue(usual, nth, text.startsWith('"') ? text : JSON.stringify(text));
        // Known when it is met again, by itself, as another's, or as that of all lines.
        for (const [texts, blockLines] of [
          [[usual, odd, another, usual, odd, another, odd], 1],
          [[odd, odd, usual, odd], 2],
          [[usual, withValue(usual, 1, text), withValue(usual, 2, text), odd, usual], 1],
          [[usual, asText, asText, odd, odd], 1],
        ] as const) {
          const lines = texts.map((one) => Buffer.from(one));
          expect(read(lines, blockLines)).toEqual(read(lines, "by reference"));
        }
      }
    }
  });

  it.each(LINES)("are the same among lines that have other keys in the same places: %s", (usual) => {
    for (const [key] of usual.matchAll(/"\w+"(?=\s*:)/g)) {
      const renamed = usual.replace(key, '"none"');
      const lines = [usual, usual, renamed, usual, renamed].map((text) => Buffer.from(text));
      expect(read(lines, 1)).toEqual(read(lines, "by reference"));
    }
  });

  it("are the same among lines alike, with other lines between them, and lines that end in CRLF", () => {
    const other = fc.constantFrom("", "{}", "no JSON", `{"other":"${"y".repeat(66_000)}"}`, " ".repeat(70_000));
    const usual = fc.tuple(fc.nat(LINES.length - 1), fc.nat(9), fc.constantFrom(...ODD), fc.nat(9));
    const file = fc.array(
      fc.oneof(
        {
          arbitrary: usual.map(([line, nth, text, odds]) => withValue(LINES[line]!, odds < 3 ? nth : -1, text)),
          weight: 20,
        },
        { arbitrary: other, weight: 1 },
      ),
      { minLength: 20, maxLength: 60, size: "max" },
    );
    fc.assert(
      fc.property(file, fc.constantFrom(1, 2, 7, 100), fc.boolean(), (texts, blockLines, crlf) => {
        const lines = texts.map((text) => Buffer.from(crlf ? `${text}\r` : text));
        const needed = { needed: blockLines === 2 ? [] : ["route" as const] };
        expect(read(lines, blockLines, needed)).toEqual(read(lines, "by reference", needed));
      }),
      { numRuns: 150 },
    );
  });

  it("keep microseconds of nanoseconds that exceed 2^53", () => {
    const lines = [Buffer.from('{"start":1661140921590857802,"status":200}')];
    expect(read(lines, 1)).toMatchObject({ rows: [expect.arrayContaining([1_661_140_921_590_857])] });
  });
});
