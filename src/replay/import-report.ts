/** What an import saw: every row accounted for. `rows = accepted + rejected`, always. */
import { NO_BYTES, NO_LATENCY, VERSION_BASELINE, VERSION_CANDIDATE, type Columns } from "./columns.ts";
import { createHoleSearch, holesFound, searchHoles, type Hole, type HoleSearch } from "./holes.ts";
import type { OtherVersions } from "./other-versions.ts";
import type { Rejection } from "./rejections.ts";
import { countSharedStarts, createSharedStarts, sharedStarts, type SharedStarts } from "./shared-starts.ts";

/** Figures of the rows that are replayed. */
export interface ReplayedFigures {
  readonly withoutLatency: number;
  readonly withoutBytes: number;
  /** Rows that the trace says were answered by the baseline, by the candidate. The others: unknown. */
  readonly onBaseline: number;
  readonly onCandidate: number;
  /** From the start of the first to the start of the last row, microseconds. */
  readonly spanUs: number;
  /** Times without a request that are longer than chance would leave: how many, and the longest. */
  readonly holes: number;
  readonly longestHoles: readonly Hole[];
  /** Rows that start in the very microsecond in which another does, and how many do so at most in one. */
  readonly sharingStart: number;
  readonly sharingStartMax: number;
}

/** Figures of one import. */
export interface ImportReport extends ReplayedFigures {
  /** The trace as typed by the user. */
  readonly source: string;
  /** The format in words, e.g. `combined log, with request time`. */
  readonly format: string;
  /** Lines or records of the file, blank ones included, a header left out. */
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  /** The most frequent reason first. */
  readonly rejections: readonly Rejection[];
  /** Steps back: accepted rows that start before the accepted row right above them. */
  readonly outOfOrder: number;
  /** Accepted rows that start before any accepted row above them; at least as many as steps back. */
  readonly misplaced: number;
  /** By how much a row starts at most before any row above it, microseconds. */
  readonly outOfOrderUsMax: number;
  /** Accepted rows whose text was met before; they are kept. */
  readonly duplicates: number;
  /**
   * Whether any accepted row of the whole log is said to be the baseline's, be it outside the asked range of time, or a
   * row says that it is neither's.
   */
  readonly namesBaseline: boolean;
  /** Versions that accepted rows name and that are neither the baseline nor the candidate. */
  readonly otherVersions: OtherVersions;
  /** Accepted rows whose client left before an answer: they have no outcome, and are not replayed. */
  readonly clientLeft: number;
  /** Accepted rows of requests that were not over when they were logged: no outcome either, and not replayed. */
  readonly unfinished: number;
  /** Accepted rows that start outside the asked range of time, and are not replayed. */
  readonly outsideRange: number;
  /** Which statuses count as failures, as `--errors` takes them; null: the default. */
  readonly failures: string | null;
  /** Start of the first replayed row, microseconds since 1970. */
  readonly startsAtEpochUs: number;
  /** Distinct keys and routes of the accepted rows. */
  readonly keys: number;
  readonly routes: number;
  /** What the user should know, in sentences. */
  readonly notes: readonly string[];
}

/** Figures that are counted block by block. */
export interface ReplayedCount {
  readonly spanUs: number;
  readonly search: HoleSearch;
  readonly shared: SharedStarts;
  withoutLatency: number;
  withoutBytes: number;
  onBaseline: number;
  onCandidate: number;
}

/** Nothing counted yet of so many rows, which span so much time. */
export function createReplayedCount(rows: number, spanUs: number): ReplayedCount {
  const search = createHoleSearch(rows, spanUs);
  const shared = createSharedStarts();
  return { spanUs, search, shared, withoutLatency: 0, withoutBytes: 0, onBaseline: 0, onCandidate: 0 };
}

/** Goes on with the first `rows` rows of sorted columns. */
export function countReplayed(count: ReplayedCount, columns: Columns, rows: number): void {
  count.withoutLatency += countEqual(columns.latencyUs, NO_LATENCY, rows);
  count.withoutBytes += countEqual(columns.bytes, NO_BYTES, rows);
  count.onBaseline += countEqual(columns.version, VERSION_BASELINE, rows);
  count.onCandidate += countEqual(columns.version, VERSION_CANDIDATE, rows);
  searchHoles(count.search, columns.startUs, rows);
  countSharedStarts(count.shared, columns.startUs, rows);
}

/** What was counted. */
export function replayedFigures({ search, shared, ...count }: ReplayedCount): ReplayedFigures {
  const { rows, rowsMax } = sharedStarts(shared);
  const holes = holesFound(search);
  return {
    ...count,
    holes: holes.count,
    longestHoles: holes.longest,
    sharingStart: rows,
    sharingStartMax: rowsMax,
  };
}

/** The figures of sorted columns whose first row starts at 0. */
export function describeReplayed(columns: Columns): ReplayedFigures {
  const rows = columns.startUs.length;
  const count = createReplayedCount(rows, rows > 0 ? (columns.startUs[rows - 1] as number) : 0);
  countReplayed(count, columns, rows);
  return replayedFigures(count);
}

function countEqual(values: Int32Array | Float64Array | Uint8Array, value: number, rows: number): number {
  let count = 0;
  for (let i = 0; i < rows; i++) if (values[i] === value) count++;
  return count;
}
