import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { busyWorkers, createPool, occupy, servedUs, startOf, waitingAt, type PoolShape } from "./worker-pool.ts";

interface Customer {
  readonly atUs: number;
  readonly serviceUs: number;
  readonly instance: number;
}

interface Served {
  readonly instance: number;
  readonly atUs: number;
  readonly startUs: number;
  readonly doneUs: number;
}

const shapes: fc.Arbitrary<PoolShape> = fc.record({
  instances: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 1, max: 5 }),
  queue: fc.constantFrom(0, 1, 2, 7, 1_000),
});
const customers = fc
  .array(fc.record({ gapUs: fc.nat(20), serviceUs: fc.integer({ min: 1, max: 60 }), instance: fc.nat(2) }), {
    maxLength: 150,
  })
  .map((all): Customer[] => {
    let atUs = 0;
    return all.map(({ gapUs, ...rest }) => ({ ...rest, atUs: (atUs += gapUs) }));
  });

/** By the book: everybody in the queue is a record, looked through again for every arrival. */
function byTheBook(shape: PoolShape, all: readonly Customer[]): (Served | null)[] {
  const served: Served[] = [];
  return all.map(({ atUs, serviceUs, instance: wanted }) => {
    const instance = wanted % shape.instances;
    const here = served.filter((one) => one.instance === instance);
    const waiting = here.filter((one) => one.startUs > atUs).length;
    // The workers' last jobs are the latest completions.
    const busyUntil = here.map((one) => one.doneUs).toSorted((a, b) => b - a);
    const freeUs = busyUntil[shape.workers - 1] ?? 0;
    if (freeUs > atUs && waiting >= shape.queue) return null;
    const startUs = Math.max(atUs, freeUs);
    const one = { instance, atUs, startUs, doneUs: startUs + serviceUs };
    served.push(one);
    return one;
  });
}

describe("a pool of workers", () => {
  it("serves, keeps waiting and turns away as the book says, and knows at any time who is served and who waits", () => {
    fc.assert(
      fc.property(shapes, customers, (shape, all) => {
        const book = byTheBook(shape, all);
        const pool = createPool(shape);
        all.forEach((customer, i) => {
          const { atUs, serviceUs } = customer;
          const instance = customer.instance % shape.instances;
          const before = book.slice(0, i).filter((one) => one !== null && one.instance === instance) as Served[];
          expect(waitingAt(shape, pool, instance, atUs)).toBe(before.filter((one) => one.startUs > atUs).length);
          const inService = before.filter((one) => one.startUs <= atUs && one.doneUs > atUs).length;
          const queued = before.filter((one) => one.startUs > atUs).length;
          // Workers that a waiting attempt has been promised to are busy until it begins.
          expect(busyWorkers(shape, pool, instance, atUs)).toBe(queued > 0 ? shape.workers : inService);
          const startUs = startOf(shape, pool, instance, atUs);
          expect(startUs).toBe(book[i]?.startUs ?? -1);
          if (startUs >= 0) occupy(shape, pool, instance, atUs, startUs, serviceUs);
        });
        const taken = book.filter((one) => one !== null);
        expect(pool.taken.reduce((sum, one) => sum + one, 0)).toBe(taken.length);
        const nowUs = all.at(-1)?.atUs ?? 0;
        for (const atUs of [nowUs, nowUs + 17, nowUs + 100_000]) {
          const worked = taken.reduce((sum, { startUs, doneUs }) => {
            return sum + Math.max(Math.min(doneUs, atUs) - startUs, 0);
          }, 0);
          expect(servedUs(shape, pool, atUs)).toBe(worked);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it("without a number of workers never makes anybody wait", () => {
    const shape = { instances: 1, workers: 0, queue: 0 };
    const pool = createPool(shape);
    for (let i = 0; i < 10; i++) {
      expect(startOf(shape, pool, 0, 5)).toBe(5);
      occupy(shape, pool, 0, 5, 5, 1_000);
    }
    expect(pool.taken[0]).toBe(10);
    expect(waitingAt(shape, pool, 0, 5)).toBe(0);
  });
});
