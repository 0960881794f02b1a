import fc from "fast-check";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { createTraceBuilder } from "../columns.ts";
import { listRejections } from "../rejections.ts";
import { createCsvReader, readingByNames } from "./csv-reader.ts";
import type { FormatOptions } from "./trace-format.ts";

const OPTIONS: FormatOptions = { zoneMinutes: 120, columns: null, startEpochUs: null };

interface Read {
  readonly rows: readonly (readonly unknown[])[];
  readonly rejections: unknown;
  readonly notes: unknown;
}

/** All rows by name, with blocks of so many bytes. */
async function read(file: Buffer, byReference: boolean, blocks: readonly number[], options = OPTIONS): Promise<Read> {
  const builder = createTraceBuilder();
  const reader = createCsvReader(builder, options, {
    hasHeader: true,
    delimiterOf: () => ",",
    layOut: (header) => readingByNames(header, options),
    describe: () => "",
    ...(byReference ? { byReference: true as const } : {}),
  });
  let line = 1;
  let at = 0;
  for (let nth = 0; at < file.length; nth++) {
    const end = file.indexOf(10, at + (blocks[nth % blocks.length] ?? 0));
    const block = file.subarray(at, end === -1 ? file.length : end + 1);
    line = reader.readBlock?.(block, line) ?? -1;
    await reader.settle?.();
    at += block.length;
  }
  await reader.end?.();
  const { columns: c, count } = builder;
  const rows = Array.from({ length: count }, (_, i) => [
    c.startUs[i],
    builder.keys.names[c.key[i] ?? 0],
    builder.routes.names[c.route[i] ?? 0],
    (c.status[i] ?? 0) < 1_003 ? c.status[i] : builder.errorClasses.names[(c.status[i] ?? 0) - 1_003],
    c.latencyUs[i],
    c.version[i],
    c.bytes[i],
    c.line[i],
    c.fingerprint[i],
  ]);
  return { rows, rejections: listRejections(builder.rejections), notes: reader.notes?.() };
}

