/**
 * What collectors of logs write before each line: Docker Compose, Kubernetes (the container runtime interface, CRI),
 * syslog. It is taken off whatever the format behind it, and lines without it are left as they are.
 */

import { latin1Of } from "./latin1-text.ts";

/** How much of a line a prefix can take up, bytes. */
const PREFIX_BYTES_MAX = 300;

/** One kind of prefix. */
export interface LinePrefix {
  /** In words, for reports. */
  readonly name: string;
  /** Matches the prefix at a line's beginning. */
  readonly pattern: RegExp;
  /** Whether the record goes on in the next line that has the prefix. */
  readonly isPartial: (match: RegExpExecArray) => boolean;
}

const ISO_TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)`;
const SYSLOG_TIME = String.raw`(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|${ISO_TIME})`;

/** The prefixes that are known, the most particular first. */
export const LINE_PREFIXES: readonly LinePrefix[] = [
  {
    name: "Kubernetes",
    pattern: new RegExp(`^${ISO_TIME} std(?:out|err) ([FP]) `),
    isPartial: (match) => match[1] === "P",
  },
  {
    name: "syslog",
    pattern: new RegExp(
      String.raw`^(?:<\d{1,3}>)?(?:${SYSLOG_TIME} [^\s"\[]+ [^\s:"\[]+(?:\[\d+\])?: |1 ${ISO_TIME} \S+ \S+ \S+ \S+ (?:-|(?:\[[^\]]*\])+) (?:\u00ef\u00bb\u00bf)?)`,
    ),
    isPartial: () => false,
  },
  // `docker logs --timestamps` and its like.
  { name: "timestamp", pattern: new RegExp(`^${ISO_TIME} `), isPartial: () => false },
  { name: "Docker Compose", pattern: /^[A-Za-z0-9][\w.-]* +\| /, isPartial: () => false },
  { name: "pod", pattern: /^\[(?:pod|container)\/[^\]\s]+\] /, isPartial: () => false },
];

/** The prefix at the beginning of the line `[from, to)`, or null. */
export function matchPrefix(prefix: LinePrefix, bytes: Buffer, from: number, to: number): RegExpExecArray | null {
  return prefix.pattern.exec(latin1Of(bytes, from, Math.min(to, from + PREFIX_BYTES_MAX)));
}

/** The lines (Latin-1) without a prefix, where at least half of them have it; else null. */
export function withoutPrefix(prefix: LinePrefix, lines: readonly string[]): readonly string[] | null {
  let having = 0;
  const stripped = lines.map((line) => {
    const match = prefix.pattern.exec(line.slice(0, PREFIX_BYTES_MAX));
    if (match === null) return line;
    having++;
    return line.slice(match[0].length);
  });
  return having * 2 >= lines.length && having > 0 ? stripped : null;
}
