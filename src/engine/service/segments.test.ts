import { describe, expect, it } from "vitest";
import { segmentCount, segmentMask } from "./segments.ts";

const dimensions = [
  { name: "region", values: ["eu", "us"] },
  { name: "plan", values: ["free", "pro", "team"] },
];

describe("segments", () => {
  it("are as many as there are combinations, one without any dimension", () => {
    expect([segmentCount(dimensions), segmentCount([])]).toEqual([6, 1]);
  });

  it("are selected by one dimension, by several, or by none at all", () => {
    expect([...segmentMask(dimensions, { region: "us" })]).toEqual([0, 0, 0, 1, 1, 1]);
    expect([...segmentMask(dimensions, { plan: "pro" })]).toEqual([0, 1, 0, 0, 1, 0]);
    expect([...segmentMask(dimensions, { plan: "team", region: "eu" })]).toEqual([0, 0, 1, 0, 0, 0]);
    expect([...segmentMask(dimensions, {})]).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...segmentMask([], {})]).toEqual([1]);
  });

  it("that do not exist are a mistake of ours", () => {
    expect(() => segmentMask(dimensions, { region: "asia" })).toThrow("no segment region=asia");
    expect(() => segmentMask(dimensions, { city: "eu" })).toThrow("no segment city=eu");
  });
});
