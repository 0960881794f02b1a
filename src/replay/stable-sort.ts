/** Sorting rows of columns by time, stably, without an object per row. */

/** Runs this short are sorted by insertion before they are merged. */
const RUN_ROWS = 32;

/**
 * The rows of a column in ascending order of their values, equal ones in the order in which they stand: a
 * permutation, so that `values[order[i]]` ascends. Merge sort; runs that are in order already are not merged, so a
 * sorted column costs one pass.
 */
export function sortedOrder(values: Float64Array, count: number): Uint32Array {
  let order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  if (isAscending(values, count)) return order;
  for (let from = 0; from < count; from += RUN_ROWS)
    insertionSort(values, order, from, Math.min(from + RUN_ROWS, count));
  let spare = new Uint32Array(count);
  for (let width = RUN_ROWS; width < count; width *= 2) {
    for (let from = 0; from < count; from += 2 * width) {
      mergeRuns(values, order, spare, from, Math.min(from + width, count), Math.min(from + 2 * width, count));
    }
    [order, spare] = [spare, order];
  }
  return order;
}

/** Whether the first `count` values ascend. */
export function isAscending(values: Float64Array, count: number): boolean {
  for (let i = 1; i < count; i++) if ((values[i] as number) < (values[i - 1] as number)) return false;
  return true;
}

function insertionSort(values: Float64Array, order: Uint32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const row = order[i] as number;
    const value = values[row] as number;
    let at = i;
    while (at > from && (values[order[at - 1] as number] as number) > value) {
      order[at] = order[at - 1] as number;
      at--;
    }
    order[at] = row;
  }
}

function mergeRuns(
  values: Float64Array,
  order: Uint32Array,
  into: Uint32Array,
  from: number,
  middle: number,
  to: number,
): void {
  const inOrder =
    middle >= to || (values[order[middle - 1] as number] as number) <= (values[order[middle] as number] as number);
  if (inOrder) {
    into.set(order.subarray(from, to), from);
    return;
  }
  let left = from;
  let right = middle;
  for (let at = from; at < to; at++) {
    const takeLeft =
      right >= to ||
      (left < middle && (values[order[left] as number] as number) <= (values[order[right] as number] as number));
    into[at] = (takeLeft ? order[left++] : order[right++]) as number;
  }
}
