import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DECLINED, SERVED, createBatch, routeRows } from "../service/world.ts";
import {
  ARRIVED,
  ARRIVED_CANDIDATE,
  ATTEMPTS,
  DECLINES,
  ERRORS,
  FAILED,
  FALLBACKS,
  HARMED,
  LATENCY_SUM_US,
  REQUESTS,
  SAVED,
  SLOWED,
  USERS_EXPOSED,
  USER_FAILURES,
  VERSION_COUNTERS,
  counterCount,
  limitCounter,
} from "./counters.ts";
import { HISTOGRAM_BINS, histogramBin } from "./histogram.ts";
import { recordBatch } from "./recorder.ts";
import { createRecording, type Recording, type RecordingTerms } from "./recording.ts";
import { completeInFlight } from "./row-recorder.ts";

interface Row {
  readonly atUs: number;
  readonly key: number;
  readonly routed: boolean;
  readonly baselineUs: number;
  readonly baselineFails: boolean;
  readonly candidateUs: number;
  readonly candidateCode: number;
}

const KEYS = 8;
const END_US = 4000;
const terms: RecordingTerms = { limitsUs: Float64Array.of(100, 700), slowedFactor: 2, slowedAddUs: 100 };

const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  atUs: fc.nat(1999),
  key: fc.nat(KEYS - 1),
  routed: fc.boolean(),
  baselineUs: fc.integer({ min: 1, max: 1000 }),
  baselineFails: fc.boolean(),
  candidateUs: fc.integer({ min: 1, max: 1000 }),
  candidateCode: fc.constantFrom(SERVED, SERVED, 1, 2, DECLINED),
});
const rowsArbitrary = fc
  .array(rowArbitrary, { maxLength: 60 })
  .map((rows) => rows.sort((one, other) => one.atUs - other.atUs));

/** The recorder's own definition, an object and a branch at a time: every counter at an instant. */
function countSlowly(rows: readonly Row[], nowUs: number, fallsBack: boolean): Recording["counters"] {
  const counters = new Float64Array(counterCount(terms.limitsUs.length));
  const add = (index: number, value = 1): void => {
    counters[index] = (counters[index] ?? 0) + value;
  };
  const attempt = (version: number, doneUs: number, us: number, failed: boolean): void => {
    if (doneUs >= nowUs) return;
    add(version * VERSION_COUNTERS + ATTEMPTS);
    add(version * VERSION_COUNTERS + LATENCY_SUM_US, us);
    if (failed) add(version * VERSION_COUNTERS + ERRORS);
    terms.limitsUs.forEach((limit, k) => us > limit && add(limitCounter(k, version)));
  };
  const exposed = new Set<number>();
  for (const row of rows) {
    if (row.atUs >= nowUs) continue;
    add(ARRIVED);
    const version = row.routed ? 1 : 0;
    let userFailed = row.baselineFails;
    let servedUs = row.baselineUs;
    let fellBack = false;
    const declined = row.routed && row.candidateCode === DECLINED;
    if (row.routed) {
      add(ARRIVED_CANDIDATE);
      exposed.add(row.key);
      const served = row.candidateCode === SERVED;
      const attemptUs = declined ? 0 : row.candidateUs;
      if (!declined) attempt(1, row.atUs + attemptUs, attemptUs, !served);
      fellBack = !served && fallsBack;
      servedUs = attemptUs + (fellBack ? row.baselineUs : 0);
      userFailed = !served && (!fellBack || row.baselineFails);
      if (fellBack && !row.baselineFails) add(SAVED);
      if (userFailed && !row.baselineFails) add(HARMED);
      if (!userFailed && servedUs > 2 * row.baselineUs && servedUs - row.baselineUs > 100) add(SLOWED);
    } else {
      attempt(0, row.atUs + row.baselineUs, row.baselineUs, row.baselineFails);
    }
    if (userFailed) add(FAILED);
    if (row.atUs + servedUs >= nowUs) continue;
    add(version * VERSION_COUNTERS + REQUESTS);
    if (userFailed) add(version * VERSION_COUNTERS + USER_FAILURES);
    if (declined) add(version * VERSION_COUNTERS + DECLINES);
    if (fellBack) {
      add(VERSION_COUNTERS + FALLBACKS);
      add(FALLBACKS);
    }
  }
  add(USERS_EXPOSED, exposed.size);
  return counters;
}

/** Records rows through batches that end at the given cuts. Few rows a batch, so that one cut takes several. */
function recordQuickly(
  rows: readonly Row[],
  cutsUs: readonly number[],
  fallsBack: boolean,
  isOrdered = true,
  batchRows = 7,
): Recording {
  const recording = createRecording(KEYS, terms.limitsUs.length);
  const batch = createBatch();
  let next = 0;
  for (const untilUs of cutsUs) {
    completeInFlight(recording, terms, untilUs);
    while (next < rows.length && (rows[next]?.atUs ?? Infinity) < untilUs) {
      batch.count = 0;
      const first = next;
      for (; batch.count < batchRows && (rows[next]?.atUs ?? Infinity) < untilUs; next++) {
        const row = rows[next];
        if (row === undefined) break;
        const i = batch.count++;
        batch.atUs[i] = row.atUs;
        batch.key[i] = row.key;
        batch.baselineUs[i] = row.baselineUs;
        batch.baselineCode[i] = row.baselineFails ? 1 : 0;
        batch.candidateUs[i] = row.candidateUs;
        batch.candidateCode[i] = row.candidateCode;
      }
      routeRows(batch, (row) => rows[first + row]?.routed === true);
      recordBatch(recording, terms, batch, untilUs, fallsBack, isOrdered);
    }
  }
  return recording;
}

