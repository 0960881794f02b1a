import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { describeProblem, type Read } from "../engine/kernel/problem.ts";
import type { Trace } from "./columns.ts";
import { readImportSettings, type ImportSettingsText } from "./import-settings.ts";
import { importTrace } from "./import-trace.ts";

async function importBytes(
  bytes: Uint8Array,
  text: ImportSettingsText = {},
  chunkBytes = 65_536,
): Promise<Read<Trace>> {
  const settings = readImportSettings(text);
  if (!settings.ok) return settings;
  return importTrace(chunksOf(bytes, chunkBytes), { ...settings.value, source: "trace" });
}

async function* chunksOf(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

async function problemsOf(text: string | Uint8Array, settings: ImportSettingsText = {}): Promise<string[]> {
  const read = await importBytes(typeof text === "string" ? Buffer.from(text) : text, settings);
  return read.ok ? [] : read.problems.map(describeProblem);
}

const LOG_LINES = Array.from(
  { length: 40 },
  (_, i) =>
    `10.0.0.${i % 7} - - [17/May/2015:10:05:${String((i * 7) % 60).padStart(2, "0")} +0000] "GET /p/${i} HTTP/1.1" 200 ${i} "-" "x \\" y" 0.${i}`,
);
const CSV_LINES = Array.from({ length: 40 }, (_, i) => `${1_715_947_203_000 + i * 900},u${i % 9},"/a,${i}",200,${i}.5`);
const CSV_TEXT = `ts,user,route,status,latency_ms\n${CSV_LINES.join("\n")}\n`;

describe("a beginning that is given", () => {
  it.each([
    ["ts,status\n5,200\n6,200\n", true],
    ["ts,status\n5,200\n2024-01-01T00:00:00Z,200\n", true],
    ['{"ts": 5, "status": 200}\n{"ts": 6, "status": 200}\n', true],
    [CSV_TEXT, false],
    [`${LOG_LINES.join("\n")}\n`, false],
  ])("is said to be idle where no time counts from it: %#", async (text, isUsed) => {
    const read = await importBytes(Buffer.from(text), { start: "2024-01-01T00:00:00Z" });
    if (!read.ok) throw new Error(read.problems[0]?.message);
    expect(read.value.report.notes.some((note) => note.startsWith("--start was not used"))).toBe(!isUsed);
    const without = isUsed ? null : await importBytes(Buffer.from(text));
    if (without?.ok === true) expect(without.value.report.notes.join()).not.toContain("--start");
  });
});

describe("what is no trace", () => {
  it.each([
    ["", "the file is empty"],
    ["\n \n\r\n", "the file has nothing but blank lines"],
    [
      "name: policy\nphases:\n  - a\n",
      "the format of this trace cannot be told; tried: common-log (0 of the first 3 lines",
    ],
    ['{"elapsed": 1, "status": 200}\n', "the format of this trace cannot be told"],
    ['{"time": 1, "status": 200}\n', "the times count from 0, and it was not given when that was"],
    ["time,status\nyesterday,200\n", "trace:2:1: none of 1 rows could be read as CSV: 1 x unreadable time"],
    ["time,status\n2024-01-01 00:00:00,200\n", "the times name no zone, and none was given"],
    ["time,status\n1715947203,499\n", "all of 1 requests were left by their clients or unfinished"],
  ])("%j", async (text, message) => {
    const problems = await problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it("is binary or compressed", async () => {
    expect((await problemsOf(new Uint8Array(5_000)))[0]).toContain("binary");
    expect((await problemsOf(new Uint8Array([0x1f, 0x8b, 8, 0])))[0]).toContain("gzip");
    expect(await problemsOf(gzipSync(CSV_TEXT))).toEqual([]);
  });

  it("says every wrong setting at once", async () => {
    const settings = { format: "cvs", columns: "tim=a,user", zone: "Mars", errors: "bad", maxRejected: "2" };
    const times = { from: "noon", to: "-3", start: "soon" };
    const problems = await problemsOf(CSV_TEXT, { ...settings, ...times });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "--format",
      "--columns",
      "--columns",
      "--errors",
      "--zone",
      "--max-rejected",
      "--from",
      "--to",
      "--start",
    ]);
    expect(problems[0]).toContain("did you mean csv?");
    expect(problems[1]).toContain("did you mean");
  });
});

describe("rejected rows", () => {
  it("are counted by reason with their lines, and stop the import only above the given share", async () => {
    const text = `${LOG_LINES[0]}\n\nrubbish\n${LOG_LINES[1]}\n${"x".repeat(1_000_000)}\n${LOG_LINES[2]}`;
    const read = await importBytes(Buffer.from(text));
    if (!read.ok) throw new Error(describeProblem(read.problems[0]!));
    const { rows, accepted, rejected, rejections } = read.value.report;
    expect({ rows, accepted, rejected }).toEqual({ rows: 6, accepted: 3, rejected: 3 });
    expect(rejections.map(({ reason, count, firstLines }) => [reason, count, firstLines[0]?.line])).toEqual([
      ["blank line", 1, 2],
      ["not a common log line", 1, 3],
      ["line too long", 1, 5],
    ]);
    expect(await problemsOf(text, { maxRejected: "50%" })).toEqual([]);
    const problems = await problemsOf(text, { maxRejected: "49%" });
    expect(problems[0]).toContain("3 of 6 rows were rejected");
    expect(problems[0]).toContain("at most 49%");
  });
});

describe("damage", () => {
  const damage = fc.record({
    lines: fc.shuffledSubarray([...LOG_LINES.keys()], { minLength: 1 }),
    cuts: fc.array(fc.tuple(fc.nat(), fc.nat(30)), { maxLength: 5 }),
    bytes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(10, 13, 34, 44, 0, 255, 92, 32, 195)), { maxLength: 12 }),
    crlf: fc.boolean(),
    chunkBytes: fc.integer({ min: 1, max: 4_096 }),
  });

  it.each([
    ["common-log", "", LOG_LINES],
    ["csv", "ts,user,route,status,latency_ms", CSV_LINES],
  ])("of any kind to %s loses no row and throws nothing", async (format, header, lines) => {
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const end = how.crlf ? "\r\n" : "\n";
        let body = Buffer.from(how.lines.map((i) => lines[i] ?? "").join(end));
        for (const [at, length] of how.cuts) {
          const from = at % (body.length + 1);
          body = Buffer.concat([body.subarray(0, from), body.subarray(from + length)]);
        }
        for (const [at, byte] of how.bytes) if (body.length > 0) body[at % body.length] = byte;
        const bytes = header === "" ? body : Buffer.concat([Buffer.from(`${header}\n`), body]);
        const read = await importBytes(bytes, { format }, how.chunkBytes);
        const again = await importBytes(bytes, { format }, 65_536);
        expect(again).toEqual(read);
        if (!read.ok) return;
        const { rows, accepted, rejected, rejections, clientLeft } = read.value.report;
        expect(rows).toBe(accepted + rejected);
        expect(rejected).toBe(rejections.reduce((sum, rejection) => sum + rejection.count, 0));
        expect(read.value.count).toBe(accepted - clientLeft);
        const text = body.toString("latin1");
        const written = text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
        // Quoted cells may hold line ends; in logs a line is a row.
        if (format === "csv") expect(rows).toBeLessThanOrEqual(written);
        else expect(rows).toBe(written);
        const { startUs } = read.value.columns;
        for (let i = 1; i < startUs.length; i++) expect(startUs[i]!).toBeGreaterThanOrEqual(startUs[i - 1]!);
      }),
      { numRuns: 300 },
    );
  });

  it("to nothing else than text loses no row either: any bytes at all", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom("csv", "common-log", undefined),
        async (bytes, format) => {
          const read = await importBytes(bytes, { format });
          expect(read.ok ? [] : read.problems).toHaveLength(read.ok ? 0 : 1);
        },
      ),
    );
  });
});
