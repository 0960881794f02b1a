import { describe, expect, it } from "vitest";
import { createHoleSearch, searchHoles, type HoleSearch } from "./holes.ts";

/** In blocks of 7. */
function findHoles(startUs: Float64Array): HoleSearch {
  const search = createHoleSearch(startUs.length, (startUs.at(-1) ?? 0) - (startUs[0] ?? 0));
  for (let from = 0; from < startUs.length; from += 7)
    searchHoles(search, startUs.subarray(from), Math.min(7, startUs.length - from));
  return search;
}

/** One request every 100 ms, and further ones after the given pauses, each followed by 50 more. */
function startsWithPauses(pausesMs: readonly number[]): Float64Array {
  const starts: number[] = [];
  let atMs = 5_000;
  for (const pause of [0, ...pausesMs]) {
    atMs += pause;
    for (let i = 0; i < 200; i++) starts.push((atMs += 100) * 1_000);
  }
  return Float64Array.from(starts);
}

describe("holes", () => {
  it("are none among requests that come evenly, or in whole seconds", () => {
    expect(findHoles(startsWithPauses([])).count).toBe(0);
    expect(findHoles(Float64Array.from({ length: 500 }, (_, i) => Math.floor(i / 50) * 1_000_000)).count).toBe(0);
    expect(findHoles(new Float64Array(1)).count).toBe(0);
    expect(findHoles(new Float64Array(0)).count).toBe(0);
  });

  it("are counted, and the longest three named with where they begin", () => {
    const { count, longest } = findHoles(startsWithPauses([60_000, 7_000, 600_000, 90_000, 3_000]));
    expect(count).toBe(3);
    expect(longest.map((hole) => hole.us)).toEqual([600_100_000, 90_100_000, 60_100_000]);
    expect(longest[2]?.fromUs).toBe(199 * 100_000);
  });
});
