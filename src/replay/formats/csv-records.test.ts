import fc from "fast-check";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { createOpenRecord, frameRecords, quoteState, splitRecord } from "./csv-records.ts";

interface Framed {
  readonly taken: { line: number; text: string }[];
  readonly refused: { line: number; text: string }[];
}

function frame(batches: readonly (readonly string[])[]): Framed {
  const open = createOpenRecord();
  const framed: Framed = { taken: [], refused: [] };
  const take = (text: string, line: number): void => void framed.taken.push({ line, text });
  const refuse = (text: string, line: number): void => void framed.refused.push({ line, text });
  let line = 1;
  for (const lines of batches) {
    frameRecords(open, lines, line, false, ",", take, refuse);
    line += lines.length;
  }
  frameRecords(open, [], line, true, ",", take, refuse);
  return framed;
}

const line = fc.string({ unit: fc.constantFrom("a", ",", '"', "b", '""', '","'), maxLength: 12 });

describe("records of CSV", () => {
  it("may span lines; a quote that is never closed costs one line", () => {
    expect(frame([['x,"one', 'two",y', "plain", '"never', "a,b", "c"]])).toEqual({
      taken: [
        { line: 1, text: 'x,"one\ntwo",y' },
        { line: 3, text: "plain" },
        { line: 5, text: "a,b" },
        { line: 6, text: "c" },
      ],
      refused: [{ line: 4, text: '"never' }],
    });
  });

  it("account for every line once, however the lines come", () => {
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 6 }), { maxLength: 6 }), (batches) => {
        const whole = frame(batches);
        expect(frame(batches.flat().map((one) => [one]))).toEqual(whole);
        const lines = [...whole.taken, ...whole.refused]
          .sort((a, b) => a.line - b.line)
          .flatMap((record) => record.text.split("\n").map((text, i) => [record.line + i, text]));
        expect(lines).toEqual(batches.flat().map((text, i) => [i + 1, text]));
      }),
    );
  });

  it("that are taken are records to csv-parse, of the same cells", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
        for (const { text } of frame([lines]).taken) {
          if (text === "") continue;
          const records: string[][] = parse(text, { record_delimiter: "\n", relax_column_count: true });
          expect(records).toEqual([splitRecord(text, ",")]);
        }
      }),
    );
  });

  it("know where quotes stand", () => {
    expect(['a,"b"', '"a', 'a"b', '"a"b', '"a""b"', '"a","b', "", '""'].map((text) => quoteState(text, ","))).toEqual([
      "closed",
      "open",
      "misplaced",
      "misplaced",
      "closed",
      "open",
      "closed",
      "closed",
    ]);
  });
});
