/** What a trace format is: how it is told by its first lines, and what reads its rows into columns. */
import type { Complaint } from "../../scenarios/complaint.ts";
import type { TraceBuilder } from "../columns.ts";
import { latin1Of } from "../latin1-text.ts";
import { LINE_BYTES_MAX } from "../lines.ts";
import { reject } from "../rejections.ts";
import type { VersionWords } from "../version-words.ts";
import type { ColumnMapping } from "./csv-columns.ts";

/** What the user said about how a trace is to be read. */
export interface FormatOptions {
  /** Minutes east of UTC of times that name no zone; null: such times are a problem. */
  readonly zoneMinutes: number | null;
  /** Which column or key is which; null: by their names. */
  readonly columns: ColumnMapping | null;
  /** Which values of the version column are whose; null, or absent: the usual words. */
  readonly versions?: VersionWords | null;
  /** When relative times begin, microseconds since 1970; null: relative times are a problem. */
  readonly startEpochUs: number | null;
  /** Counts the times that began there; absent: nobody asks. */
  readonly relativeTimes?: { rows: number };
}

/** How sure a format is that a file is its own. */
export interface Recognition {
  /** 0: it is not, 1: certainly. */
  readonly confidence: number;
  /** Why not, when it is not. */
  readonly because: string;
}

/** Reads lines into a builder. Every line that is a row is either appended or rejected, none is passed over. */
export interface RowReader {
  /**
   * One line: the bytes `[from, to)`, without its end and without a collector's prefix, and its number in the file.
   * It may be blank, or one byte longer than is allowed (see `rejectUnusable`). The bytes are valid during the call.
   */
  readLine(bytes: Buffer, from: number, to: number, line: number): void;
  /**
   * Where a format reads many lines faster than one by one: a block of whole lines (the last may lack its end), of which
   * the first has this number, as `takeLines` would hand them over; the number after the last.
   */
  readBlock?(block: Buffer, firstLine: number): number;
  /**
   * For files that are documents, not lines (`recognisesDocument`): the next bytes, with line ends and all, instead of
   * lines.
   */
  readChunk?(bytes: Buffer): void;
  /** After some lines: whatever has to be waited for. */
  settle?(): Promise<void>;
  /** After the last line. */
  end?(): Promise<void> | void;
  /** What makes going on pointless (no usable header, times without zones), with its line; empty: nothing. */
  fatal?(): readonly (Complaint & { readonly line: number })[];
  /** The format in words, once all is read. */
  describe(): string;
  /** What the user should know, once all is read. */
  notes?(): readonly string[];
}

/** One format. */
export interface TraceFormat {
  /** As in `--format NAME`. */
  readonly name: string;
  /** How sure the format is, from the first lines (Latin-1) that are not blank. */
  recognises(firstLines: readonly string[], options: FormatOptions): Recognition;
  /** Whether a file that begins like this (Latin-1) is a document of the format, to be read by its chunks. */
  recognisesDocument?(beginning: string): boolean;
  create(builder: TraceBuilder, options: FormatOptions): RowReader;
}

/** Why blank lines are rejected, in every format. */
export const BLANK_LINE = "blank line";
/** Why overlong lines are rejected, in every format. */
export const LINE_TOO_LONG = "line too long";
/** Why a row is rejected whose latency does not fit. */
export const LATENCY_TOO_LONG = "latency longer than 35 minutes";

/** Why a span is rejected that is a part of another one. */
export const CHILD_SPAN = "a child span, not a request";
/** Why a row of a load generator is rejected that is not its latency. */
export const OTHER_METRIC = "another metric of a request";
/** Reasons that say nothing about the file's health: such rows do not count against `--max-rejected`. */
export const EXPECTED_REASONS: ReadonlySet<string> = new Set([CHILD_SPAN, OTHER_METRIC]);

/** How much of a rejected line is made into text, bytes. */
const REJECTED_BYTES = 200;

/** Rejects the line `[from, to)` for a reason of the format's. */
export function rejectLine(
  builder: TraceBuilder,
  reason: string,
  bytes: Buffer,
  from: number,
  to: number,
  line: number,
): void {
  reject(builder.rejections, reason, line, latin1Of(bytes, from, Math.min(to, from + REJECTED_BYTES)));
}

/** Rejects a line that is blank or too long; false: it is neither. */
export function rejectUnusable(builder: TraceBuilder, bytes: Buffer, from: number, to: number, line: number): boolean {
  if (to - from > LINE_BYTES_MAX) {
    rejectLine(builder, LINE_TOO_LONG, bytes, from, to, line);
    return true;
  }
  let at = from;
  while (at < to && isBlankByte(bytes[at] as number)) at++;
  if (at < to) return false;
  rejectLine(builder, BLANK_LINE, bytes, from, to, line);
  return true;
}

function isBlankByte(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0a);
}

/**
 * How sure a format is whose lines have a shape: the share of the first lines that have it, none below `shareMin`
 * (real logs begin with shell prompts, and have lines that are no requests).
 */
export function recogniseByShare(
  firstLines: readonly string[],
  hasShape: (line: string) => boolean,
  shape: string,
  shareMin: number = 0.3,
): Recognition {
  const matching = firstLines.filter(hasShape).length;
  const share = firstLines.length === 0 ? 0 : matching / firstLines.length;
  return {
    confidence: share > 0 && share >= shareMin ? share : 0,
    because: `${matching} of the first ${firstLines.length} lines look like: ${shape}`,
  };
}
