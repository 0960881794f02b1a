/**
 * Attempts one by one in the order in which they complete, for tests that go on from attempt to attempt: counts per
 * window have lost the order. Only where a policy has such a test; it is a pass of its own over each batch.
 */
import { invariant } from "../kernel/assert.ts";
import { DECLINED, SERVED, type Batch } from "../service/world.ts";

/** Whose attempts are kept. */
export type AttemptScope = "candidate" | "baseline" | "all";

/**
 * Attempts that have been made and not been taken. Each is one number, twice the microsecond of its completion plus 1
 * if it failed: in ascending order they are in the order of completion, at one microsecond successes first.
 * Plain data; the array is replaced by a longer one when it is full.
 */
export interface AttemptOrder {
  readonly scope: AttemptScope;
  count: number;
  attempts: Float64Array;
}

/** None made yet. */
export function createAttemptOrder(scope: AttemptScope): AttemptOrder {
  return { scope, count: 0, attempts: new Float64Array(1024) };
}

/** Keeps the attempts of a routed batch with its outcomes; a decline is none, and a fallback's is not the baseline's own. */
export function keepAttempts(order: AttemptOrder, batch: Batch): void {
  const { atUs, candidateRows, candidateCount, candidateUs, candidateCode, baselineRows, baselineUs, baselineCode } =
    batch;
  reserve(order, batch.count);
  const { attempts } = order;
  if (order.scope !== "baseline") {
    for (let row = 0; row < candidateCount; row++) {
      const i = candidateRows[row] as number;
      const code = candidateCode[i] as number;
      if (code === DECLINED) continue;
      const doneUs = (atUs[i] as number) + (candidateUs[i] as number);
      attempts[order.count++] = 2 * doneUs + (code === SERVED ? 0 : 1);
    }
  }
  if (order.scope === "candidate") return;
  const rows = batch.count - candidateCount;
  for (let row = 0; row < rows; row++) {
    const i = baselineRows[row] as number;
    const doneUs = (atUs[i] as number) + (baselineUs[i] as number);
    attempts[order.count++] = 2 * doneUs + (baselineCode[i] === SERVED ? 0 : 1);
  }
}

/**
 * Takes out the attempts that completed before `untilUs`, in order. The result is part of the order's own array: read
 * it before more attempts are kept.
 */
export function takeAttempts(order: AttemptOrder, untilUs: number): Float64Array {
  const { count } = order;
  const attempts = order.attempts.subarray(0, count).sort();
  let due = 0;
  let beyond = count;
  while (due < beyond) {
    const middle = (due + beyond) >>> 1;
    if ((attempts[middle] as number) < 2 * untilUs) due = middle + 1;
    else beyond = middle;
  }
  const taken = attempts.slice(0, due);
  order.attempts.copyWithin(0, due, count);
  order.count = count - due;
  return taken;
}

/** Whether the attempt was a failure. */
export function hasFailed(attempt: number): boolean {
  return attempt % 2 === 1;
}

function reserve(order: AttemptOrder, more: number): void {
  const needed = order.count + more;
  if (needed <= order.attempts.length) return;
  let length = order.attempts.length;
  while (length < needed) length *= 2;
  invariant(Number.isSafeInteger(length), "too many attempts wait to be taken");
  const attempts = new Float64Array(length);
  attempts.set(order.attempts.subarray(0, order.count));
  order.attempts = attempts;
}
