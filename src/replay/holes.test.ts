import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHoleSearch, holesFound, searchHoles, type Hole } from "./holes.ts";

/** In blocks of 7. */
function findHoles(startUs: Float64Array): { readonly count: number; readonly longest: readonly Hole[] } {
  const search = createHoleSearch(startUs.length, (startUs.at(-1) ?? 0) - (startUs[0] ?? 0));
  for (let from = 0; from < startUs.length; from += 7)
    searchHoles(search, startUs.subarray(from), Math.min(7, startUs.length - from));
  return holesFound(search);
}

/** One request every 100 ms, and further ones after the given pauses, each followed by 200 more. */
function startsWithPauses(pausesMs: readonly number[]): Float64Array {
  const starts: number[] = [];
  let atMs = 5_000;
  for (const pause of [0, ...pausesMs]) {
    atMs += pause;
    for (let i = 0; i < 200; i++) starts.push((atMs += 100) * 1_000);
  }
  return Float64Array.from(starts);
}

/** Starts at these distances from one another. */
function startsAt(distancesS: readonly number[]): Float64Array {
  let atUs = 0;
  return Float64Array.from([0, ...distancesS.map((seconds) => (atUs += Math.round(seconds * 1e6)))]);
}

describe("holes", () => {
  it("are none among requests that come evenly, or in whole seconds", () => {
    expect(findHoles(startsWithPauses([])).count).toBe(0);
    expect(findHoles(Float64Array.from({ length: 500 }, (_, i) => Math.floor(i / 50) * 1_000_000)).count).toBe(0);
    expect(findHoles(startsAt([3_600])).count).toBe(0);
    expect(findHoles(new Float64Array(1)).count).toBe(0);
    expect(findHoles(new Float64Array(0)).count).toBe(0);
  });

  it("are counted, and the longest three named with where they begin", () => {
    const { count, longest } = findHoles(startsWithPauses([60_000, 7_000, 600_000, 90_000, 300]));
    expect(count).toBe(4);
    expect(longest.map((hole) => hole.us)).toEqual([600_100_000, 90_100_000, 60_100_000]);
    expect(longest[2]?.fromUs).toBe(199 * 100_000);
  });

  it("are seen among few requests, and not hidden by much longer ones", () => {
    expect(findHoles(startsAt([1, 2, 93_499_200, 1, 3, 1])).longest).toEqual([{ fromUs: 3e6, us: 93_499_200e6 }]);
    expect(findHoles(startsAt([1, 2, 50_000_000, 1, 3, 40_000_000, 1])).count).toBe(2);
    const run = Array.from({ length: 500 }, (_, i) => 1 + (i % 7));
    const appended = findHoles(startsAt([...run, 1_800, ...run, 864_000, ...run]));
    expect(appended.longest.map(({ us }) => us)).toEqual([864_000e6, 1_800e6]);
  });

  it("are never seen in a Poisson process, of however few requests", () => {
    // Without a bias: the generator prefers extreme numbers otherwise.
    const uniform = fc.integer({ min: 1, max: 2 ** 30 }).map((i) => -600 * Math.log(i / 2 ** 30));
    fc.assert(
      fc.property(fc.array(fc.noBias(uniform), { minLength: 2, maxLength: 200, size: "max" }), (distances) => {
        expect(findHoles(startsAt(distances)).count).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("are found where pauses were added, and nowhere else, whatever the rest is", () => {
    const even = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(even, { minLength: 2, maxLength: 4 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
        (runs, longer) => {
          const pauses: number[] = [];
          const distances = runs.flatMap((run, nth) => {
            if (nth === 0) return run;
            const pause = 1e7 * (longer.next().value ?? 1);
            pauses.push(pause);
            return [pause, ...run];
          });
          const { count, longest } = findHoles(startsAt(distances));
          expect(count).toBe(pauses.length);
          expect(longest.map(({ us }) => us / 1e6)).toEqual(pauses.toSorted((a, b) => b - a));
        },
      ),
    );
  });
});
