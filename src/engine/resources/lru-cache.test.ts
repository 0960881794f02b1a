import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { askCache, createLruCache, flushCache, limitCache } from "./lru-cache.ts";

const steps = fc.array(
  fc.oneof(
    { weight: 30, arbitrary: fc.nat(19).map((item) => ({ do: "ask", item }) as const) },
    { weight: 1, arbitrary: fc.constant({ do: "flush" } as const) },
    { weight: 2, arbitrary: fc.nat(9).map((entries) => ({ do: "limit", entries }) as const) },
  ),
  { maxLength: 200 },
);

describe("a cache", () => {
  it("hits, forgets, shrinks and grows as a map does that is asked in the order of use", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), steps, (entries, all) => {
        const cache = createLruCache(entries, 20);
        const map = new Map<number, true>();
        let limit = entries;
        const forget = (): void => {
          for (const item of map.keys()) {
            if (map.size <= limit) return;
            map.delete(item);
          }
        };
        for (const step of all) {
          if (step.do === "flush") {
            flushCache(cache);
            map.clear();
          } else if (step.do === "limit") {
            limitCache(cache, step.entries);
            limit = Math.min(step.entries, entries);
            forget();
          } else {
            expect(askCache(cache, step.item)).toBe(map.delete(step.item));
            map.set(step.item, true);
            forget();
          }
          expect(cache.size).toBe(map.size);
        }
      }),
      { numRuns: 500, seed: 2 },
    );
  });
});
