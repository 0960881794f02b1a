/**
 * Importers as one writes them first: text lines, one regular expression, `JSON.parse` or csv-parse for each, maps of
 * strings, and the same columns. The peers of `src/replay/`.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { parse } from "csv-parse";

/** What all of them fill, and how many bytes they read. */
export interface NaiveColumns {
  rows: number;
  startUs: Float64Array;
  key: Uint32Array;
  route: Uint32Array;
  status: Uint16Array;
  latencyUs: Int32Array;
  bytes: Float64Array;
}

const FIRST_ROWS = 1_024;
const LINE =
  /^(\S+) \S+ (\S+) \[(\d\d)\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d)\] "([^"]*)" (\d{3}|-) (\d+|-) "([^"]*)" "([^"]*)" (\d+\.\d+)$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Texts with an index each. */
class Names {
  readonly #known = new Map<string, number>();
  indexOf(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.#known.size);
    return this.#known.size - 1;
  }
}

/** Rows as they come. */
class Rows {
  readonly #keys = new Names();
  readonly #routes = new Names();
  columns = emptyColumns(FIRST_ROWS);

  add(
    startUs: number,
    key: string,
    method: string,
    target: string,
    status: number,
    latencyUs: number,
    bytes: number,
  ): void {
    const path = target.split("?", 1)[0] ?? "";
    const route = /\d/.test(path)
      ? path
          .split("/")
          .map((part) => (/^\d+$/.test(part) ? ":id" : part))
          .join("/")
      : path;
    if (this.columns.rows === this.columns.key.length) this.columns = grown(this.columns);
    const { columns } = this;
    const row = columns.rows++;
    columns.startUs[row] = startUs;
    columns.key[row] = this.#keys.indexOf(key);
    columns.route[row] = this.#routes.indexOf(`${method} ${route}`);
    columns.status[row] = status;
    columns.latencyUs[row] = latencyUs;
    columns.bytes[row] = bytes;
  }
}

/** A combined log with request times, by one regular expression per line. */
export async function importLogNaively(path: string): Promise<NaiveColumns> {
  const rows = new Rows();
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, address = "", user = "", day, month = "", year, hour, minute, second, zone, zoneRest, request = ""] =
      match;
    const utcMs = Date.UTC(
      Number(year),
      MONTHS.indexOf(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    );
    const zoneMinutes = Number(zone) * 60 + Number(zoneRest);
    const latencyUs = Math.round(Number(match[16]) * 1e6);
    const [method = "", target = ""] = request.split(" ");
    const key = user === "-" ? `${address} ${match[15]}` : user;
    rows.add(
      (utcMs - zoneMinutes * 60_000) * 1_000 - latencyUs,
      key,
      method,
      target,
      Number(match[12]),
      latencyUs,
      Number(match[13]),
    );
  }
  return rows.columns;
}

interface JsonRow {
  readonly time_iso8601: string;
  readonly remote_addr: string;
  readonly remote_user: string;
  readonly http_user_agent: string;
  readonly request_method: string;
  readonly request_uri: string;
  readonly status: number;
  readonly request_time: number;
  readonly body_bytes_sent: number;
}

/** JSON lines with nginx's names, by `JSON.parse` per line. */
export async function importJsonNaively(path: string): Promise<NaiveColumns> {
  const rows = new Rows();
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const row = JSON.parse(line) as JsonRow;
    const latencyUs = Math.round(row.request_time * 1e6);
    const key = row.remote_user === "-" ? `${row.remote_addr} ${row.http_user_agent}` : row.remote_user;
    const startUs = Date.parse(row.time_iso8601) * 1_000 - latencyUs;
    rows.add(startUs, key, row.request_method, row.request_uri, row.status, latencyUs, row.body_bytes_sent);
  }
  return rows.columns;
}

/** CSV with the columns timestamp, user, route, status, latency_ms, by csv-parse's stream of arrays. */
export async function importCsvNaively(path: string): Promise<NaiveColumns> {
  const rows = new Rows();
  const parser = createReadStream(path, { highWaterMark: 1_048_576 }).pipe(parse({ from_line: 2 }));
  parser.on("data", ([timestamp = "", user = "", route = "", status = "", latency = ""]: string[]) => {
    const [method = "", target = ""] = route.split(" ");
    rows.add(Number(timestamp) * 1_000, user, method, target, Number(status), Math.round(Number(latency) * 1_000), -1);
  });
  await new Promise<void>((resolve, reject) => {
    parser.on("end", resolve);
    parser.on("error", reject);
  });
  return rows.columns;
}

function emptyColumns(rows: number): NaiveColumns {
  return {
    rows: 0,
    startUs: new Float64Array(rows),
    key: new Uint32Array(rows),
    route: new Uint32Array(rows),
    status: new Uint16Array(rows),
    latencyUs: new Int32Array(rows),
    bytes: new Float64Array(rows),
  };
}

function grown(columns: NaiveColumns): NaiveColumns {
  const more = emptyColumns(columns.key.length * 2);
  more.rows = columns.rows;
  more.startUs.set(columns.startUs);
  more.key.set(columns.key);
  more.route.set(columns.route);
  more.status.set(columns.status);
  more.latencyUs.set(columns.latencyUs);
  more.bytes.set(columns.bytes);
  return more;
}
