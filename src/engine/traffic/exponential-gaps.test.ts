import { describe, expect, it } from "vitest";
import { tableMean } from "../service/quantile-table.ts";
import { exponentialTable } from "./exponential-gaps.ts";

describe("exponential gaps", () => {
  it("have exactly the mean that was asked for", () => {
    for (const mean of [1, 0.04, 5_000]) expect(tableMean(exponentialTable(mean)) / mean).toBeCloseTo(1, 12);
  });
});
