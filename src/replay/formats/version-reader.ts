/** Versions of rows by the bytes that name them: what was met before costs no text. */
import { createDictionary, indexOfHashed } from "../dictionary.ts";
import { latin1Of } from "../latin1-text.ts";
import { versionOf } from "./csv-cells.ts";

/** How many texts are remembered. */
const KNOWN_MAX = 1_024;

/** Gives values of the version column. */
export interface VersionReader {
  /** Of the bytes `[from, to)`, whose hash (`hashOfBytes`) is known. */
  ofHashed(bytes: Buffer, from: number, to: number, hash: number): number;
}

/** A reader that has met none. */
export function createVersionReader(): VersionReader {
  // Texts beyond share one entry, which is not remembered.
  const texts = createDictionary(KNOWN_MAX);
  const versions = new Int8Array(KNOWN_MAX).fill(-1);
  return {
    ofHashed: (bytes, from, to, hash) => {
      const index = indexOfHashed(texts, bytes, from, to, hash);
      const known = versions[index] as number;
      if (known !== -1) return known;
      const version = versionOf(latin1Of(bytes, from, to));
      if (index < KNOWN_MAX - 1) versions[index] = version;
      return version;
    },
  };
}
