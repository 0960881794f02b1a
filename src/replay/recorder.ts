/**
 * Writes a world's traffic down as a service would log it: one row per request, in the order in which requests end,
 * as CSV or as a combined log with request times. What it writes can be replayed.
 */
import { bucketOf, flagSalt, shareThreshold } from "../engine/flags/bucketing.ts";
import { deriveStream, draw32 } from "../engine/kernel/random.ts";
import { createBatch, DECLINED, routeRows, SERVED, type Batch, type World } from "../engine/service/world.ts";
import { calendarFromEpochUs, isoFromEpochUs } from "./calendar.ts";
import { csvCell } from "./csv-cell.ts";

/** What is recorded, and under which names. */
export interface RecordingOptions {
  readonly seed: string;
  /** Time of the run's start, microseconds since 1970. */
  readonly startsAtEpochUs: number;
  /** Requests that arrive before this are recorded, microseconds. */
  readonly untilUs: number;
  /** Share of the keys that the candidate serves, parts per million. */
  readonly candidatePpm: number;
  /** The key of an index: `u<i>` in synthetic worlds. */
  readonly keyName: (index: number) => string;
}

/** One request as it was logged. */
export interface RecordedRequest {
  /** Microseconds since 1970. */
  readonly startUs: number;
  readonly endUs: number;
  readonly user: string;
  readonly method: string;
  /** With identifiers in the place of `:id`. */
  readonly path: string;
  readonly status: number;
  readonly latencyUs: number;
  readonly version: "baseline" | "candidate";
  readonly bytes: number;
}

/** Which keys the candidate serves is decided under this name, as a flag would. */
const FLAG = "recorder";
const CSV_HEADER = "timestamp,user,route,method,status,latency_ms,version,bytes\n";
/** Rows per chunk of text. */
const CHUNK_ROWS = 256;

/** Statuses of requests that were served and of those that failed; each list is drawn from evenly. */
const SERVED_STATUSES: Readonly<Record<string, readonly number[]>> = {
  GET: [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 304, 304, 404],
  POST: [201, 201, 201, 201, 201, 201, 201, 400],
};
const FAILED_STATUSES: readonly number[] = [500, 502, 503, 503];

/** The requests of a world in the order in which they end. Declined ones are served by the baseline. */
export function* recordRequests(world: World, options: RecordingOptions): Generator<RecordedRequest, void, void> {
  const { startsAtEpochUs, untilUs } = options;
  const state = world.start();
  const batch = createBatch();
  const describe = describer(world, options);
  let inFlight: RecordedRequest[] = [];
  for (;;) {
    world.arrivals(state, batch, untilUs);
    if (batch.count === 0) break;
    routeByKey(world, batch, options.candidatePpm);
    world.outcomes(state, batch);
    for (let i = 0; i < batch.count; i++) inFlight.push(describe(batch, i));
    const nowUs = startsAtEpochUs + (batch.atUs[batch.count - 1] ?? 0);
    inFlight.sort((a, b) => a.endUs - b.endUs);
    // What ends later than the newest arrival may still be overtaken.
    const later = inFlight.findIndex((request) => request.endUs >= nowUs);
    const ended = later === -1 ? inFlight.length : later;
    yield* inFlight.slice(0, ended);
    inFlight = inFlight.slice(ended);
  }
  yield* inFlight;
}

/** As CSV with a header: times in ISO 8601 with microseconds, latencies in milliseconds with three decimals. */
export function* csvChunks(requests: Iterable<RecordedRequest>): Generator<string, void, void> {
  yield CSV_HEADER;
  yield* chunked(requests, (request) =>
    [
      isoFromEpochUs(request.startUs),
      csvCell(request.user),
      csvCell(request.path),
      request.method,
      request.status,
      (request.latencyUs / 1_000).toFixed(3),
      request.version,
      request.bytes,
    ].join(","),
  );
}

/** As a combined log with nginx's `$request_time` at the end; times are those of the end, in UTC, in whole seconds. */
export function* combinedLogChunks(requests: Iterable<RecordedRequest>): Generator<string, void, void> {
  yield* chunked(requests, (request) => {
    const head = `192.0.2.1 - ${request.user} [${logTime(request.endUs)}]`;
    const line = `"${request.method} ${request.path} HTTP/1.1" ${request.status} ${request.bytes}`;
    return `${head} ${line} "-" "recorder/1" ${(request.latencyUs / 1_000_000).toFixed(3)}`;
  });
}

function routeByKey(world: World, batch: Batch, candidatePpm: number): void {
  const salt = flagSalt(FLAG);
  const threshold = shareThreshold(candidatePpm);
  routeRows(batch, (row) => bucketOf(world.keyHashes[batch.key[row] ?? 0] ?? 0, salt) < threshold);
}

function describer(world: World, options: RecordingOptions): (batch: Batch, i: number) => RecordedRequest {
  const stream = deriveStream(options.seed, "recorder");
  const draw = (index: number, purpose: number): number => draw32(stream.a, stream.b + purpose, index);
  return (batch, i) => {
    const index = batch.draw[i] ?? 0;
    const onCandidate = batch.routed[i] === 1 && batch.candidateCode[i] !== DECLINED;
    const code = (onCandidate ? batch.candidateCode[i] : batch.baselineCode[i]) ?? SERVED;
    const latencyUs = (onCandidate ? batch.candidateUs[i] : batch.baselineUs[i]) ?? 1;
    const [method = "GET", template = "/"] = (world.routes[batch.route[i] ?? 0] ?? "GET /").split(" ");
    const statuses = code === SERVED ? (SERVED_STATUSES[method] ?? [200]) : FAILED_STATUSES;
    const startUs = options.startsAtEpochUs + (batch.atUs[i] ?? 0);
    return {
      startUs,
      endUs: startUs + latencyUs,
      user: options.keyName(batch.key[i] ?? 0),
      method,
      path: template.replaceAll(":id", String(1 + (draw(index, 1) % 9_999))),
      status: statuses[draw(index, 2) % statuses.length] ?? 200,
      latencyUs,
      version: onCandidate ? "candidate" : "baseline",
      bytes: 200 + (draw(index, 3) >>> 18),
    };
  };
}

function* chunked(
  requests: Iterable<RecordedRequest>,
  write: (request: RecordedRequest) => string,
): Generator<string, void, void> {
  let lines: string[] = [];
  for (const request of requests) {
    lines.push(`${write(request)}\n`);
    if (lines.length < CHUNK_ROWS) continue;
    yield lines.join("");
    lines = [];
  }
  if (lines.length > 0) yield lines.join("");
}

function logTime(epochUs: number): string {
  const time = calendarFromEpochUs(epochUs);
  const two = (value: number): string => String(value).padStart(2, "0");
  const month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][time.month - 1];
  const clock = [time.hour, time.minute, time.second].map(two).join(":");
  return `${two(time.day)}/${month ?? ""}/${time.year}:${clock} +0000`;
}
