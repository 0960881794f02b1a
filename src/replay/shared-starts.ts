/** Rows that start in the very same microsecond: bursts, or times that were written coarsely. */

/** What has been seen so far of rows in order; goes on from block to block. */
export interface SharedStarts {
  /** The start that is looked at, and how many rows have had it. */
  startUs: number;
  run: number;
  /** Rows of the starts before it that several rows had. */
  rows: number;
  /** The longest run before it, of one row or more. */
  runMax: number;
}

/** Nothing seen. */
export function createSharedStarts(): SharedStarts {
  return { startUs: Number.NaN, run: 0, rows: 0, runMax: 0 };
}

/** Goes on with the first `count` of ascending starts. */
export function countSharedStarts(shared: SharedStarts, startUs: Float64Array, count: number): void {
  let { startUs: current, run, rows, runMax } = shared;
  for (let i = 0; i < count; i++) {
    const start = startUs[i] as number;
    if (start === current) {
      run++;
      continue;
    }
    if (run > 1) rows += run;
    if (run > runMax) runMax = run;
    current = start;
    run = 1;
  }
  Object.assign(shared, { startUs: current, run, rows, runMax });
}

/** How many rows share their start with another, and how many at most share one; 0 where none does. */
export function sharedStarts({ run, rows, runMax }: SharedStarts): { readonly rows: number; readonly rowsMax: number } {
  const all = rows + (run > 1 ? run : 0);
  return { rows: all, rowsMax: all === 0 ? 0 : Math.max(run, runMax) };
}
