/** What an import of a log saw, as reports say it. */

/** The import's figures in records; every row is accounted for. */
export interface ImportRecord {
  readonly format: string;
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly rejections: readonly {
    readonly reason: string;
    readonly count: number;
    readonly firstLines: readonly { readonly line: number; readonly text: string }[];
  }[];
  /** Steps back: rows that start before the row directly above them in the file. */
  readonly outOfOrder: number;
  /** Rows that start before any row above them in the file: of a block in the wrong place each, which is one step back. */
  readonly misplaced: number;
  /** How far at most a row starts before any row above it, milliseconds. */
  readonly outOfOrderMsMax: number;
  readonly duplicates: number;
  /** Accepted rows without a latency: the model supplies it. */
  readonly withoutLatency: number;
  /** Rows whose client left before an answer: excluded from the accepted ones' outcomes, and counted. */
  readonly clientLeft: number;
  /** Rows of requests that were not over when they were logged: excluded likewise. */
  readonly unfinished: number;
  /** Rows outside of the range of time that was asked for. */
  readonly outsideRange: number;
  /** Rows that are replayed: the accepted ones without all these. */
  readonly replayed: number;
  /** Which statuses count as failures, as `--errors` takes them; null: the default. */
  readonly failures: string | null;
  /** Replayed rows that were answered by each version as far as the trace says so. */
  readonly versions: {
    readonly baseline: number;
    readonly candidate: number;
    readonly unknown: number;
    /** Whose the unknown ones are taken for: nobody's where the log says of any row that it is the baseline's. */
    readonly unknownAre: "baseline" | "neither";
    /** Accepted rows that name a version which is neither, how many such versions, and the most frequent five. */
    readonly others: {
      readonly rows: number;
      readonly distinct: number;
      readonly most: readonly { readonly version: string; readonly rows: number }[];
    };
  };
  /** Times without a request that are longer than chance would leave: how many, and the longest three. */
  readonly holes: number;
  readonly longestHoles: readonly {
    /** Start of the last request before it, milliseconds since the first replayed one. */
    readonly atMs: number;
    readonly ms: number;
  }[];
  /** Replayed rows that start in the very microsecond in which another does, and how many do so at most in one. */
  readonly sharingStart: number;
  readonly sharingStartMax: number;
  /** Replayed rows per second of the time that they span, as recorded; null where they span none. */
  readonly perSecond: number | null;
  /** Time from the first to the last row as recorded, milliseconds. */
  readonly spanMs: number;
  /** First row's time as ISO 8601 in UTC; null when the times are relative. */
  readonly startsAt: string | null;
  readonly keys: number;
  readonly routes: number;
}