const HEADER = "timestamp,user,ip,agent,method,route,status,latency_ms,version,bytes,note";
const cell = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const row = fc
  .tuple(
    cell(
      "1715940303",
      "1715940303.25",
      "1715940303250",
      "1715940303250000123",
      "2024-05-17T10:05:03.5Z",
      "2024-05-17 12:05:03",
      "soon",
      "5",
    ),
    cell("ann", "", "-", " bob ", "ü", "NaN", "undefined", "none", "u123", "a,b", 'q"q', "two\nlines"),
    cell("10.0.0.1", "", "-"),
    cell("agent 1", "", "-", "x y"),
    cell("GET", "", "a b"),
    cell("/a/1?q", "", "/b", "http://h/c", "GET /x/9"),
    cell("200", "", "0", "499", "503", "ok", "Timeout", "42", "200.0", " 404"),
    cell("12", "12.5", "", "-", "3ms", "2e3", "x", "-1", "99999999999", "1234567890123456"),
    cell("stable", "canary", "blue", ""),
    cell("7", "", "-", "many", "1.5", "-3", "Infinity"),
    cell("", "x", '"', "é"),
  )
  .map((cells) => cells.map((text) => (/[",\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(","));
const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...Buffer.from('",\n\r 9a'), 0, 9, 160, 195, 255)), {
  maxLength: 6,
});
const blocks = fc.array(fc.nat(300), { minLength: 1, maxLength: 4 });

describe("CSV by its lines", () => {
  it("is the same by the scanner and by csv-parse, however damaged, cut and divided into blocks", async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 14 }),
        damage,
        fc.nat(),
        fc.boolean(),
        blocks,
        async (lines, bytes, cut, crlf, sizes) => {
          const body = Buffer.from(lines.join(crlf ? "\r\n" : "\n"));
          for (const [at, byte] of bytes) body[at % body.length] = byte;
          const kept = cut % 3 === 0 ? body.subarray(0, cut % body.length) : body;
          const file = Buffer.concat([Buffer.from(`${HEADER}\n`), kept]);
          const fast = await read(file, false, sizes);
          expect(fast).toEqual(await read(file, true, [1_000_000]));
          plain += fast.rows.length;
        },
      ),
      { numRuns: 500 },
    );
    expect(plain).toBeGreaterThan(100);
  });

  it("is the same by column and by csv-parse where most rows are plain and some are odd", async () => {
    const usual: Readonly<Record<string, readonly string[]>> = {
      timestamp: ["1715940303250", "1715940304", "2024-05-17T10:05:03.5Z"],
      end: ["1715940303250", "1715940309"],
      user: ["ann", "bob", "u1", "u2"],
      ip: ["10.0.0.1", "10.0.0.2"],
      agent: ["", "-", "x"],
      method: ["GET", "POST"],
      route: ["/a?q=1", "/a?q=2", "/b/7", "/b#x", "/c"],
      status: ["200", "404", "503"],
      latency_ms: ["12", "12.5", "0.001", "-"],
      version: ["stable", "canary"],
      bytes: ["7", "0", ""],
      note: ["", "x", "yy"],
    };
    const odd = [
      "",
      "-",
      " ",
      " ann ",
      " stable ",
      "a b",
      "/b c",
      "NULL",
      "1e3",
      "99999999",
      "42",
      "ok",
      "blue",
      "7ms",
      "\u0001a",
      "a,b",
    ];
    const headers = [
      "timestamp,user,route,status,latency_ms",
      "note,version,end,user,method,route,latency_ms,bytes",
      "ip,timestamp,status,route,bytes,method",
      "timestamp,user,method",
      "timestamp,ip,agent,route",
    ];
    const file = fc.constantFrom(...headers).chain((header) => {
      const columns = header.split(",");
      const plainCells = fc.tuple(...columns.map((name) => fc.constantFrom(...(usual[name] ?? []))));
      const oddRow = fc
        .tuple(plainCells, fc.nat(columns.length - 1), fc.constantFrom(...odd))
        .map(([cells, at, text]) => (text === "a,b" ? [...cells, text] : cells.with(at, text)).join(","));
      const rows = fc.array(
        fc.oneof(
          { arbitrary: plainCells.map((cells) => cells.join(",")), weight: 12 },
          { arbitrary: oddRow, weight: 2 },
          { arbitrary: plainCells.map((cells) => cells.with(0, "y".repeat(66_000)).join(",")), weight: 1 },
          { arbitrary: fc.constantFrom("", header, header.slice(1), "x".repeat(70_000)), weight: 1 },
        ),
        { minLength: 1, maxLength: 80, size: "max" },
      );
      return rows.map((lines) => Buffer.from([header, ...lines].join("\n"), "latin1"));
    });
    await fc.assert(
      fc.asyncProperty(file, fc.constantFrom([0], [0], [1_000], [200_000]), async (bytes, sizes) => {
        expect(await read(bytes, false, sizes)).toEqual(await read(bytes, true, [1_000_000]));
      }),
      { numRuns: 300 },
    );
  });

  it("knows the header again where it could be a row", async () => {
    const columns = { columnOf: { timestamp: "1715940303", user: "ann" }, latencyUnitUs: null, timeUnitUs: null };
    const file = Buffer.from("1715940303,ann\n1715940304,ann\n1715940303,ann\n1715940305,ann\n");
    const { rows, rejections } = await read(file, false, [0], { ...OPTIONS, columns });
    expect(rows.map((one) => one[7])).toEqual([2, 4]);
    expect(rejections).toEqual([expect.objectContaining({ reason: "the header again", count: 1 })]);
  });

  it("reads more rows than are looked at together", async () => {
    const lines = Array.from(
      { length: 5_000 },
      (_, i) => `${1_715_940_303_000 + i},u${i % 7},/p${i % 3},200,${i % 50}`,
    );
    const file = Buffer.from(`timestamp,user,route,status,latency_ms\n${lines.join("\n")}\n`);
    const { rows } = await read(file, false, [600, 1_000_000]);
    expect(rows.map((one) => [one[0], one[1], one[2], one[4], one[7]])).toEqual(
      lines.map((_, i) => [1_715_940_303_000_000 + i * 1_000, `u${i % 7}`, `/p${i % 3}`, (i % 50) * 1_000, i + 2]),
    );
  });

  it("is what csv-parse and plain JavaScript make of it", async () => {
    const good = fc.record({
      at: fc.integer({ min: 1_000_000_000_000, max: 2_000_000_000_000 }),
      user: fc.constantFrom("ann", "bob b", "é", 'q"', "a,b", "x\ny"),
      route: fc.constantFrom("/a", "/b/c"),
      status: fc.integer({ min: 100, max: 599 }),
      latency: fc.integer({ min: 0, max: 2_000_000 }).map((us) => us / 1_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(good, { minLength: 1, maxLength: 30 }), blocks, async (rows, sizes) => {
        const quoted = (text: string): string => (/[",\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
        const text = rows
          .map((one) => `${one.at},${quoted(one.user)},${one.route},${one.status},${one.latency}`)
          .join("\n");
        const file = Buffer.from(`timestamp,user,route,status,latency_ms\n${text}\n`);
        const expected = parse(text).map(([at, user, route, status, latency]) => [
          Number(at) * 1_000,
          user,
          route,
          Number(status),
          Math.round(Number(latency) * 1_000),
        ]);
        expect((await read(file, false, sizes)).rows.map((one) => one.slice(0, 5))).toEqual(expected);
      }),
    );
  });

  it("reads more cells than there is room for at first, by either way", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `c${i}`).join(",");
    const cells = Array.from({ length: 300 }, () => "x").join(",");
    const file = Buffer.from(`${names},time,user\n${cells},1715940303,ann\n${cells},1715940304,"b,c"\n`);
    const fast = await read(file, false, [1]);
    expect(fast.rows.map((one) => one[1])).toEqual(["ann", "b,c"]);
    expect(await read(file, true, [1])).toEqual(fast);
  });

  it("guesses units of latencies and of times that count from 0, and says so", async () => {
    const options = { ...OPTIONS, startEpochUs: 1_715_940_000_000_000 };
    const file = Buffer.from("timestamp,duration\n0,0.25\n3000,0.5\n3000,1.25\n6000,0.75\n");
    const { rows, notes } = await read(file, false, [1_000], options);
    expect(rows.map((one) => [one[0], one[4]])).toEqual([
      [1_715_940_000_000_000, 250_000],
      [1_715_940_003_000_000, 500_000],
      [1_715_940_003_000_000, 1_250_000],
      [1_715_940_006_000_000, 750_000],
    ]);
    expect(notes).toEqual([
      expect.stringContaining("taken as milliseconds (--columns timestamp_ms="),
      expect.stringContaining("each is routed on its own"),
      expect.stringContaining("no status"),
      "the latency column names no unit: taken as seconds",
    ]);
  });
});
