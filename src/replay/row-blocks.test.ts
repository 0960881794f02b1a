import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocateColumns, type ImportedColumns } from "./columns.ts";
import { COLUMN_NAMES, sortedBlocks } from "./row-blocks.ts";

const row = fc.record({
  startUs: fc.nat(20),
  bytes: fc.nat(9_000),
  key: fc.nat(100),
  route: fc.nat(100),
  latencyUs: fc.integer({ min: -1, max: 9_000 }),
  line: fc.nat(9_000),
  fingerprint: fc.nat(9_000),
  status: fc.nat(1_002),
  version: fc.nat(2),
});
type Row = Record<(typeof COLUMN_NAMES)[number], number>;

function columnsOf(rows: readonly Row[]): ImportedColumns {
  const columns = allocateColumns(rows.length);
  rows.forEach((one, i) => {
    for (const name of COLUMN_NAMES) columns[name][i] = one[name];
  });
  return columns;
}

describe("blocks of rows", () => {
  it("are the whole rows in order of their start, and equal ones in the order in which they came", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
        const seen: Row[] = [];
        for (const { count, columns } of sortedBlocks(columnsOf(rows), rows.length)) {
          for (let i = 0; i < count; i++) {
            seen.push(Object.fromEntries(COLUMN_NAMES.map((name) => [name, columns[name][i]])) as Row);
          }
        }
        expect(seen).toEqual(rows.toSorted((one, other) => one.startUs - other.startUs));
      }),
    );
  });
});
