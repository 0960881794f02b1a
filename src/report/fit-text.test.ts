import { expect, it } from "vitest";
import { renderFits } from "./fit-text.ts";

it("plots both distributions on one grid and says which distance is more than chance", () => {
  const fit = { what: "latency", model: "constant", unit: "ms", values: 50, distance: 0.5, critical: 0.19 } as const;
  const curve = [
    { value: 10, seen: 0.5, fitted: 0 },
    { value: 20, seen: 1, fitted: 1 },
  ];
  const lines = renderFits([{ ...fit, curve }], { colour: false, ascii: true }).split("\n");
  expect(lines[4]).toBe("    ? differs: distance 0.5000, critical 0.1900 for 50");
  expect(lines[5]).toBe(`     100% |${" ".repeat(63)}@`);
  expect(lines[10]).toBe("      50% |*");
  expect(lines[15]).toBe("       0% |o");
  expect(lines[17]?.trim()).toMatch(/^10 +20 ms$/u);
  expect(renderFits([{ ...fit, curve }], { colour: false, ascii: false })).toContain("◉");
});
