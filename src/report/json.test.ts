import { describe, expect, it } from "vitest";
import { PASSED, ROLLED_BACK, SAMPLE_TRACE, sampleDocument } from "../../test/cli/sample-record.ts";
import { renderJson } from "./json.ts";

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
  const document = sampleDocument([{ ...ROLLED_BACK, trace: SAMPLE_TRACE }, PASSED]);

  it("is one document that says all that the records say, and ends in a newline", () => {
    const text = renderJson(document);
    expect(JSON.parse(text)).toEqual(document);
    expect(text.endsWith("}\n")).toBe(true);
  });

  it("has one order of fields, whatever order they were made in", () => {
    expect(renderJson(reversed(document) as typeof document)).toBe(renderJson(document));
    expect(Object.keys(JSON.parse(renderJson(document)) as object)).toEqual(["schema", "command", "results"]);
  });
});
