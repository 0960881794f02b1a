/** Timing whole runs, of contestants that take turns, so that what the machine does meanwhile hits all alike. */

/** Something to be timed. Returns how many units of work it did. */
export interface Contestant {
  readonly name: string;
  readonly work: () => number;
}

/** Anything that work produces goes here, so that no compiler finds it to be unused. */
export const sink = { value: 0 };

/**
 * Units of work per second of each contestant: medians of `rounds` rounds after `warmUps` that are thrown away, in each of
 * which all take a turn. Time is the least of what the wall clock and the process's processor time say: the one suffers
 * from neighbours on the machine, the other counts the collector's threads.
 */
export function unitsPerSecond(contestants: readonly Contestant[], rounds: number, warmUps = 1): number[] {
  const rates = contestants.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      collectGarbage();
      const wallBefore = performance.now();
      const cpuBefore = process.cpuUsage();
      const units = contestant.work();
      const cpu = process.cpuUsage(cpuBefore);
      const wallMs = performance.now() - wallBefore;
      const ms = Math.min(wallMs, (cpu.user + cpu.system) / 1_000);
      if (round >= 0) rates[index]!.push((units * 1_000) / Math.max(ms, 1e-3));
    }
  }
  return rates.map(median);
}

/** The same for work that waits for something (files, for example), without names. */
export async function unitsPerSecondOf(works: readonly (() => Promise<number>)[], rounds: number): Promise<number[]> {
  const rates = works.map((): number[] => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, work] of works.entries()) {
      collectGarbage();
      const wallBefore = performance.now();
      const cpuBefore = process.cpuUsage();
      const units = await work();
      const cpu = process.cpuUsage(cpuBefore);
      const wallMs = performance.now() - wallBefore;
      const ms = Math.min(wallMs, (cpu.user + cpu.system) / 1_000);
      if (round >= 0) rates[index]!.push((units * 1_000) / Math.max(ms, 1e-3));
    }
  }
  return rates.map(median);
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function collectGarbage(): void {
  globalThis.gc?.();
}
