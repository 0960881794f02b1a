import { describe, expect, it } from "vitest";
import { absoluteRow, boundedRow, comparedRow, tableOfRows, unjudgedRows } from "./row.ts";

describe("rows", () => {
  it("meet a ratio when it is reached", () => {
    expect(comparedRow("a", "x/s", 30, "peer", 10, 3)).toMatchObject({ ratio: 3, goal: 3, met: true });
    expect(comparedRow("a", "x/s", 29, "peer", 10, 3).met).toBe(false);
    expect(comparedRow("a", "x/s", 29, "peer", 10, null).met).toBeNull();
  });

  it("meet a figure when it is reached", () => {
    expect(absoluteRow("a", "x/s", 10, 10)).toMatchObject({ theirs: null, ratio: null, met: true });
    expect(absoluteRow("a", "x/s", 9, 10).met).toBe(false);
  });

  it("meet a bound as long as it is not exceeded", () => {
    expect(boundedRow("a", "MB", 120, "before", 100, 1.2).met).toBe(true);
    expect(boundedRow("a", "MB", 121, "before", 100, 1.2).met).toBe(false);
  });

  it("are not judged in a quick run", () => {
    const rows = unjudgedRows([absoluteRow("a", "x/s", 9, 10), comparedRow("b", "x/s", 30, "peer", 10, null)]);
    expect(rows.map((row) => row.met)).toEqual([null, null]);
    expect(tableOfRows(rows).split("\n")).toEqual([
      "a  9 x/s                  goal 10  not judged (quick)",
      "b  30 x/s  peer: 10  3 x",
    ]);
  });

  it("stand in a table with aligned columns", () => {
    const rows = [comparedRow("long name", "x/s", 31_234_567, "peer", 2, 3), absoluteRow("b", "x/s", 12_345, 20_000)];
    expect(tableOfRows(rows).split("\n")).toEqual([
      "long name  31.2 M x/s  peer: 2  15.6 M x  goal 3 x   met",
      "b          12.3 k x/s                     goal 20 k  NOT MET",
    ]);
  });
});
