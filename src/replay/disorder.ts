/** How far a log is from the order of its requests' starts. */

/** What has been seen so far; goes on from block to block. */
export interface Disorder {
  /** Rows that start before the row right above them: a block in the wrong place is one step back. */
  stepsBack: number;
  /** Rows that start before any row above them: of a block in the wrong place, each. Steps back are among them. */
  misplaced: number;
  /** By how much a row starts at most before any row above it, microseconds. */
  usMax: number;
  latestUs: number;
  previousUs: number;
}

/** Nothing seen. */
export function createDisorder(): Disorder {
  const never = Number.NEGATIVE_INFINITY;
  return { stepsBack: 0, misplaced: 0, usMax: 0, latestUs: never, previousUs: never };
}

/** Goes on with the first `count` starts, in the order of the file. */
export function measureDisorder(disorder: Disorder, startUs: Float64Array, count: number): void {
  let { stepsBack, misplaced, usMax, latestUs, previousUs } = disorder;
  for (let i = 0; i < count; i++) {
    const start = startUs[i] as number;
    if (start < previousUs) stepsBack++;
    if (start >= latestUs) latestUs = start;
    else {
      misplaced++;
      if (latestUs - start > usMax) usMax = latestUs - start;
    }
    previousUs = start;
  }
  Object.assign(disorder, { stepsBack, misplaced, usMax, latestUs, previousUs });
}
