import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginsAsRecording, headOf, parseRow, recordingFormatOf, rowText, type RecordedRow } from "./recorded-row.ts";

const whole = fc.maxSafeNat();
const text = fc.string({ unit: "grapheme" });
const row: fc.Arbitrary<RecordedRow> = fc.record({
  request: whole,
  atUs: whole,
  key: text,
  router: whole,
  route: text,
  segment: text,
  session: fc.oneof(fc.constant(-1), fc.nat(4_294_967_295)),
  baselineUs: whole,
  baselineResult: text,
  candidateUs: whole,
  candidateResult: text,
});

describe("a row of a recording", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(row, fc.constantFrom("csv" as const, "jsonl" as const), (one, format) => {
        const line = rowText(format, one);
        expect(line.endsWith("\n")).toBe(true);
        expect(parseRow(format, line.slice(0, -1))).toEqual(one);
        expect(beginsAsRecording(headOf(format) + line)).toBe(true);
      }),
    );
  });

  it("is none where a number is not whole or a cell is missing", () => {
    const line = "0,10,u1,0,/a,,,5000,served,6000,declined";
    expect(parseRow("csv", line)).toMatchObject({ atUs: 10, candidateResult: "declined", session: -1 });
    for (const bad of [
      line.replace("10", "1.5"),
      line.replace("5000", "-1"),
      line.slice(2),
      `${line},`,
      `"${line}`,
      "",
    ])
      expect(parseRow("csv", bad)).toBeNull();
    for (const bad of ["", "null", "[]", "{}", "{"]) expect(parseRow("jsonl", bad)).toBeNull();
  });

  it("has its format from the file's ending", () => {
    expect([recordingFormatOf("a.csv"), recordingFormatOf("a.JSONL"), recordingFormatOf("a.txt")]).toEqual([
      "csv",
      "jsonl",
      null,
    ]);
  });
});
