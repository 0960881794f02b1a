import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BATCH_ROWS, DECLINED, SERVED, createBatch, routeRows } from "../service/world.ts";
import { ATTEMPTS, ERRORS, FAILED, LATENCY_SUM_US, REQUESTS, USERS_EXPOSED, versionOffset } from "./counters.ts";
import { quantileBetween } from "./histogram.ts";
import { recordBatch } from "./recorder.ts";
import { createRecording, type RecordingTerms } from "./recording.ts";
import { completeInFlight } from "./row-recorder.ts";
import { createSliceGrid, type Slice } from "./slice-grid.ts";
import {
  completeSlices,
  createSliceRecording,
  createSliceScratch,
  enterPhaseInSlices,
  pushSliceTotals,
  recordSlices,
  sumTotals,
} from "./slice-recorder.ts";
import { totalsAtTick, totalsNow } from "./totals.ts";

interface Row {
  readonly atUs: number;
  readonly key: number;
  readonly route: number;
  readonly routed: boolean;
  readonly baselineUs: number;
  readonly baselineCode: number;
  readonly candidateUs: number;
  readonly candidateCode: number;
}

const KEYS = 12;
const END_US = 6_000;
const world = {
  routes: ["/a", "/b", "/c"],
  segments: [
    { name: "region", values: ["eu", "us"] },
    { name: "plan", values: ["free", "pro"] },
  ],
};
/** Both dimensions of a key as one number. */
const keySegment = Uint8Array.from({ length: KEYS }, (_, key) => key % 4);
const terms: RecordingTerms = { limitsUs: Float64Array.of(300), slowedFactor: 2, slowedAddUs: 100 };

const rowsArbitrary = fc
  .array(
    fc.record({
      atUs: fc.nat(2_999),
      key: fc.nat(KEYS - 1),
      route: fc.nat(2),
      routed: fc.boolean(),
      baselineUs: fc.integer({ min: 1, max: 1_500 }),
      baselineCode: fc.constantFrom(SERVED, SERVED, 1, 2),
      candidateUs: fc.integer({ min: 1, max: 1_500 }),
      candidateCode: fc.constantFrom(SERVED, SERVED, 1, 3, DECLINED),
    }),
    { maxLength: 80 },
  )
  .map((rows): Row[] => rows.sort((one, other) => one.atUs - other.atUs));
const sliceArbitrary: fc.Arbitrary<Slice> = fc.record(
  {
    route: fc.constantFrom("/a", "/b", "/c"),
    segment: fc.constantFrom("region=eu", "region=us", "plan=pro", "region=eu and plan=pro"),
  },
  { requiredKeys: [] },
);
const cutsArbitrary = fc
  .array(fc.integer({ min: 1, max: END_US - 1 }), { maxLength: 6 })
  .map((cuts) => [...cuts.sort((a, b) => a - b), END_US]);

/** Records through batches of at most five rows that end at the cuts, as a whole and in cells. */
function record(rows: readonly Row[], cutsUs: readonly number[], slices: readonly Slice[], fallsBack: boolean) {
  const grid = createSliceGrid(world, slices);
  const cells = createSliceRecording(grid, 1, 4, true);
  const whole = createRecording(KEYS, 1);
  const scratch = createSliceScratch(grid);
  // Batches take turns: the recorder must not hold on to the columns of one.
  const batches = [createBatch(), createBatch()] as const;
  let next = 0;
  let turn = 0;
  for (const untilUs of cutsUs) {
    completeInFlight(whole, terms, untilUs);
    completeSlices(cells, terms, untilUs);
    while ((rows[next]?.atUs ?? Infinity) < untilUs) {
      const batch = batches[turn++ % 2] ?? batches[0];
      const first = next;
      batch.count = 0;
      for (; batch.count < 5 && (rows[next]?.atUs ?? Infinity) < untilUs; next++) {
        const row = rows[next]!;
        const i = batch.count++;
        batch.atUs[i] = row.atUs;
        batch.key[i] = row.key;
        batch.route[i] = row.route;
        batch.baselineUs[i] = row.baselineUs;
        batch.baselineCode[i] = row.baselineCode;
        batch.candidateUs[i] = row.candidateUs;
        batch.candidateCode[i] = row.candidateCode;
      }
      routeRows(batch, (row) => rows[first + row]!.routed);
      recordBatch(whole, terms, batch, untilUs, fallsBack);
      recordSlices(grid, scratch, cells, terms, batch, keySegment, untilUs, fallsBack);
    }
  }
  return { grid, cells, whole };
}

function isIn(row: Row, { route, segment }: Slice): boolean {
  if (route !== undefined && world.routes[row.route] !== route) return false;
  const region = ["eu", "us"][Math.floor((row.key % 4) / 2)];
  const plan = ["free", "pro"][row.key % 2];
  return (segment ?? "")
    .split(" and ")
    .every((part) => part === "" || part === `region=${region}` || part === `plan=${plan}`);
}

