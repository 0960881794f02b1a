import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketOf, flagSalt, fmix32, hashKey, murmur3, shareThreshold } from "./bucketing.ts";

describe("hashKey", () => {
  // Published test vectors of murmur3_x86_32 with seed 0.
  it.each([
    ["", 0],
    ["test", 0xba6bd213],
    ["hello", 0x248bfa47],
    ["hello, world", 0x149bbb7f],
    ["The quick brown fox jumps over the lazy dog", 0x2e4ff723],
  ])("of %j is %i", (key, hash) => {
    expect(hashKey(key)).toBe(hash);
  });

  it.each(["é", "ÿÿÿÿ", "naïve user", "abcd\u0080", "\u007f\u0080"])("hashes the UTF-8 bytes of %j", (key) => {
    const bytes = new TextEncoder().encode(key);
    expect(hashKey(key)).toBe(murmur3(bytes, bytes.length));
  });

  it("hashes the UTF-8 bytes, whatever the length of the key", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), fc.constantFrom(1, 200), (text, times) => {
        const key = text.repeat(times);
        const bytes = new TextEncoder().encode(key);
        expect(hashKey(key)).toBe(murmur3(bytes, bytes.length));
      }),
    );
  });
});

describe("buckets", () => {
  it("are a permutation of the hashes under every salt", () => {
    const seen = new Set<number>();
    for (let i = 0; i < 100_000; i++) seen.add(bucketOf(Math.imul(i, 40_503), 12345));
    expect(seen.size).toBe(100_000);
  });

  it("let in the share that was asked for (|z| < 4), and the whole of a smaller share", () => {
    const salt = flagSalt("some-flag");
    const buckets = Array.from({ length: 200_000 }, (_, i) => bucketOf(hashKey(`u${i}`), salt));
    let before = 0;
    for (const sharePpm of [100, 10_000, 100_000, 500_000, 999_900]) {
      const share = sharePpm / 1_000_000;
      const inside = buckets.filter((bucket) => bucket < shareThreshold(sharePpm)).length;
      const z = (inside - share * buckets.length) / Math.sqrt(buckets.length * share * (1 - share));
      expect(Math.abs(z)).toBeLessThan(4);
      expect(inside).toBeGreaterThan(before);
      before = inside;
    }
  });

  it("let nobody in at 0 %, and everybody at 100 %", () => {
    expect(shareThreshold(0)).toBe(0);
    expect(shareThreshold(1_000_000)).toBeGreaterThan(0xffff_ffff);
  });

  it("of two flags are independent", () => {
    let both = 0;
    for (let i = 0; i < 100_000; i++) {
      const hash = hashKey(`u${i}`);
      const threshold = shareThreshold(100_000);
      if (bucketOf(hash, flagSalt("one")) < threshold && bucketOf(hash, flagSalt("two")) < threshold) both++;
    }
    expect(Math.abs(both - 1000) / Math.sqrt(990)).toBeLessThan(4);
  });
});

describe("fmix32", () => {
  it("changes about half of the output bits for every input bit", () => {
    for (let bit = 0; bit < 32; bit++) {
      let flips = 0;
      for (let i = 0; i < 200; i++) {
        const value = Math.imul(i + 1, 0x9e3779b9);
        let apart = (fmix32(value) ^ fmix32(value ^ (1 << bit))) >>> 0;
        for (; apart !== 0; apart &= apart - 1) flips++;
      }
      expect(flips / 200).toBeGreaterThan(14);
      expect(flips / 200).toBeLessThan(18);
    }
  });
});
