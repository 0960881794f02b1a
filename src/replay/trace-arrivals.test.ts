import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveStream, draw32 } from "../engine/kernel/random.ts";
import { SECOND_US } from "../engine/kernel/units.ts";
import { createBatch } from "../engine/service/world.ts";
import { fillArrivals, lastArrivalUs, startArrivals, type ArrivalColumns } from "./trace-arrivals.ts";

type Row = readonly [index: number, atUs: number, key: number, route: number];

/** All rows, asked for segment by segment; the state is copied in between, as a snapshot would. */
function arrivals(columns: ArrivalColumns, ends: readonly number[]): Row[] {
  let state = startArrivals();
  const batch = createBatch();
  const rows: Row[] = [];
  for (const untilUs of [...ends, lastArrivalUs(columns) + 1]) {
    for (;;) {
      fillArrivals(columns, state, batch, untilUs);
      if (batch.count === 0) break;
      for (let i = 0; i < batch.count; i++) {
        expect(batch.atUs[i]).toBeLessThan(untilUs);
        rows.push([batch.drawEpoch * 2 ** 32 + batch.draw[i]!, batch.atUs[i]!, batch.key[i]!, batch.route[i]!]);
      }
    }
    state = structuredClone(state);
  }
  return rows;
}

/** Every request by the definition, sorted. */
function expected({ atUs, key, route, amplify, offsets }: ArrivalColumns): Row[] {
  const rows: Row[] = [];
  atUs.forEach((at, row) => {
    for (let clone = 0; clone < amplify; clone++) {
      const index = row * amplify + clone;
      const offset = clone === 0 ? 0 : Math.floor((draw32(offsets.a, offsets.b, index) / 2 ** 32) * SECOND_US);
      rows.push([index, at + offset, key[row]! * amplify + clone, route[row]!]);
    }
  });
  return rows.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
}

const columns = fc
  .record({
    gaps: fc.array(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.nat(400_000), fc.nat(5_000_000)), {
      minLength: 1,
      maxLength: 60,
    }),
    amplify: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 40 })),
    seed: fc.string(),
  })
  .map(({ gaps, amplify, seed }): ArrivalColumns => {
    let at = 0;
    return {
      atUs: Float64Array.from(gaps, (gap, i) => (i === 0 ? 0 : (at += gap))),
      key: Uint32Array.from(gaps, (gap) => gap % 7),
      route: Uint16Array.from(gaps, (_, i) => i % 3),
      amplify,
      offsets: deriveStream(seed, "test"),
    };
  });

describe("arrivals of a trace", () => {
  it("are every row and every clone once, in order, wherever the segments end", () => {
    fc.assert(
      fc.property(columns, fc.array(fc.nat(1_000_000), { maxLength: 20 }), (given, fractions) => {
        const end = lastArrivalUs(given);
        const cuts = fractions.map((fraction) => Math.floor((fraction / 1_000_000) * (end + 2))).sort((a, b) => a - b);
        const rows = arrivals(given, cuts);
        expect(rows).toEqual(expected(given));
        expect(rows[rows.length - 1]?.[1]).toBe(end);
      }),
    );
  });

  it("are the same copied as blocks, in full batches and in pieces of any length", () => {
    const rows = 3_000;
    const given: ArrivalColumns = {
      atUs: Float64Array.from({ length: rows }, (_, row) => row * 10),
      key: Uint32Array.from({ length: rows }, (_, row) => row * 7),
      route: Uint16Array.from({ length: rows }, (_, row) => row % 500),
      amplify: 1,
      offsets: deriveStream("1", "test"),
    };
    for (const pieceUs of [100_000, 10_230, 641, 640, 630, 70]) {
      const cuts = Array.from({ length: Math.floor(30_000 / pieceUs) }, (_, i) => (i + 1) * pieceUs);
      expect(arrivals(given, cuts)).toEqual(expected(given));
    }
  });

  it("cut a batch where the draws' epoch ends", () => {
    const amplify = 2 ** 31 + 1;
    const rows = 4;
    // Clones in the billions are not drawn here: only the indices of the recorded rows are of interest.
    const given = { atUs: new Float64Array(rows), amplify, key: new Uint32Array(rows), route: new Uint16Array(rows) };
    const batch = createBatch();
    const held = Float64Array.from({ length: rows }, (_, row) => row * amplify);
    const state = { ...startArrivals(), heldUs: 0, heldCount: rows, held };
    const epochs: number[] = [];
    while (state.heldDone < state.heldCount) {
      fillArrivals({ ...given, offsets: { a: 1, b: 2 } }, state, batch, 1);
      for (let i = 0; i < batch.count; i++) epochs.push(batch.drawEpoch * 2 ** 32 + batch.draw[i]!);
    }
    expect(epochs).toEqual([0, amplify, 2 * amplify, 3 * amplify]);
  });
});
