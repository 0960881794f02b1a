/** Which values of a version column are the baseline's and which the candidate's: by usual words, or as the user says. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { complain } from "../scenarios/complaint.ts";
import { nearestWord } from "../scenarios/nearest-word.ts";
import { VERSION_BASELINE, VERSION_CANDIDATE, VERSION_UNKNOWN } from "./columns.ts";

/** The words that are known without being told, in lower case. */
export const VERSION_WORDS: VersionWords = {
  baseline: ["baseline", "stable", "control", "v1", "old", "primary"],
  candidate: ["candidate", "canary", "treatment", "v2", "new", "experiment"],
};

/** Values of either version, in lower case; `*` is any value that is not the other's. */
export interface VersionWords {
  readonly baseline: readonly string[];
  readonly candidate: readonly string[];
}

const VERSIONS = ["baseline", "candidate"] as const;
const ANY = "*";
/** What a row says that is neither version's, as converted logs do. */
export const NEITHER_WORD = "neither";
const NEITHER_BYTES = Buffer.from(NEITHER_WORD);

/**
 * Reads `--versions 'baseline=1.2.3,candidate=1.2.4'`. A version may have several values (`baseline=1,baseline=2`), and
 * one of the two may have all others (`baseline=*`). These values count then, and no others.
 */
export function parseVersionWords(text: string, source: string = "--versions"): Read<VersionWords> {
  const words: Record<(typeof VERSIONS)[number], string[]> = { baseline: [], candidate: [] };
  const problems: Problem[] = [];
  const report = (message: string, found: string, allowed: string, suggestion: string | null = null): void => {
    const complaint = complain(message, { found, allowed });
    problems.push({ source, line: 0, column: 0, path: "", ...complaint, suggestion });
  };
  for (const entry of text.split(",")) {
    const equals = entry.indexOf("=");
    const name = entry.slice(0, Math.max(equals, 0)).trim();
    const value = entry
      .slice(equals + 1)
      .trim()
      .toLowerCase();
    const version = VERSIONS.find((one) => one === name);
    if (name === "" || value === "") {
      const found = entry.trim() === "" ? "nothing" : entry.trim();
      report("this says of no value whose it is", found, "baseline=VALUE,candidate=VALUE");
    } else if (version === undefined) {
      report("there is no such version", name, VERSIONS.join(", "), nearestWord(name, VERSIONS));
    } else if (words.baseline.includes(value) || words.candidate.includes(value)) {
      report("this value is given twice", value, "each value once");
    } else {
      words[version].push(value);
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: words, warnings: [] };
}

/** The version column's value for a cell. */
export function versionOf(cell: string, { baseline, candidate }: VersionWords): number {
  const word = cell.trim().toLowerCase();
  if (baseline.includes(word)) return VERSION_BASELINE;
  if (candidate.includes(word)) return VERSION_CANDIDATE;
  if (word === NEITHER_WORD) return VERSION_UNKNOWN;
  if (baseline.includes(ANY)) return VERSION_BASELINE;
  return candidate.includes(ANY) ? VERSION_CANDIDATE : VERSION_UNKNOWN;
}

/** Whether the bytes `[from, to)` say `neither`, in capitals or not, perhaps with blanks around. */
export function isNeitherBytes(bytes: Uint8Array, from: number, to: number): boolean {
  let first = from;
  while (first < to && (bytes[first] as number) <= 0x20) first++;
  let end = to;
  while (end > first && (bytes[end - 1] as number) <= 0x20) end--;
  if (end - first !== NEITHER_BYTES.length) return false;
  for (let i = 0; i < NEITHER_BYTES.length; i++)
    if (((bytes[first + i] as number) | 0x20) !== NEITHER_BYTES[i]) return false;
  return true;
}

/** What was given of a version, and is the value of no row; null: nothing, or one that takes whatever is there. */
export function unmetWords(words: readonly string[], rows: number): string | null {
  return rows > 0 || words.length === 0 || words.includes(ANY) ? null : words.join(", ");
}
