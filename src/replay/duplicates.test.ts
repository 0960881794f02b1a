import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocateColumns } from "./columns.ts";
import { createDuplicateSearch, searchDuplicates } from "./duplicates.ts";

describe("duplicates", () => {
  it("are rows of one start, fingerprint and key that were met before, wherever blocks are cut", () => {
    const row = fc.record({
      startUs: fc.nat(3),
      fingerprint: fc.oneof(fc.nat(40), fc.integer({ min: 2 ** 31, max: 2 ** 32 - 1 })),
      key: fc.nat(2),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 300, maxLength: 600, size: "max" }),
        fc.integer({ min: 1, max: 400 }),
        (unsorted, blockRows) => {
          const rows = unsorted.toSorted((a, b) => a.startUs - b.startUs);
          const distinct = new Set(rows.map(({ startUs, fingerprint, key }) => `${startUs} ${fingerprint} ${key}`));
          const search = createDuplicateSearch();
          for (let from = 0; from < rows.length; from += blockRows) {
            const block = rows.slice(from, from + blockRows);
            const columns = allocateColumns(block.length);
            block.forEach(({ startUs, fingerprint, key }, i) => {
              columns.startUs[i] = startUs;
              columns.fingerprint[i] = fingerprint;
              columns.key[i] = key;
            });
            searchDuplicates(search, columns, block.length);
          }
          expect(search.count).toBe(rows.length - distinct.size);
        },
      ),
    );
  });
});
