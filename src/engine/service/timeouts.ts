/** Timeouts: an attempt that would take longer fails when they have passed. */
import { LATENCY_US_MAX } from "../kernel/units.ts";
import { DECLINED, type Batch } from "./world.ts";

/** The timeouts of one version by cell; null where it has none. */
export function layOutTimeouts(timeoutsUs: readonly (number | undefined)[]): Int32Array | null {
  if (timeoutsUs.every((us) => us === undefined)) return null;
  return Int32Array.from(timeoutsUs, (us) => us ?? LATENCY_US_MAX);
}

/**
 * Cuts a version's attempts off: whatever would have become of one that takes longer, it fails with the code at its
 * timeout. `rows` null: all of the batch.
 */
export function cutOff(
  timeoutsUs: Int32Array,
  code: number,
  batch: Batch,
  cells: Uint16Array,
  us: Int32Array,
  codes: Uint8Array,
  rows: Uint16Array | null,
): void {
  const count = rows === null ? batch.count : batch.candidateCount;
  for (let row = 0; row < count; row++) {
    const i = rows === null ? row : (rows[row] as number);
    const timeoutUs = timeoutsUs[cells[i] as number] as number;
    if ((us[i] as number) <= timeoutUs || codes[i] === DECLINED) continue;
    us[i] = timeoutUs;
    codes[i] = code;
  }
}
