/** A log, of the project's own making, of a release that is broken and faster: it answers at once, without the work. */
import { deriveStream, draw32 } from "../../src/engine/kernel/random.ts";
import { isoFromEpochUs } from "../../src/replay/calendar.ts";

/** When the log begins, microseconds since 1970. */
const FASTER_STARTS_AT_US = 1_709_542_800_000_000;
/** When the release is there, and when it is taken back, microseconds since the first row. */
export const FASTER_FROM_US = 400_000_000;
export const FASTER_TO_US = 500_000_000;

const ROWS = 12_000;
const GAP_US = 50_000;

/** Ten minutes, 20 requests a second, all served: about 141 ms each, and 0.45 ms of half of those of the release. */
export function fasterReleaseCsv(seed = "faster"): string {
  const stream = deriveStream(seed, "faster release");
  const draw = (row: number, purpose: number): number => draw32(stream.a, stream.b + purpose, row) * 2 ** -32;
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const atUs = row * GAP_US;
    const isReleased = atUs >= FASTER_FROM_US && atUs < FASTER_TO_US;
    const usualMs = 60 * Math.exp(1.7 * draw(row, 1));
    const ms = isReleased && draw(row, 2) < 0.7 ? 0.3 + 0.3 * draw(row, 3) : usualMs;
    return `${isoFromEpochUs(FASTER_STARTS_AT_US + atUs)},u${Math.floor(draw(row, 4) * 400)},/cart,200,${ms.toFixed(3)}`;
  });
  return `timestamp,user,route,status,latency_ms\n${lines.join("\n")}\n`;
}
