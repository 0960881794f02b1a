import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LINE_BYTES_MAX, lineBlocks } from "../lines.ts";
import { createCsvLines } from "./csv-lines.ts";
import { parseRow, rowText, type RecordedRow } from "./recorded-row.ts";

const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "ü"), maxLength: 8 });
const row: fc.Arbitrary<RecordedRow> = fc.record({
  request: fc.nat(),
  atUs: fc.nat(),
  key: text,
  router: fc.nat(9),
  route: text,
  segment: text,
  session: fc.constant(-1),
  baselineUs: fc.nat(),
  baselineResult: text,
  candidateUs: fc.nat(),
  candidateResult: text,
});

async function recordsOf(whole: string, pieceBytes: number): Promise<(readonly [string, number])[]> {
  const bytes = Buffer.from(whole);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      yield await Promise.resolve(bytes.subarray(at, at + pieceBytes));
  }
  const records: (readonly [string, number])[] = [];
  const lines = createCsvLines((record, line) => records.push([record, line]));
  for await (const block of lineBlocks(chunks())) lines.read(block);
  lines.end();
  return records;
}

describe("records of a recording as CSV", () => {
  it("are the rows that were written, whatever is in their cells, with the lines that they begin in", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 6 }), fc.integer({ min: 1, max: 40 }), async (rows, pieceBytes) => {
        const texts = rows.map((one) => rowText("csv", one));
        const records = await recordsOf(texts.join(""), pieceBytes);
        expect(records.map(([record]) => parseRow("csv", record))).toEqual(rows);
        const linesBefore = texts.map((_, i) => texts.slice(0, i).join("").split("\n").length);
        expect(records.map(([, line]) => line)).toEqual(linesBefore);
      }),
    );
  });

  it("hands over what is never closed, and does not take in a whole file for it", async () => {
    expect(await recordsOf('a,"b\nc', 3)).toEqual([['a,"b\nc\n', 1]]);
    const [first, ...rest] = await recordsOf(`"${"x".repeat(99)}\n${"y\n".repeat(LINE_BYTES_MAX)}`, 1_000);
    expect(first?.[0].length).toBeLessThan(LINE_BYTES_MAX + 10);
    expect(rest.length).toBeGreaterThan(1_000);
  });
});
