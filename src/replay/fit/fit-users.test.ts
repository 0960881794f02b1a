import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveStream, draw32 } from "../../engine/kernel/random.ts";
import { zipfWeights } from "../../engine/traffic/alias-table.ts";
import { fitUsers } from "./fit-users.ts";

/** The users of so many requests, each drawn by its user's weight. */
function keysOf(seed: string, population: number, zipf: number, requests: number): Uint32Array {
  const stream = deriveStream(seed, "users");
  const upTo: number[] = [];
  let sum = 0;
  for (const weight of zipfWeights(population, zipf)) upTo.push((sum += weight));
  return Uint32Array.from({ length: requests }, (_, i) => {
    const at = draw32(stream.a, stream.b, i) * 2 ** -32 * sum;
    let [low, high] = [0, population - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** Of rows that all name their user. */
function fitKeys(key: Uint32Array): ReturnType<typeof fitUsers> {
  return fitUsers(key, []);
}

describe("the users of a trace", () => {
  it("are found again, within five standard errors of population and exponent", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 4 }),
        fc.integer({ min: 50, max: 2_000 }),
        fc.constantFrom(0, 0.6, 0.8, 1, 1.2),
        fc.constantFrom(4, 10, 30, 100),
        (seed, population, zipf, perUser) => {
          const { users } = fitKeys(keysOf(seed, population, zipf, Math.min(population * perUser, 40_000)));
          expect(Math.abs(users.zipf - zipf)).toBeLessThan(5 * (users.zipfError ?? 0) + 0.001);
          expect(Math.abs(users.population - population)).toBeLessThan(5 * (users.populationError ?? 0) + 1.5);
          // And it is known well.
          expect(users.zipfError ?? 0).toBeLessThan(0.2);
        },
      ),
      { numRuns: 12 },
    );
  });

  it("are unevenly busy by the same exponent where each count tells its rank, and the likelihood has many peaks", () => {
    for (const seed of ["1", "2", "3"]) {
      const { users, fit } = fitKeys(keysOf(seed, 300, 1, 36_000));
      expect(users).toMatchObject({ population: 300, seen: 300, populationError: 1 });
      expect(Math.abs(users.zipf - 1)).toBeLessThan(5 * (users.zipfError ?? 0));
      expect(users.zipfError).toBeGreaterThan(0.003);
      expect(users.zipfError).toBeLessThan(0.005);
      expect(fit?.distance).toBeLessThan(fit?.critical ?? 0);
    }
  });

  it("have no exponent where they are equally busy, or too few to tell", () => {
    const even = fitKeys(keysOf("even", 400, 0, 4_000)).users;
    expect(even).toMatchObject({ zipf: 0, zipfError: null, seen: 400 });
    expect(fitKeys(Uint32Array.from([1, 1, 1, 2])).users).toMatchObject({ zipf: 0, zipfError: null, seen: 2 });
    expect(fitKeys(Uint32Array.from([1])).users).toMatchObject({ zipf: 0, zipfError: null, seen: 1 });
  });
});
