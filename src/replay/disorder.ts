/** How far a log is from the order of its requests' starts. */

/** What has been seen so far; goes on from block to block. */
export interface Disorder {
  /** Rows that start before the row right above them. */
  rows: number;
  /** By how much a row starts at most before any row above it, microseconds. */
  usMax: number;
  latestUs: number;
  previousUs: number;
}

/** Nothing seen. */
export function createDisorder(): Disorder {
  return { rows: 0, usMax: 0, latestUs: Number.NEGATIVE_INFINITY, previousUs: Number.NEGATIVE_INFINITY };
}

/** Goes on with the first `count` starts, in the order of the file. */
export function measureDisorder(disorder: Disorder, startUs: Float64Array, count: number): void {
  let { rows, usMax, latestUs, previousUs } = disorder;
  for (let i = 0; i < count; i++) {
    const start = startUs[i] as number;
    if (start < previousUs) rows++;
    if (start > latestUs) latestUs = start;
    else if (latestUs - start > usMax) usMax = latestUs - start;
    previousUs = start;
  }
  Object.assign(disorder, { rows, usMax, latestUs, previousUs });
}
