import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { METRICS } from "../engine/monitor/catalogue.ts";
import { metricsPage } from "./metrics-page.ts";

describe("the page of metrics", () => {
  it("is what stands in docs/metrics.md: rehearse list metrics --markdown writes it anew", () => {
    expect(readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8")).toBe(metricsPage());
  });

  it("has a row for every metric, with as many cells as its heading", () => {
    const rows = metricsPage()
      .split("\n")
      .filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(METRICS.length + 2);
    for (const row of rows) expect(row.split(/(?<!\\)\|/u)).toHaveLength(8);
  });
});
