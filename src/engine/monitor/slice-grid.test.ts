import { describe, expect, it } from "vitest";
import { createSliceGrid, describeSlice, hasSlice, readSegment } from "./slice-grid.ts";

const world = {
  routes: ["/a", "/b", "/c", "/d"],
  segments: [
    { name: "region", values: ["eu", "us", "asia"] },
    { name: "plan", values: ["free", "pro"] },
  ],
};

describe("slice grid", () => {
  it("tells apart what its slices name, and nothing else", () => {
    const grid = createSliceGrid(world, [
      { route: "/b" },
      { segment: "region=us" },
      { route: "/b", segment: "plan=pro" },
    ]);
    // /b and all other routes; us or not, and pro or not.
    expect(grid.cells).toBe(2 * 4);
    expect(grid.rowOfRoute[0]).toBe(grid.rowOfRoute[2]);
    expect(grid.rowOfRoute[0]).not.toBe(grid.rowOfRoute[1]);
    const [ofRoute, ofSegment, ofBoth] = grid.cellsOfSlice.map((cells) => Array.from(cells));
    expect(ofRoute).toHaveLength(4);
    expect(ofSegment).toHaveLength(4);
    expect(ofBoth).toHaveLength(2);
    expect(ofBoth?.every((cell) => ofRoute?.includes(cell))).toBe(true);
  });

  it("has one cell where nobody names a slice, and none for traffic that there is not", () => {
    expect(createSliceGrid(world, []).cells).toBe(1);
    const grid = createSliceGrid(world, [{ route: "/x" }, { segment: "region=mars" }, { segment: "nonsense" }, {}]);
    expect(grid.cellsOfSlice.map((cells) => cells.length)).toEqual([0, 0, 0, grid.cells]);
  });

  it("knows which slices a world has", () => {
    expect(hasSlice(world, { route: "/a", segment: "region=eu and plan=pro" })).toBe(true);
    expect(hasSlice(world, { segment: "region=pro" })).toBe(false);
    expect(hasSlice({ routes: ["/a"] }, { segment: "region=eu" })).toBe(false);
  });

  it("reads and writes segments", () => {
    expect(readSegment("region=eu and plan=pro")).toEqual({ region: "eu", plan: "pro" });
    for (const wrong of ["", "region", "region=", "=eu", "a=b=c", "a=b and a=c"]) expect(readSegment(wrong)).toBe(null);
    expect(describeSlice({ route: 'GET "x"', segment: "region=eu" })).toBe('of "GET \\"x\\"" in region=eu');
    expect(describeSlice({})).toBe("");
  });
});
