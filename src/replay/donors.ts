/**
 * Whose recorded outcome stands in for one that was not recorded: a donor is a row that the version in question did
 * answer, of the same route and near in time. All are equally likely; the draw is the request's own.
 */
import { DRAW_UNIT } from "../engine/kernel/random.ts";
import { MINUTE_US } from "../engine/kernel/units.ts";
import type { Trace } from "./columns.ts";

/** Nearest donors before a request's time, and as many after it, that one is drawn from. */
export const DONORS_EACH_WAY = 32;
/** With fewer donors than this there is too little to draw from: the model tells. */
export const DONORS_MIN = 8;
/** How far in recorded time a donor may be from the request, unless said otherwise. */
export const DONORS_WITHIN_US = 10 * MINUTE_US;

/** The donors of one version; immutable. */
export interface Donors {
  /** Rows of donors, grouped by route, ascending within it. */
  readonly rows: Uint32Array;
  /** By route: where its donors begin; one more at the end. */
  readonly routeFrom: Uint32Array;
  /** By row of the trace: place in `rows` of the first donor of its route that does not stand before it. */
  readonly next: Uint32Array;
  /** Recorded start by row, microseconds, ascending. */
  readonly startUs: Float64Array;
  readonly route: Uint32Array;
  readonly withinUs: number;
}

/** The donors of a trace: the rows that `isDonor` is 1 for. Null where there are too few for anybody. */
export function createDonors(trace: Trace, isDonor: Uint8Array, withinUs: number): Donors | null {
  const { route, startUs } = trace.columns;
  const routeFrom = new Uint32Array(trace.routes.length + 1);
  let count = 0;
  for (let row = 0; row < trace.count; row++) {
    if (isDonor[row] !== 1) continue;
    count++;
    const after = (route[row] as number) + 1;
    routeFrom[after] = (routeFrom[after] as number) + 1;
  }
  if (count < DONORS_MIN || withinUs <= 0) return null;
  for (let i = 1; i < routeFrom.length; i++) {
    routeFrom[i] = (routeFrom[i] as number) + (routeFrom[i - 1] as number);
  }
  const rows = new Uint32Array(count);
  const next = new Uint32Array(trace.count);
  const filled = routeFrom.slice(0, -1);
  for (let row = 0; row < trace.count; row++) {
    const of = route[row] as number;
    const place = filled[of] as number;
    next[row] = place;
    if (isDonor[row] !== 1) continue;
    rows[place] = row;
    filled[of] = place + 1;
  }
  return { rows, routeFrom, next, startUs, route, withinUs };
}

/** The row whose outcome a request takes, `row` being its own and `draw` 32 bits of chance; -1: too few are near. */
export function donorOf(donors: Donors, row: number, draw: number): number {
  const { rows, routeFrom, next, startUs, route, withinUs } = donors;
  const at = startUs[row] as number;
  const of = route[row] as number;
  const place = next[row] as number;
  let from = Math.max(place - DONORS_EACH_WAY, routeFrom[of] as number);
  let to = Math.min(place + DONORS_EACH_WAY, routeFrom[of + 1] as number);
  while (from < to && (startUs[rows[from] as number] as number) < at - withinUs) from++;
  while (to > from && (startUs[rows[to - 1] as number] as number) > at + withinUs) to--;
  const count = to - from;
  if (count < DONORS_MIN) return -1;
  return rows[from + Math.floor(draw * DRAW_UNIT * count)] as number;
}
