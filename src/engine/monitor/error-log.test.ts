import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DECLINED, SERVED, createBatch, routeRows } from "../service/world.ts";
import { completeErrors, createErrorLog, cutOffErrors, noteErrors, type ErrorLog } from "./error-log.ts";
import { recentErrors, recordErrors } from "./error-record.ts";
import { createBurstState } from "./error-bursts.ts";

interface Row {
  readonly atUs: number;
  readonly route: number;
  readonly routed: boolean;
  readonly us: number;
  readonly code: number;
}

const END_US = 4_000;
const world = { routes: ["/a", "/b"], errorKinds: ["error", "timeout"] };
const rowsArbitrary = fc
  .array(
    fc.record({
      // Few instants, so that several failures complete at the same one.
      atUs: fc.nat(60),
      route: fc.nat(1),
      routed: fc.boolean(),
      us: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000 })),
      code: fc.constantFrom(SERVED, 1, 2, DECLINED),
    }),
    { maxLength: 60 },
  )
  .map((rows): Row[] =>
    rows
      .sort((one, other) => one.atUs - other.atUs)
      .map((row) => (row.routed || row.code !== DECLINED ? row : { ...row, code: SERVED })),
  );

function log(rows: readonly Row[], cutsUs: readonly number[], batchRows: number): ErrorLog {
  const errors = createErrorLog(world.routes.length, 5);
  const batch = createBatch();
  let next = 0;
  for (const untilUs of cutsUs) {
    while ((rows[next]?.atUs ?? Infinity) < untilUs) {
      const first = next;
      batch.count = 0;
      for (; batch.count < batchRows && (rows[next]?.atUs ?? Infinity) < untilUs; next++) {
        const { atUs, route, routed, us, code } = rows[next]!;
        const i = batch.count++;
        batch.atUs[i] = atUs;
        batch.route[i] = route;
        // What the other version would have done must not be taken for a failure.
        batch.baselineUs[i] = routed ? 1 : us;
        batch.baselineCode[i] = routed ? 1 : code;
        batch.candidateUs[i] = routed ? us : 1;
        batch.candidateCode[i] = routed ? code : 1;
      }
      routeRows(batch, (row) => rows[first + row]!.routed);
      noteErrors(errors, batch);
    }
    completeErrors(errors, untilUs);
  }
  return errors;
}

const isFailure = ({ code }: Row): boolean => code === 1 || code === 2;

function longestRun(rows: readonly Row[]): number {
  let longest = 0;
  let length = 0;
  for (const row of rows) {
    length = isFailure(row) ? length + 1 : 0;
    longest = Math.max(longest, length);
  }
  return longest;
}

describe("error log", () => {
  it("counts by kind, route and version what a naive recount counts, whatever the cuts and batches", () => {
    const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: END_US })), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(rowsArbitrary, cuts, fc.integer({ min: 1, max: 9 }), (rows, some, batchRows) => {
        const cutsUs = [...some.sort((a, b) => a - b), END_US];
        const errors = log(rows, cutsUs, batchRows);
        expect(errors).toEqual({ ...log(rows, [END_US], 1_000), pending: expect.anything() });
        const record = recordErrors(errors, [createBurstState(), createBurstState()], world);
        const failed = rows.filter(isFailure);
        const of = (keep: (row: Row) => boolean): number => failed.filter(keep).length;
        expect(record.total).toBe(failed.length);
        for (const { name, baseline, candidate } of record.kinds) {
          const code = world.errorKinds.indexOf(name) + 1;
          expect(baseline).toBe(of((row) => !row.routed && row.code === code));
          expect(candidate).toBe(of((row) => row.routed && row.code === code));
        }
        for (const { name, baseline, candidate, share } of record.routes) {
          const route = world.routes.indexOf(name);
          expect([baseline, candidate]).toEqual([
            of((row) => !row.routed && row.route === route),
            of((row) => row.routed && row.route === route),
          ]);
          expect(share).toBe((baseline + candidate) / failed.length);
        }
        expect(record.baseline.longestRun).toBe(longestRun(rows.filter((row) => !row.routed)));
        expect(record.candidate.longestRun).toBe(longestRun(rows.filter((row) => row.routed)));
        const newest = failed
          .map((row, i) => ({ row, i, doneUs: row.atUs + row.us }))
          .sort((one, other) => one.doneUs - other.doneUs || one.i - other.i)
          .slice(-5);
        expect(record.recent).toEqual(
          newest.map(({ row, doneUs }) => ({
            atMs: doneUs / 1_000,
            version: row.routed ? "candidate" : "baseline",
            route: world.routes[row.route],
            kind: world.errorKinds[row.code - 1],
          })),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("has failures of one instant in the order of their requests", () => {
    // The later requests are the quicker ones: all complete at the same time.
    const rows = Array.from({ length: 5 }, (_, i): Row => ({
      atUs: i,
      route: i % 2,
      routed: i % 3 === 0,
      us: 50 - i,
      code: 1 + (i % 2),
    }));
    const record = recordErrors(log(rows, [100], 2), [createBurstState(), createBurstState()], world);
    expect(record.recent.map(({ version, kind }) => `${version} ${kind}`)).toEqual(
      rows.map(({ routed, code }) => `${routed ? "candidate" : "baseline"} ${world.errorKinds[code - 1]}`),
    );
  });

  it("knows a failure when the attempt completes, not before", () => {
    const rows: Row[] = [{ atUs: 10, route: 0, routed: true, us: 90, code: 2 }];
    expect(log(rows, [100], 10).completed).toBe(0);
    expect(log(rows, [101], 10).completed).toBe(1);
  });

  it("counts long runs, and grows with what is in flight", () => {
    const rows = Array.from({ length: 200 }, (_, i): Row => ({
      atUs: i,
      route: 0,
      routed: true,
      us: 1_000,
      code: i % 20 < 5 ? 1 : i % 20 < 10 ? DECLINED : SERVED,
    }));
    const errors = log(rows, [500], 7);
    expect(errors.completed).toBe(0);
    expect(errors.pending.count).toBe(50);
    expect(errors.runs[1]).toMatchObject({ longest: 5, longRuns: 10 });
  });

  it("fails the candidate's attempts in flight when it is stopped", () => {
    const rows: Row[] = [
      { atUs: 0, route: 1, routed: true, us: 900, code: 2 },
      { atUs: 0, route: 1, routed: false, us: 900, code: 1 },
    ];
    const errors = log(rows, [100], 10);
    cutOffErrors(errors, 3, 100);
    completeErrors(errors, 101);
    expect(errors.completed).toBe(4);
    const record = recordErrors(errors, [createBurstState(), createBurstState()], world);
    expect(record.kinds).toEqual([
      { name: "cut off", baseline: 0, candidate: 3, share: 0.75 },
      { name: "timeout", baseline: 0, candidate: 1, share: 0.25 },
    ]);
    completeErrors(errors, END_US);
    expect(recentErrors(errors, world, 4).map(({ version }) => version)).toEqual(["baseline"]);
  });
});
