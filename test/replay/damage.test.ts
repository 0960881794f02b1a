/** Whatever is done to a log, of any format: nothing is thrown, and every line is a row that is accounted for. */
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Read } from "../../src/engine/kernel/problem.ts";
import type { Trace } from "../../src/replay/columns.ts";
import { readImportSettings } from "../../src/replay/import-settings.ts";
import { importTrace } from "../../src/replay/import-trace.ts";
import { FORMATS } from "../traces/format-samples.ts";

async function importBytes(bytes: Uint8Array, format: string | undefined, chunkBytes: number): Promise<Read<Trace>> {
  const settings = readImportSettings({ format, zone: "+03:30", start: "2024-05-17T10:00:00Z" });
  if (!settings.ok) return settings;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  return importTrace(chunks(), { ...settings.value, source: "log" });
}

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
        // Where no line ends in LF, lines end in CR.
        const text = bytes.includes(10) ? bytes.toString("latin1") : bytes.toString("latin1").replaceAll("\r", "\n");
        const lines = text.replace(/\n$/u, "").split("\n");
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
    expect(read).toBeGreaterThan(20);
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
