import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDonors, donorOf, DONORS_EACH_WAY, DONORS_MIN, type Donors } from "./donors.ts";
import type { Trace } from "./columns.ts";

interface Row {
  readonly startUs: number;
  readonly route: number;
  readonly isDonor: number;
}

/** Only what donors read of a trace. */
function traceOf(rows: readonly Row[]): Trace {
  const columns = {
    startUs: Float64Array.from(rows, ({ startUs }) => startUs),
    route: Uint32Array.from(rows, ({ route }) => route),
  };
  return { count: rows.length, columns, routes: ["/a", "/b", "/c"] } as unknown as Trace;
}

function donorsOf(rows: readonly Row[], withinUs: number): Donors | null {
  return createDonors(
    traceOf(rows),
    Uint8Array.from(rows, ({ isDonor }) => isDonor),
    withinUs,
  );
}

/** Row by row, without any index: the nearest before and after by place in the trace, then by time. */
function expectedDonors(rows: readonly Row[], row: number, withinUs: number): number[] {
  const of = rows[row]!;
  const isDonor = (at: number): boolean => rows[at]!.isDonor === 1 && rows[at]!.route === of.route;
  const before = [...rows.keys()].filter((at) => at < row && isDonor(at)).slice(-DONORS_EACH_WAY);
  const after = [...rows.keys()].filter((at) => at >= row && isDonor(at)).slice(0, DONORS_EACH_WAY);
  const near = [...before, ...after].filter((at) => Math.abs(rows[at]!.startUs - of.startUs) <= withinUs);
  return near.length < DONORS_MIN ? [] : near;
}

const rowsArbitrary = fc
  .array(fc.record({ startUs: fc.nat(60), route: fc.nat(1), isDonor: fc.nat(1) }), {
    minLength: 100,
    maxLength: 250,
    size: "max",
  })
  .map((rows) => rows.toSorted((a, b) => a.startUs - b.startUs));

describe("donors", () => {
  it("are the nearest of the same route that the version answered, none farther than allowed", () => {
    fc.assert(
      fc.property(
        rowsArbitrary,
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, withinUs, at) => {
          const row = Math.min(Math.floor(at * rows.length), rows.length - 1);
          const donors = donorsOf(rows, withinUs);
          const expected = expectedDonors(rows, row, withinUs);
          if (donors === null) {
            expect(rows.filter(({ isDonor }) => isDonor === 1).length).toBeLessThan(DONORS_MIN);
            return;
          }
          // Every donor is drawn by some draw, and nothing else is: one draw from the middle of each one's share.
          const drawn = (expected.length === 0 ? [0] : expected).map((_, nth) =>
            donorOf(donors, row, Math.floor(((nth + 0.5) / Math.max(expected.length, 1)) * 2 ** 32)),
          );
          expect(drawn).toEqual(expected.length === 0 ? [-1] : expected);
        },
      ),
    );
  });

  it("are nobody where none is to be asked", () => {
    const rows = Array.from({ length: 50 }, (_, at) => ({ startUs: at, route: 0, isDonor: 1 }));
    expect(donorsOf(rows, 0)).toBeNull();
    expect(donorsOf(rows, 1)).not.toBeNull();
  });
});
