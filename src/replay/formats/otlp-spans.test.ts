import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LINE_BYTES_MAX } from "../lines.ts";
import { createSpanCutter } from "./otlp-spans.ts";

interface Cut {
  readonly spans: { text: string; line: number }[];
  readonly damaged: { reason: string; spans: number; line: number }[];
}

function cut(file: Buffer, sizes: readonly number[]): Cut {
  const found: Cut = { spans: [], damaged: [] };
  const cutter = createSpanCutter({
    span: (bytes, to, line) => void found.spans.push({ text: bytes.toString("utf8", 0, to), line }),
    damaged: (reason, spans, line) => void found.damaged.push({ reason, spans, line }),
  });
  let at = 0;
  for (let nth = 0; at < file.length; nth++) {
    const to = Math.min(file.length, at + (sizes[nth % sizes.length] ?? 1));
    cutter.feed(file, at, to);
    at = to;
  }
  cutter.end();
  return found;
}

const span = fc
  .record({
    name: fc.string(),
    attributes: fc.array(fc.record({ key: fc.string(), value: fc.anything({ maxDepth: 3 }) })),
  })
  .map((one) => JSON.parse(JSON.stringify({ startTimeUnixNano: "1", ...one })) as object);
const document = fc
  .array(fc.array(fc.array(span, { maxLength: 3 }), { maxLength: 2 }), { maxLength: 2 })
  .map((resources) => ({
    resourceSpans: resources.map((scopes) => ({
      resource: { attributes: [{ key: "spans", value: { arrayValue: [{}] } }] },
      scopeSpans: scopes.map((spans) => ({ scope: { name: '{"spans":[{' }, spans })),
    })),
  }));
const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 });
const spansOf = (one: { resourceSpans: { scopeSpans: { spans: object[] }[] }[] }): object[] =>
  one.resourceSpans.flatMap((resource) => resource.scopeSpans.flatMap((scope) => scope.spans));

describe("spans of OTLP JSON", () => {
  it("are those that JSON.parse finds, of one document or many, on one line or many", () => {
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        sizes,
        (documents, isPretty, by) => {
          const text = documents.map((one) => JSON.stringify(one, null, isPretty ? 2 : 0)).join("\n");
          const { spans, damaged } = cut(Buffer.from(text), by);
          expect(spans.map((one) => JSON.parse(one.text) as object)).toEqual(documents.flatMap(spansOf));
          const empty = documents.filter((one) => spansOf(one).length === 0).length;
          expect(damaged.map((one) => one.reason)).toEqual(Array(empty).fill("a document without spans"));
          if (isPretty) for (const { text: one, line } of spans) expect(text.split("\n")[line - 1]).toContain(one[0]);
        },
      ),
    );
  });

  it("are each found or told as damaged, whatever is done to the documents", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...Buffer.from('"\\{}[]:,\n '), 0, 255)), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 3 }),
        damage,
        fc.nat(),
        sizes,
        (all, bytes, end, by) => {
          const file = Buffer.from(all.map((one) => JSON.stringify(one)).join("\n"));
          for (const [at, byte] of bytes) file[at % file.length] = byte;
          const kept = end % 4 === 0 ? file.subarray(0, end % file.length) : file;
          const found = cut(kept, by);
          expect(cut(kept, [1_000_000])).toEqual(found);
          const marks = kept.toString("latin1").split('"startTimeUnixNano"').length - 1;
          const told = found.spans.length + found.damaged.reduce((sum, one) => sum + one.spans, 0);
          expect(told).toBeGreaterThanOrEqual(marks);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{"resourceSpans":[{"scopeSpans":[{"spans":[{"a":1}', [["the file ends within a document", 1, 1]], 1],
    ['{"a":]}\n{"spans":[{"a":1}]}', [["damaged JSON", 1, 1]], 1],
    ['hello\n{"spans":[{"a":1}]}\n', [["not a JSON object", 1, 1]], 1],
    ['{"resourceMetrics":[]}\n\n', [["a document without spans", 1, 1]], 0],
    [
      '{"x":}}\n"startTimeUnixNano" "startTimeUnixNano"\n',
      [
        ["a document without spans", 1, 1],
        ["not a JSON object", 1, 1],
        ["not a JSON object", 2, 2],
      ],
      0,
    ],
    ['{"a":'.repeat(200), [["nested too deeply", 1, 1]], 0],
  ])("of %j", (text, damaged, spans) => {
    const found = cut(Buffer.from(text), [7]);
    expect(found.damaged.map((one) => [one.reason, one.spans, one.line])).toEqual(damaged);
    expect(found.spans).toHaveLength(spans);
  });

  it("are no longer than a line may be, and none of them is held longer", () => {
    const long = `{"name":"${"x".repeat(LINE_BYTES_MAX)}","startTimeUnixNano":"1"}`;
    const found = cut(Buffer.from(`{"spans":[${long},{"a":1}]}`), [1_000]);
    expect(found).toEqual({
      spans: [{ text: '{"a":1}', line: 1 }],
      damaged: [{ reason: "span too long", spans: 1, line: 1 }],
    });
  });
});
