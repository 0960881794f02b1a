/**
 * The requests of a recording as a world: who arrives when, and both potential attempts, are the recorded ones. What all
 * requests have in common (names, segments, timeouts, metrics of its own) is that of the world that was recorded.
 */
import { DECLINED, SERVED, BATCH_ROWS, type Batch, type World, type WorldState } from "../../engine/service/world.ts";
import { EPOCH_REQUESTS, type RecordedRow } from "./recorded-row.ts";
import { resultNames } from "./result-names.ts";

/** The rows of a recording as columns, growing while they are read. */
export interface RecordedColumns {
  count: number;
  request: Float64Array;
  atUs: Float64Array;
  key: Uint32Array;
  route: Uint16Array;
  session: Uint32Array;
  baselineUs: Int32Array;
  baselineCode: Uint8Array;
  candidateUs: Int32Array;
  candidateCode: Uint8Array;
}

/** Takes rows into columns: null, or what is wrong with a row and was found there. */
export interface RowTaker {
  readonly columns: RecordedColumns;
  readonly take: (row: RecordedRow) => { readonly message: string; readonly found: string } | null;
}

const MICROSECONDS_MAX = 2_147_483_647;

/** Columns for so many rows, and what fills them: rows that cannot be of the world `origin` are refused. */
export function createRowTaker(origin: World, rows: number): RowTaker {
  const columns: RecordedColumns = {
    count: 0,
    request: new Float64Array(rows),
    atUs: new Float64Array(rows),
    key: new Uint32Array(rows),
    route: new Uint16Array(rows),
    session: new Uint32Array(rows),
    baselineUs: new Int32Array(rows),
    baselineCode: new Uint8Array(rows),
    candidateUs: new Int32Array(rows),
    candidateCode: new Uint8Array(rows),
  };
  const routes = new Map(origin.routes.map((name, i) => [name, i]));
  const names = resultNames(origin.errorKinds);
  const codes = new Map<string, number>([
    ["served", SERVED],
    ["declined", DECLINED],
  ]);
  origin.errorKinds.forEach((_, i) => codes.set(names[i + 1] as string, i + 1));
  const take: RowTaker["take"] = (row) => {
    const at = columns.count;
    if (at >= rows) return { message: "there are more rows than were recorded", found: String(at + 1) };
    if (at > 0 && row.atUs < (columns.atUs[at - 1] as number))
      return { message: "this row is earlier than the one before it", found: `at_us ${row.atUs}` };
    const key = /^u(?:0|[1-9]\d{0,9})$/u.test(row.key) ? Number(row.key.slice(1)) : Infinity;
    if (key >= origin.keyHashes.length) return { message: "there is no such user", found: `key ${row.key}` };
    const route = routes.get(row.route);
    if (route === undefined) return { message: "there is no such route", found: `route ${row.route}` };
    const baselineCode = codes.get(row.baselineResult);
    const candidateCode = codes.get(row.candidateResult);
    if (baselineCode === undefined || baselineCode === DECLINED)
      return { message: "there is no such result", found: `baseline_result ${row.baselineResult}` };
    if (candidateCode === undefined)
      return { message: "there is no such result", found: `candidate_result ${row.candidateResult}` };
    if (row.baselineUs > MICROSECONDS_MAX || row.candidateUs > MICROSECONDS_MAX)
      return { message: "this latency is too long", found: `${Math.max(row.baselineUs, row.candidateUs)} us` };
    columns.request[at] = row.request;
    columns.atUs[at] = row.atUs;
    columns.key[at] = key;
    columns.route[at] = route;
    columns.session[at] = Math.max(row.session, 0);
    columns.baselineUs[at] = row.baselineUs;
    columns.baselineCode[at] = baselineCode;
    columns.candidateUs[at] = row.candidateUs;
    columns.candidateCode[at] = candidateCode;
    columns.count = at + 1;
    return null;
  };
  return { columns, take };
}

/**
 * The world of recorded rows. `endsAtUs`: when its traffic is over; null where the run ends by itself as the recorded
 * one did.
 */
export function createRecordedWorld(origin: World, columns: RecordedColumns, endsAtUs: number | null): World {
  return {
    ...origin,
    endsAtUs,
    start: (): WorldState => ({ next: 0 }),
    arrivals: (state, batch, untilUs) => fillArrivals(columns, state, batch, untilUs),
    outcomes: (state, batch) => fillOutcomes(columns, state, batch),
  };
}

function fillArrivals(columns: RecordedColumns, state: WorldState, batch: Batch, untilUs: number): void {
  const first = state["next"] as number;
  const epoch = Math.floor((columns.request[first] ?? 0) / EPOCH_REQUESTS);
  const { sessionHash } = batch;
  let count = 0;
  for (let at = first; at < columns.count && count < BATCH_ROWS; at++, count++) {
    const request = columns.request[at] as number;
    const atUs = columns.atUs[at] as number;
    if (atUs >= untilUs || Math.floor(request / EPOCH_REQUESTS) !== epoch) break;
    batch.draw[count] = request % EPOCH_REQUESTS;
    batch.atUs[count] = atUs;
    batch.key[count] = columns.key[at] as number;
    batch.route[count] = columns.route[at] as number;
    if (sessionHash !== undefined) sessionHash[count] = columns.session[at] as number;
  }
  batch.count = count;
  batch.drawEpoch = epoch;
  state["next"] = first + count;
}

/** The batch holds the rows before the state's place: outcomes are asked for right after the arrivals. */
function fillOutcomes(columns: RecordedColumns, state: WorldState, batch: Batch): void {
  const first = (state["next"] as number) - batch.count;
  for (let i = 0; i < batch.count; i++) {
    batch.baselineUs[i] = columns.baselineUs[first + i] as number;
    batch.baselineCode[i] = columns.baselineCode[first + i] as number;
    batch.candidateUs[i] = columns.candidateUs[first + i] as number;
    batch.candidateCode[i] = columns.candidateCode[first + i] as number;
  }
}
