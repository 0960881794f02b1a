import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBatch, DECLINED, routeRows, SERVED } from "../service/world.ts";
import { createAttemptOrder, hasFailed, keepAttempts, takeAttempts, type AttemptScope } from "./attempt-order.ts";

interface Row {
  readonly atUs: number;
  readonly isCandidate: boolean;
  readonly us: number;
  readonly code: number;
}

const row: fc.Arbitrary<Row> = fc.record({
  atUs: fc.nat(1_000),
  isCandidate: fc.boolean(),
  us: fc.integer({ min: 1, max: 400 }),
  code: fc.constantFrom(SERVED, SERVED, 1, 2, DECLINED),
});

function batchOf(rows: readonly Row[]) {
  const batch = createBatch();
  rows.forEach(({ atUs, us, code }, i) => {
    batch.atUs[i] = atUs;
    batch.baselineUs[i] = us;
    batch.candidateUs[i] = us;
    batch.baselineCode[i] = code === DECLINED ? SERVED : code;
    batch.candidateCode[i] = code;
  });
  batch.count = rows.length;
  routeRows(batch, (i) => rows[i]!.isCandidate);
  return batch;
}

describe("attempts in their order", () => {
  it("are taken each once, by completion, successes first at one instant, and never before they complete", () => {
    const scopes = fc.constantFrom<AttemptScope>("candidate", "baseline", "all");
    const batches = fc.array(fc.array(row, { maxLength: 30 }), { maxLength: 6 });
    fc.assert(
      fc.property(scopes, batches, fc.array(fc.nat(1_500), { maxLength: 5 }), (scope, all, cuts) => {
        const order = createAttemptOrder(scope);
        for (const rows of all) keepAttempts(order, batchOf(rows));
        const expected = all
          .flat()
          .filter(({ isCandidate, code }) => !(isCandidate && code === DECLINED))
          .filter(({ isCandidate }) => scope === "all" || isCandidate === (scope === "candidate"))
          .map(({ atUs, us, code }) => ({ doneUs: atUs + us, failed: code !== SERVED && code !== DECLINED }))
          .sort((a, b) => a.doneUs - b.doneUs || Number(a.failed) - Number(b.failed));
        const taken: { doneUs: number; failed: boolean }[] = [];
        for (const cut of [...cuts.sort((a, b) => a - b), 2_000]) {
          for (const attempt of takeAttempts(order, cut)) {
            const one = { doneUs: Math.floor(attempt / 2), failed: hasFailed(attempt) };
            expect(one.doneUs).toBeLessThan(cut);
            taken.push(one);
          }
        }
        expect(taken).toEqual(expected);
        expect(order.count).toBe(0);
      }),
    );
  });

  it("that complete at the very instant belong to what comes after it", () => {
    const order = createAttemptOrder("candidate");
    keepAttempts(order, batchOf([{ atUs: 10, isCandidate: true, us: 5, code: SERVED }]));
    expect([...takeAttempts(order, 15)]).toEqual([]);
    expect([...takeAttempts(order, 16)]).toEqual([30]);
  });

  it("have room for as many as there are", () => {
    const order = createAttemptOrder("all");
    const rows = Array.from({ length: 900 }, (_, i) => ({
      atUs: i,
      isCandidate: i % 2 === 0,
      us: 5,
      code: i % 3 === 0 ? 1 : SERVED,
    }));
    for (let i = 0; i < 4; i++) keepAttempts(order, batchOf(rows));
    expect(order.count).toBe(3_600);
    expect(takeAttempts(order, 10_000).filter(hasFailed)).toHaveLength(1_200);
  });
});
