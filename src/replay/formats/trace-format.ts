/** What a trace format is: how it is told by its first lines, and what reads its rows into columns. */
import type { Complaint } from "../../scenarios/complaint.ts";
import type { TraceBuilder } from "../columns.ts";
import type { ColumnMapping } from "./csv-columns.ts";

/** What the user said about how a trace is to be read. */
export interface FormatOptions {
  /** Minutes east of UTC of times that name no zone; null: such times are a problem. */
  readonly zoneMinutes: number | null;
  /** Which column is which; null: by the names in the header. */
  readonly columns: ColumnMapping | null;
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
  /** Lines as they stand in the file (Latin-1), the number of the first. Lines may be longer than is allowed. */
  read(lines: readonly string[], firstLine: number): Promise<void> | void;
  /** After the last line. */
  end(): Promise<void> | void;
  /** What makes going on pointless (no usable header, times without zones), with its line; empty: nothing. */
  fatal(): readonly (Complaint & { readonly line: number })[];
  /** The format in words, once all is read. */
  describe(): string;
  /** What the user should know, once all is read. */
  notes(): readonly string[];
}

/** One format. */
export interface TraceFormat {
  /** As in `--format NAME`. */
  readonly name: string;
  /** How sure the format is, from the first lines that are not blank. */
  recognises(firstLines: readonly string[], options: FormatOptions): Recognition;
  create(builder: TraceBuilder, options: FormatOptions): RowReader;
}

/** Why blank lines are rejected, in every format. */
export const BLANK_LINE = "blank line";
/** Why overlong lines are rejected, in every format. */
export const LINE_TOO_LONG = "line too long";
/** Why a row is rejected whose latency does not fit. */
export const LATENCY_TOO_LONG = "latency longer than 35 minutes";
