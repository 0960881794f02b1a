/** Versions that rows name and that are neither the baseline nor the candidate: which, and how often. */
import { createDictionary, indexOfHashed, type Dictionary } from "./dictionary.ts";

/** How many are told apart; what comes after shares the last one, `other`. */
const VALUES_MAX = 1_024;
/** How many are named in reports. */
const NAMED_MAX = 5;

/** What is counted while a trace is imported. */
export interface OtherVersionCount {
  readonly texts: Dictionary;
  /** Accepted rows by text. */
  readonly rows: Float64Array;
  /** Accepted rows that say in so many words that they are neither's: that names no version. */
  neither: number;
}

/** What was counted: of accepted rows. */
export interface OtherVersions {
  readonly rows: number;
  /** How many different ones. */
  readonly distinct: number;
  /** The most frequent ones, at most five. */
  readonly most: readonly { readonly version: string; readonly rows: number }[];
}

/** Nothing counted yet. */
export function createOtherVersions(): OtherVersionCount {
  return { texts: createDictionary(VALUES_MAX), rows: new Float64Array(VALUES_MAX), neither: 0 };
}

/** Counts an accepted row that names the version of the bytes `[from, to)`, whose hash (`hashOfBytes`) is known. */
export function countOtherVersion(
  { texts, rows }: OtherVersionCount,
  bytes: Buffer,
  from: number,
  to: number,
  hash: number,
): void {
  const index = indexOfHashed(texts, bytes, from, to, hash);
  rows[index] = (rows[index] as number) + 1;
}

/** What was counted. Equally frequent ones stand as they were met. */
export function listOtherVersions({ texts, rows }: OtherVersionCount): OtherVersions {
  const all = texts.names.map((text, index) => ({ version: printable(text), rows: rows[index] as number }));
  return {
    rows: all.reduce((sum, one) => sum + one.rows, 0),
    distinct: all.length,
    most: all.toSorted((one, other) => other.rows - one.rows).slice(0, NAMED_MAX),
  };
}

/** Control characters would reach the terminal otherwise. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "?");
}
