/** What a part of a divided suite says of itself. */

/** One entry of a suite that was divided, as every part of it knows it. */
export interface SuiteEntryRecord {
  readonly scenario: string;
  readonly seed: string;
  /** How many replications were asked for; null: it is run once. */
  readonly replications: number | null;
  /** 16 hexadecimal digits; equal where scenario, policy and flags are the same. */
  readonly configuration: string;
}

/** Which part of a suite a document is, and what it takes to join the parts. */
export interface ShardRecord {
  /** From 1. */
  readonly index: number;
  readonly count: number;
  /** Version of the program. */
  readonly version: string;
  /** The command that runs the whole. */
  readonly command: string;
  /** How many failed scenarios end the suite; null: none do. */
  readonly bail: number | null;
  /** The whole suite, in order. */
  readonly suite: readonly SuiteEntryRecord[];
}