describe("slices", () => {
  it("count what a recount of their own rows counts, and all cells together what the whole does", () => {
    fc.assert(
      fc.property(
        rowsArbitrary,
        cutsArbitrary,
        fc.array(sliceArbitrary, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (rows, cutsUs, slices, fallsBack) => {
          const stopsAt = cutsUs.slice(0, Math.ceil(cutsUs.length / 2));
          const { grid, cells, whole } = record(rows, stopsAt, slices, fallsBack);
          const { counters } = sumTotals(
            cells.map((cell) => totalsNow(cell.recording, 0)),
            0,
            whole.counters.length,
          );
          // Distinct users are counted of the whole only.
          const expected = whole.counters.slice();
          expected[USERS_EXPOSED] = 0;
          expect(Array.from(counters)).toEqual(Array.from(expected));
          slices.forEach((slice, i) => {
            const recount = record(
              rows.filter((row) => isIn(row, slice)),
              stopsAt,
              [],
              fallsBack,
            ).whole;
            recount.counters[USERS_EXPOSED] = 0;
            const own = sumTotals(
              Array.from(grid.cellsOfSlice[i]!, (cell) => totalsNow(cells[cell]!.recording, 0)),
              0,
              whole.counters.length,
            );
            expect(Array.from(own.counters)).toEqual(Array.from(recount.counters));
            expect(own.histograms).toEqual(recount.histograms);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  it("equal a naive count of rows that have all completed", () => {
    fc.assert(
      fc.property(rowsArbitrary, sliceArbitrary, (rows, slice) => {
        const { grid, cells, whole } = record(rows, [END_US], [slice], false);
        const parts = Array.from(grid.cellsOfSlice[0]!, (cell) => totalsNow(cells[cell]!.recording, 0));
        const { counters } = sumTotals(parts, 0, whole.counters.length);
        const mine = rows.filter((row) => isIn(row, slice));
        const attempts = mine.filter((row) => row.routed && row.candidateCode !== DECLINED);
        const at = versionOffset(1);
        expect(counters[REQUESTS]).toBe(mine.filter((row) => !row.routed).length);
        expect(counters[at + REQUESTS]).toBe(mine.filter((row) => row.routed).length);
        expect(counters[at + ATTEMPTS]).toBe(attempts.length);
        expect(counters[at + ERRORS]).toBe(attempts.filter((row) => row.candidateCode !== SERVED).length);
        expect(counters[at + LATENCY_SUM_US]).toBe(attempts.reduce((sum, row) => sum + row.candidateUs, 0));
        expect(counters[FAILED]).toBe(
          mine.filter((row) => (row.routed ? row.candidateCode : row.baselineCode) !== SERVED).length,
        );
      }),
    );
  });

  it("give quantiles within 1 % of the nearest rank of their own attempts", () => {
    const latencies = fc.array(fc.integer({ min: 1, max: 2_000_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(latencies, fc.constantFrom(500, 950, 990, 999), (all, permille) => {
        const rows = all.map((us, i) => ({
          atUs: 0,
          key: i % KEYS,
          route: i % 3,
          routed: false,
          baselineUs: us,
          baselineCode: SERVED,
          candidateUs: 1,
          candidateCode: SERVED,
        }));
        const { grid, cells } = record(rows, [1, 3_000_000], [{ route: "/b" }], true);
        const mine = all.filter((_, i) => i % 3 === 1).sort((a, b) => a - b);
        const parts = Array.from(grid.cellsOfSlice[0]!, (cell) => ({
          bins: cells[cell]!.recording.histograms,
          offset: 0,
        }));
        const empty = parts.map(() => ({ bins: new Uint32Array(parts[0]!.bins.length), offset: 0 }));
        const shown = quantileBetween(empty, parts, mine.length, permille);
        const exact = mine[Math.max(Math.ceil((mine.length * permille) / 1_000), 1) - 1] ?? null;
        if (exact === null || shown === null) expect(shown).toBe(exact);
        else expect(Math.abs(shown - exact)).toBeLessThanOrEqual(exact * 0.01);
      }),
    );
  });

  it("keep their totals at ticks and from the beginning of a phase", () => {
    const row = { key: 0, routed: false, baselineUs: 1, baselineCode: 1, candidateUs: 1, candidateCode: SERVED };
    const rows = [0, 1, 1, 1].map((route, i): Row => ({ ...row, route, atUs: i }));
    const { cells, grid } = record(rows, [END_US], [{ route: "/b" }], true);
    pushSliceTotals(cells);
    enterPhaseInSlices(cells, END_US);
    const cell = cells[grid.cellsOfSlice[0]![0]!]!;
    const tick = totalsAtTick(cell.ring, 1, 1);
    expect(tick.counters[tick.countersOffset + ERRORS]).toBe(3);
    expect(cell.phaseFrom.counters[ERRORS]).toBe(3);
    expect(sumTotals([], 7, 3)).toMatchObject({ atUs: 7, counters: new Float64Array(3) });
  });

  it("take whole batches, of users who are not divided", () => {
    const grid = createSliceGrid({ routes: ["/a", "/b"] }, [{ route: "/b" }]);
    const cells = createSliceRecording(grid, 0, 1, false);
    const batch = createBatch();
    batch.count = BATCH_ROWS;
    batch.route.fill(1);
    batch.baselineUs.fill(5);
    routeRows(batch, () => false);
    recordSlices(
      grid,
      createSliceScratch(grid),
      cells,
      { ...terms, limitsUs: new Float64Array(0) },
      batch,
      null,
      9,
      true,
    );
    expect(cells.map((cell) => cell.recording.counters[REQUESTS])).toEqual([0, BATCH_ROWS]);
  });
});
