import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latin1Of } from "./latin1-text.ts";
import { LINE_BYTES_MAX, lineBlocks, takeLines } from "./lines.ts";

async function linesOf(chunks: readonly Uint8Array[]): Promise<{ line: number; text: string }[]> {
  const all: { line: number; text: string }[] = [];
  let line = 1;
  for await (const block of lineBlocks(toStream(chunks))) {
    line = takeLines(block, line, (bytes, from, to, number) => {
      all.push({ line: number, text: latin1Of(bytes, from, to) });
    });
  }
  return all;
}

async function* toStream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

describe("lines", () => {
  it("are the same however the bytes are cut into chunks", async () => {
    const bytes = fc
      .uint8Array({ maxLength: 300 })
      .map((array) => array.map((byte) => (byte < 40 ? 10 : byte < 60 ? 13 : byte)));
    await fc.assert(
      fc.asyncProperty(bytes, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), async (all, sizes) => {
        const chunks: Uint8Array[] = [];
        for (let at = 0, i = 0; at < all.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          chunks.push(all.subarray(at, at + size));
          at += size;
        }
        const text = Buffer.from(all).toString("latin1");
        const expected = text
          .replace(/\n$/, "")
          .split("\n")
          .map((line) => line.replace(/\r$/, ""));
        const got = await linesOf(chunks);
        expect(got.map((one) => one.text)).toEqual(text === "" ? [] : expected);
        expect(got.map((one) => one.line)).toEqual(got.map((_, i) => i + 1));
      }),
    );
  });

  it("keep one byte too many of a line of a million, and go on after it", async () => {
    const long = Buffer.from(`${"x".repeat(1_000_000)}\nnext`);
    const chunks = Array.from({ length: Math.ceil(long.length / 5_000) }, (_, i) =>
      long.subarray(i * 5_000, (i + 1) * 5_000),
    );
    for (const cut of [[long], chunks]) {
      const got = await linesOf(cut);
      expect(got.map((one) => one.text.length)).toEqual([LINE_BYTES_MAX + 1, 4]);
    }
  });
});
