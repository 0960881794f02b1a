import { describe, expect, it } from "vitest";
import { behavioursByCell } from "./behaviour.ts";
import type { VersionModel } from "./version-model.ts";

const us = (value: number) => ({ kind: "constant", us: value }) as const;
const version: VersionModel = {
  latency: us(1),
  errors: { kind: "own", ppm: 1 },
  declinePpm: 0,
  timeoutUs: 7,
  routes: { "/b": { latency: us(2), timeoutUs: 8 } },
  segments: [
    { where: { region: "us" }, latency: us(3) },
    { where: { region: "us", plan: "pro" }, declinePpm: 5 },
    { where: { plan: "pro" }, latency: us(4) },
  ],
};
const segments = [
  { name: "region", values: ["eu", "us"] },
  { name: "plan", values: ["free", "pro"] },
];

describe("behaviour by cell", () => {
  it("lays routes over the version, segments over routes, later segments over earlier ones", () => {
    const cells = behavioursByCell(["/a", "/b", "constructor"], segments, version);
    expect(cells.map(({ latency }) => (latency.kind === "constant" ? latency.us : -1))).toEqual([
      1, 4, 3, 4, 2, 4, 3, 4, 1, 4, 3, 4,
    ]);
    expect(cells.map(({ declinePpm }) => declinePpm)).toEqual([0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0, 5]);
    expect(cells.map(({ timeoutUs }) => timeoutUs)).toEqual([7, 7, 7, 7, 8, 8, 8, 8, 7, 7, 7, 7]);
  });

  it("has a cell for each route where users are not divided", () => {
    expect(behavioursByCell(["/a", "/b"], [], { ...version, segments: [] }).map(({ timeoutUs }) => timeoutUs)).toEqual([
      7, 8,
    ]);
  });
});
