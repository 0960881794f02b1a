/** What an import saw: every row accounted for. `rows = accepted + rejected`, always. */
import type { Rejection } from "./rejections.ts";

/** Figures of one import. */
export interface ImportReport {
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
  /** Accepted rows that start before the accepted row right above them. */
  readonly outOfOrder: number;
  /** By how much a row starts at most before any row above it, microseconds. */
  readonly outOfOrderUsMax: number;
  /** Accepted rows whose text was met before; they are kept. */
  readonly duplicates: number;
  /** Replayed rows without a latency. */
  readonly withoutLatency: number;
  /** Replayed rows without a number of bytes. */
  readonly withoutBytes: number;
  /** Accepted rows whose client left before an answer: they have no outcome, and are not replayed. */
  readonly clientLeft: number;
  /** Replayed rows that the trace says were answered by the baseline, by the candidate. The others: unknown. */
  readonly onBaseline: number;
  readonly onCandidate: number;
  /** Start of the first replayed row, microseconds since 1970. */
  readonly startsAtEpochUs: number;
  /** From the start of the first to the start of the last replayed row, microseconds. */
  readonly spanUs: number;
  /** Distinct keys and routes of the accepted rows. */
  readonly keys: number;
  readonly routes: number;
  /** What the user should know, in sentences. */
  readonly notes: readonly string[];
}
