import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PASSED, REPLICATED, ROLLED_BACK, SAMPLE_TRACE, sampleDocument } from "../../test/cli/sample-record.ts";
import { renderJson } from "./json.ts";
import { readDocument } from "./read-document.ts";

const notified = { ...ROLLED_BACK.decisions[0]!, sequence: 1, kind: "notify" as const };
const ROLLED = {
  ...ROLLED_BACK,
  trace: SAMPLE_TRACE,
  decisions: ROLLED_BACK.decisions.map((one) => ({ ...one, sequence: 2 * one.sequence })).toSpliced(1, 0, notified),
};
const DOCUMENT = sampleDocument([ROLLED, PASSED, REPLICATED]);
const TEXT = renderJson(DOCUMENT);

function messagesOf(text: string): readonly string[] {
  const read = readDocument(text, "d.json");
  return read.ok ? [] : read.problems.map(({ message }) => message);
}

describe("a document read", () => {
  it("is the one that was written, the trail in its order, however it is indented", () => {
    expect(readDocument(TEXT, "d.json")).toEqual({ ok: true, value: DOCUMENT, warnings: [] });
    expect(readDocument(JSON.stringify(JSON.parse(TEXT)), "d.json")).toMatchObject({ ok: true });
  });

  it("is refused wherever it is cut off", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: TEXT.trimEnd().length - 1 }), (length) => {
        expect(messagesOf(TEXT.slice(0, length))).toHaveLength(1);
      }),
    );
  });

  it("is refused without any of the fields of a result", () => {
    const printed = JSON.parse(TEXT) as { results: Record<string, unknown>[] };
    for (const field of Object.keys(printed.results[0] ?? {})) {
      const results = printed.results.map((record) => ({ ...record, [field]: undefined }));
      expect({ field, messages: messagesOf(JSON.stringify({ ...printed, results })) }).not.toEqual({
        field,
        messages: [],
      });
    }
  });

  it("is refused with a field that nobody wrote, and says where", () => {
    const printed = JSON.parse(TEXT) as { results: object[] };
    const read = readDocument(JSON.stringify({ ...printed, extra: 1 }), "d.json");
    expect(read).toMatchObject({
      ok: false,
      problems: [{ source: "d.json", found: expect.stringMatching(/, line \d+$/u) }],
    });
  });
});
