import { describe, expect, it } from "vitest";
import { PASSED, REPLICATED, ROLLED_BACK, SAMPLE_TRACE, sampleDocument } from "../../test/cli/sample-record.ts";
import { renderJson, renderJsonLines } from "./json.ts";

/** The value with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe("the JSON report", () => {
  const document = sampleDocument([{ ...ROLLED_BACK, trace: SAMPLE_TRACE }, PASSED, REPLICATED]);

  it("is one document that says all that the records say, and ends in a newline", () => {
    const text = renderJson(document);
    // The trail of the samples is decisions only: nothing is left for the events.
    const results = document.results.map((record) => ({ ...record, events: [] }));
    expect(JSON.parse(text)).toEqual({ ...document, results });
    expect(text.endsWith("}\n")).toBe(true);
  });

  it("has one order of fields, whatever order they were made in", () => {
    expect(renderJson(reversed(document) as typeof document)).toBe(renderJson(document));
    expect(Object.keys(JSON.parse(renderJson(document)) as object)).toEqual(["schema", "command", "results"]);
  });
});

describe("the report as JSON Lines", () => {
  const suite = [{ scenario: "s", seed: "1", replications: 3, configuration: "0123456789abcdef" }];
  const shard = { index: 2, count: 3, version: "1.0.0", command: "rehearse run", bail: null, suite };
  const warning = { rule: "blind-rule", file: "s.yaml", line: 8, path: "traffic", message: "blind" };
  const document = { ...sampleDocument([ROLLED_BACK, REPLICATED]), shard, warnings: [warning] };

  it("says on its first line all but the results, then each of them on a line of its own", () => {
    const lines = renderJsonLines(document).trimEnd().split("\n");
    const [head, ...results] = lines.map((line) => JSON.parse(line) as unknown);
    const { results: whole, ...rest } = JSON.parse(renderJson(document)) as typeof document;
    expect(head).toEqual(rest);
    expect(results).toEqual(whole);
  });
});
