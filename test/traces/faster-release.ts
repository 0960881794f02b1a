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

/** When the release of the spans is there, and when it is taken back, microseconds since the first row. */
const FASTER_SPANS_FROM_US = 46_000_000;
const FASTER_SPANS_TO_US = 58_000_000;

const SPAN_ROWS = 640;
const SPAN_GAP_US = 100_000;

/**
 * Spans of a shop, without statuses and users: some ten root spans a second for 64 s, trace by trace and not by time,
 * nanoseconds beyond 2^53. The release of the frontend returns early: seven in ten of its requests do none of their
 * work, so that they have no child spans and take half a millisecond instead of about 141 ms.
 */
export function fasterReleaseSpansCsv(seed = "faster"): string {
  const stream = deriveStream(seed, "faster spans");
  const draw = (row: number, purpose: number): number => draw32(stream.a, stream.b + purpose, row) * 2 ** -32;
  const hex = (row: number, purpose: number): string => draw32(stream.a, stream.b + purpose, row).toString(16);
  const time = (us: number, row: number): string => `${us}${String(100 + Math.floor(900 * draw(row, 9)))}`;
  const traces = Array.from({ length: SPAN_ROWS }, (_, row) => {
    // The first and the last row stand where they are, so that the span is known.
    const isEnd = row === 0 || row === SPAN_ROWS - 1;
    const atUs = row * SPAN_GAP_US + (isEnd ? 0 : Math.floor(SPAN_GAP_US * draw(row, 1)));
    const isReleased = atUs >= FASTER_SPANS_FROM_US && atUs < FASTER_SPANS_TO_US;
    const isBroken = isReleased && draw(row, 2) < 0.7;
    const us = Math.round(isBroken ? 300 + 300 * draw(row, 3) : 60_000 * Math.exp(1.7 * draw(row, 4)));
    const startUs = FASTER_STARTS_AT_US + atUs;
    const [trace, root] = [`${hex(row, 5)}${row}`, hex(row, 6)];
    const span = (id: string, parent: string, name: string, from: number, lasts: number): string =>
      `${trace},${id},${parent},frontend-7c9,${name},${time(from, row)},${time(from + lasts, row)},${lasts}`;
    const child = span(hex(row, 7), root, "shop.Catalog/GetProduct", startUs + 100, Math.floor(us / 2));
    const lines = [span(root, "root", "shop.Frontend/Recv.", startUs, us), ...(isBroken ? [] : [child])];
    return { lines, order: draw(row, 8) };
  });
  const shuffled = traces.toSorted((one, other) => one.order - other.order).flatMap(({ lines }) => lines);
  return `TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration\n${shuffled.join("\n")}\n`;
}
