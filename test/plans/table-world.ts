/** Worlds that are tables: rows made by hand, in any order within a microsecond. */
import { draw32, deriveStream } from "../../src/engine/kernel/random.ts";
import { BATCH_ROWS, DECLINED, SERVED, type World } from "../../src/engine/service/world.ts";

/** One request with both its outcomes. `draw` names it: chance is drawn by it wherever the row stands. */
export interface TableRow {
  readonly draw: number;
  readonly atUs: number;
  readonly key: number;
  readonly route: number;
  readonly baselineUs: number;
  readonly baselineCode: number;
  readonly candidateUs: number;
  readonly candidateCode: number;
}

/** A world of these rows, which do not descend in time, over keys `u0`, `u1`, …, routes `/a` and `/b` and one kind of error. */
export function tableWorld(rows: readonly TableRow[], keys: number): World {
  const { a, b } = deriveStream("table", "keys");
  const byDraw = new Map(rows.map((row) => [row.draw, row]));
  return {
    routes: ["/a", "/b"],
    errorKinds: ["http-500"],
    keyHashes: Uint32Array.from({ length: keys }, (_, key) => draw32(a, b, key)),
    keyText: (key) => `u${key}`,
    endsAtUs: null,
    start: () => ({ next: 0 }),
    arrivals(state, batch, untilUs) {
      let next = state["next"] as number;
      batch.count = 0;
      batch.drawEpoch = 0;
      for (; batch.count < BATCH_ROWS && next < rows.length && rows[next]!.atUs < untilUs; next++) {
        const row = batch.count++;
        batch.draw[row] = rows[next]!.draw;
        batch.atUs[row] = rows[next]!.atUs;
        batch.key[row] = rows[next]!.key;
        batch.route[row] = rows[next]!.route;
      }
      state["next"] = next;
    },
    outcomes(_state, batch) {
      for (let row = 0; row < batch.count; row++) {
        const { baselineUs, baselineCode, candidateUs, candidateCode } = byDraw.get(batch.draw[row]!)!;
        batch.baselineUs[row] = baselineUs;
        batch.baselineCode[row] = baselineCode;
        batch.candidateUs[row] = candidateUs;
        batch.candidateCode[row] = candidateCode;
      }
    },
  };
}

/** How rows are drawn. */
export interface TableSpec {
  readonly seed: string;
  /** Instants at which requests come, microseconds apart. */
  readonly everyUs: number;
  /** Requests at each instant. */
  readonly together: number;
  readonly untilUs: number;
  readonly keys: number;
  readonly candidateErrorPpm: number;
  readonly candidateFactor: number;
}

/** Rows that come many at a time, whose attempts complete many at a time as well. */
export function tieRows(spec: TableSpec): TableRow[] {
  const draw = (purpose: string, of: number): ((index: number) => number) => {
    const { a, b } = deriveStream(spec.seed, purpose);
    return (index) => Math.floor(draw32(a, b, index) * of * 2 ** -32);
  };
  const [keyOf, routeOf, chanceOf, slowOf] = [
    draw("key", spec.keys),
    draw("route", 2),
    draw("chance", 1_000_000),
    draw("slow", 4),
  ];
  const count = Math.floor(spec.untilUs / spec.everyUs) * spec.together;
  return Array.from({ length: count }, (_, index) => {
    const chance = chanceOf(index);
    const baselineUs = spec.everyUs * (1 + slowOf(index));
    return {
      draw: index,
      atUs: Math.floor(index / spec.together) * spec.everyUs,
      key: keyOf(index),
      route: routeOf(index),
      baselineUs,
      baselineCode: chance % 100 < 2 ? 1 : SERVED,
      candidateUs: baselineUs * spec.candidateFactor,
      candidateCode: chance < spec.candidateErrorPpm ? 1 : chance > 990_000 ? DECLINED : SERVED,
    };
  });
}

/** The rows with those of the same microsecond in another order. */
export function permuteTies(rows: readonly TableRow[], seed: string): TableRow[] {
  const { a, b } = deriveStream(seed, "ties");
  return rows.toSorted((one, other) => one.atUs - other.atUs || draw32(a, b, one.draw) - draw32(a, b, other.draw));
}
