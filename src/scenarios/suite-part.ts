/** How the runs of a suite are dealt out to its parts. */

/** Which part of how many; `index` from 1. */
interface Part {
  readonly index: number;
  readonly count: number;
}

/**
 * The replications of one entry of a suite that are a part's to run, ascending; null: all of them. Runs are counted
 * through, entry by entry and replication by replication, and dealt out in turn: the same every time, each run to
 * exactly one part, and parts of one size. `position` is the entry's place in the suite, from 0; `runs` how many there
 * are of every entry.
 */
export function replicationsOfPart(position: number, runs: number, part: Part | null): number[] {
  const all = Array.from({ length: runs }, (_, replication) => replication);
  if (part === null) return all;
  return all.filter((replication) => (position * runs + replication) % part.count === part.index - 1);
}