const cutsArbitrary = fc
  .array(fc.integer({ min: 1, max: END_US - 1 }), { maxLength: 8 })
  .map((cuts) => [...cuts.sort((a, b) => a - b), END_US]);

describe("recorder", () => {
  it("leaves what completes at the very end of a window to the next, new or in flight", () => {
    const never = { routed: false, candidateUs: 1, candidateCode: SERVED };
    const row: Row = { atUs: 0, key: 0, baselineUs: 60, baselineFails: false, ...never };
    for (const isOrdered of [true, false]) {
      // In flight since the first cut, and complete at the second one: counted at neither, but at the third.
      for (const cutsUs of [[60], [30, 60], [60, 61], [30, 60, 61]]) {
        const { counters } = recordQuickly([row], cutsUs, true, isOrdered);
        expect(counters[REQUESTS], cutsUs.join()).toBe(cutsUs.at(-1) === 61 ? 1 : 0);
      }
    }
  });

  it("counts what the slow definition counts, at every cut, with and without fallback", () => {
    fc.assert(
      fc.property(rowsArbitrary, cutsArbitrary, fc.boolean(), (rows, cutsUs, fallsBack) => {
        cutsUs.forEach((nowUs, i) => {
          const { counters } = recordQuickly(rows, cutsUs.slice(0, i + 1), fallsBack);
          expect(Array.from(counters)).toEqual(Array.from(countSlowly(rows, nowUs, fallsBack)));
          expect(recordQuickly(rows, cutsUs.slice(0, i + 1), fallsBack, false).counters).toEqual(counters);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("counts the same in batches that are recorded by columns, whole or as far as they are over", () => {
    const manyRows = fc
      .array(rowArbitrary, { minLength: 60, maxLength: 400, size: "max" })
      .map((rows) => rows.sort((one, other) => one.atUs - other.atUs));
    fc.assert(
      fc.property(manyRows, cutsArbitrary, fc.boolean(), (rows, cutsUs, fallsBack) => {
        cutsUs.forEach((nowUs, i) => {
          const recording = recordQuickly(rows, cutsUs.slice(0, i + 1), fallsBack, true, 300);
          expect(Array.from(recording.counters)).toEqual(Array.from(countSlowly(rows, nowUs, fallsBack)));
          const byRows = recordQuickly(rows, cutsUs.slice(0, i + 1), fallsBack);
          expect(recording.histograms).toEqual(byRows.histograms);
          expect(recording.exposed).toEqual(byRows.exposed);
          expect(recording.firstCandidateAtUs).toBe(byRows.firstCandidateAtUs);
          expect(recording.inFlight.count).toBe(byRows.inFlight.count);
        });
      }),
      // Shrinking hundreds of rows takes minutes: the property before has small cases.
      { endOnFailure: true },
    );
  });

  it("counts latencies about every limit, and about what is slowed, exactly", () => {
    const about = [...terms.limitsUs].flatMap((limit) => [
      Math.floor(limit) - 1,
      Math.floor(limit),
      Math.floor(limit) + 1,
    ]);
    const pairs = [...about, 50, 100, 500].flatMap((baselineUs) =>
      [...about, ...[99, 100, 101].flatMap((more) => [baselineUs + more, 2 * baselineUs + more - 100])].map(
        (candidateUs) => ({ baselineUs, candidateUs }),
      ),
    );
    const rows = pairs.flatMap((pair) =>
      [false, true].map((routed) => ({
        ...pair,
        routed,
        atUs: 0,
        key: 0,
        baselineFails: false,
        candidateCode: SERVED,
      })),
    );
    expect(rows.length).toBeGreaterThan(64);
    for (const batchRows of [7, rows.length]) {
      const { counters } = recordQuickly(rows, [END_US], true, true, batchRows);
      expect(Array.from(counters)).toEqual(Array.from(countSlowly(rows, END_US, true)));
      expect(counters[SLOWED]).toBeGreaterThan(0);
    }
  });

  it("has nothing in flight once everything has completed, and every attempt in a histogram", () => {
    fc.assert(
      fc.property(rowsArbitrary, cutsArbitrary, (rows, cutsUs) => {
        const recording = recordQuickly(rows, cutsUs, true);
        expect(recording.inFlight.count).toBe(0);
        const expected = new Uint32Array(2 * HISTOGRAM_BINS);
        for (const row of rows) {
          if (row.routed && row.candidateCode === DECLINED) continue;
          const us = row.routed ? row.candidateUs : row.baselineUs;
          const bin = (row.routed ? HISTOGRAM_BINS : 0) + histogramBin(us);
          expected[bin] = (expected[bin] ?? 0) + 1;
        }
        expect(recording.histograms).toEqual(expected);
      }),
    );
  });

  it("remembers when the first request reached the candidate", () => {
    fc.assert(
      fc.property(rowsArbitrary, (rows) => {
        const first = rows.find((row) => row.routed);
        expect(recordQuickly(rows, [END_US], true).firstCandidateAtUs).toBe(first?.atUs ?? -1);
      }),
    );
  });

  it("makes room for however many are in flight", () => {
    const rows = Array.from({ length: 5000 }, (_, i) => ({
      atUs: i % 2,
      key: 0,
      routed: i % 2 === 0,
      baselineUs: 1000,
      baselineFails: false,
      candidateUs: 900,
      candidateCode: 1,
    })).sort((one, other) => one.atUs - other.atUs);
    const recording = recordQuickly(rows, [10], true);
    expect(recording.inFlight.count).toBe(7500);
    completeInFlight(recording, terms, END_US);
    expect(recording.inFlight.count).toBe(0);
  });
});
