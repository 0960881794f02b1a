import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOfBytes, hashToQuote, skipPlainBytes } from "./byte-hash.ts";

const bytes = fc
  .array(fc.constantFrom(0x22, 0x5c, 0x1f, 0x20, 0x00, 0x21, 0x23, 0x61, 0x7f, 0x80, 0xa2, 0xdc, 0xff, 0x62), {
    maxLength: 40,
  })
  .map((all) => Buffer.from(all));
const plain = fc
  .array(fc.constantFrom(0x1f, 0x21, 0x23, 0x5b, 0x5d, 0x61, 0x80, 0xa2, 0xdc, 0xff), { maxLength: 40 })
  .map((all) => Buffer.from(all));

describe("passes over bytes", () => {
  it("end at the first quote or backslash, with the hash up to the quote", () => {
    fc.assert(
      fc.property(plain, bytes, fc.nat(4), (head, tail, from) => {
        const all = Buffer.concat([Buffer.from("abcd").subarray(0, from), head, tail, Buffer.from("zz")]);
        const to = all.length - 2;
        const found = { hash: 0 };
        const end = hashToQuote(found, all, from, to);
        let expected = from;
        while (expected < to && all[expected] !== 0x22 && all[expected] !== 0x5c) expected++;
        expect(end).toBe(expected);
        expect(found.hash).toBe(end < to && all[end] === 0x22 ? hashOfBytes(all, from, end) : -1);
      }),
      { numRuns: 2_000 },
    );
  });

  it("end at the first byte that is not plain in a JSON string", () => {
    fc.assert(
      fc.property(plain, bytes, (head, tail) => {
        const all = Buffer.concat([head.map((byte) => (byte === 0x1f ? 0x20 : byte)), tail, Buffer.from("zz")]);
        const to = all.length - 2;
        let expected = 0;
        while (expected < to && all[expected]! >= 0x20 && all[expected] !== 0x22 && all[expected] !== 0x5c) expected++;
        expect(skipPlainBytes(all, 0, to)).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it("hash alike in a block, wherever they stand in it, and by themselves", () => {
    const block = Buffer.alloc(10_000);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(9_000), (text, at) => {
        block.set(text, at);
        const hash = hashOfBytes(text, 0, text.length);
        expect(hashOfBytes(block, at, at + text.length)).toBe(hash);
        expect(hashOfBytes(block.subarray(7), at - 7 < 0 ? 0 : at - 7, Math.max(at - 7, 0) + text.length)).toBe(
          at < 7 ? hashOfBytes(Buffer.from(block.subarray(7, 7 + text.length)), 0, text.length) : hash,
        );
      }),
    );
  });

  it("hash alike what stands elsewhere, and few texts alike", () => {
    const hashes = new Set<number>();
    for (let i = 0; i < 100_000; i++) {
      const text = Buffer.from(`xx10.0.${i >> 8}.${i & 255} agent`);
      const hash = hashOfBytes(text, 2, text.length);
      if (hash !== hashOfBytes(text.subarray(2), 0, text.length - 2)) throw new Error(text.toString());
      hashes.add(hash);
    }
    expect(hashes.size).toBeGreaterThan(99_980);
  });
});
