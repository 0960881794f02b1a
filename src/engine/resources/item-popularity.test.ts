import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveStream, draw32 } from "../kernel/random.ts";
import { createZipf, itemOfDraw } from "./item-popularity.ts";
import { askCache, createLruCache } from "./lru-cache.ts";

describe("Zipf's law", () => {
  it("asks for the items by the draw, the most popular ones for the smallest", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.constantFrom(0, 0.5, 1, 2.5),
        fc.array(fc.nat(2 ** 32 - 1), { minLength: 1 }),
        (items, exponent, draws) => {
          const law = createZipf(items, exponent);
          for (const draw of [...draws, 0, 2 ** 32 - 1]) {
            const item = itemOfDraw(law, draw);
            expect(draw).toBeLessThan(law.upTo[item] ?? 0);
            expect(draw).toBeGreaterThanOrEqual(item === 0 ? 0 : (law.upTo[item - 1] ?? 0));
          }
        },
      ),
      { numRuns: 200, seed: 4 },
    );
  });

  it("gives each item its share", () => {
    const law = createZipf(1_000, 1);
    const harmonic = Array.from({ length: 1_000 }, (_, k) => 1 / (k + 1)).reduce((sum, one) => sum + one, 0);
    for (const item of [0, 1, 9, 999]) {
      const share = ((law.upTo[item] ?? 0) - (item === 0 ? 0 : (law.upTo[item - 1] ?? 0))) / 2 ** 32;
      expect(share).toBeCloseTo(1 / (item + 1) / harmonic, 8);
    }
  });

  it.each([
    [10_000, 0.8, 1_000],
    [10_000, 1.1, 300],
  ])(
    "over %d items with exponent %d makes a cache of %d hit as Che's approximation says",
    (items, exponent, entries) => {
      const law = createZipf(items, exponent);
      const { a, b } = deriveStream("che", "items");
      const cache = createLruCache(entries, items);
      const asks = 600_000;
      let hits = 0;
      for (let i = 0; i < asks; i++) {
        const hit = askCache(cache, itemOfDraw(law, draw32(a, b, i)));
        if (i >= asks / 3 && hit) hits++;
      }
      expect(hits / (asks - asks / 3)).toBeCloseTo(cheHitRate(items, exponent, entries), 2);
    },
  );
});

/** Che, Tung and Wang (2002): an item stays for a time t that solves sum(1 - e^(-p t)) = entries; it hits by 1 - e^(-p t). */
function cheHitRate(items: number, exponent: number, entries: number): number {
  const weights = Array.from({ length: items }, (_, k) => Math.exp(-exponent * Math.log(k + 1)));
  const total = weights.reduce((sum, one) => sum + one, 0);
  const shares = weights.map((one) => one / total);
  const held = (t: number): number => shares.reduce((sum, p) => sum - Math.expm1(-p * t), 0);
  let low = 0;
  let high = 1;
  while (held(high) < entries) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (held(middle) < entries) low = middle;
    else high = middle;
  }
  return shares.reduce((sum, p) => sum - p * Math.expm1(-p * low), 0);
}
