/** Versions of rows by the bytes that name them: what was met before costs no text. */
import { VERSION_UNKNOWN } from "../columns.ts";
import { createDictionary, indexOfHashed } from "../dictionary.ts";
import { countOtherVersion, type OtherVersionCount } from "../other-versions.ts";
import { isNeitherBytes, VERSION_WORDS, versionOf, type VersionWords } from "../version-words.ts";
import { isAbsentBytes } from "./csv-cells.ts";

/** How many texts are remembered. */
const KNOWN_MAX = 1_024;

/** Gives values of the version column. */
export interface VersionReader {
  /** Of the bytes `[from, to)`, whose hash (`hashOfBytes`) is known. */
  ofHashed(bytes: Buffer, from: number, to: number, hash: number): number;
  /** To be told of every accepted row whose version is unknown: what it names, if it names one at all. */
  countUnknown(bytes: Buffer, from: number, to: number, hash: number): void;
}

/** A reader that has met none. `words` null: the usual ones. */
export function createVersionReader(others: OtherVersionCount, words: VersionWords | null): VersionReader {
  // Texts beyond share one entry, which is not remembered.
  const texts = createDictionary(KNOWN_MAX);
  const versions = new Int8Array(KNOWN_MAX).fill(-1);
  return {
    ofHashed: (bytes, from, to, hash) => {
      const index = indexOfHashed(texts, bytes, from, to, hash);
      const known = versions[index] as number;
      if (known !== -1) return known;
      const version = isAbsentBytes(bytes, from, to)
        ? VERSION_UNKNOWN
        : versionOf(bytes.toString("utf8", from, to), words ?? VERSION_WORDS);
      if (index < KNOWN_MAX - 1) versions[index] = version;
      return version;
    },
    countUnknown: (bytes, from, to, hash) => {
      if (isAbsentBytes(bytes, from, to)) return;
      if (isNeitherBytes(bytes, from, to)) others.neither++;
      else countOtherVersion(others, bytes, from, to, hash);
    },
  };
}
