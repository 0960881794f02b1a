/**
 * What collectors of logs write before each line, or around it: Docker, Docker Compose, Kubernetes (the container runtime
 * interface, CRI), syslog. It is taken off whatever the format behind it, and lines without it are left as they are.
 */

import { dockerJson } from "./docker-json.ts";
import { createJoinedLines } from "./joined-lines.ts";
import { latin1Of } from "./latin1-text.ts";
import type { LinePrefix, Unwrap, Unwrapped } from "./line-wrapping.ts";

/** How much of a line a prefix can take up, bytes. */
const PREFIX_BYTES_MAX = 300;

const ISO_TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)`;
const SYSLOG_TIME = String.raw`(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|${ISO_TIME})`;

/** A prefix that a pattern tells. */
function inFront(
  name: string,
  pattern: RegExp,
  howOf: (match: RegExpExecArray) => Pick<Unwrapped, "isPartial" | "stream"> = () => ({ isPartial: false, stream: "" }),
): LinePrefix {
  const createUnwrap = (): Unwrap => (bytes, from, to) => {
    const match = pattern.exec(latin1Of(bytes, from, Math.min(to, from + PREFIX_BYTES_MAX)));
    return match === null ? null : { bytes, from: from + match[0].length, to, ...howOf(match) };
  };
  return { name, isAround: false, createUnwrap };
}

/** The prefixes that are known, the most particular first. */
export const LINE_PREFIXES: readonly LinePrefix[] = [
  dockerJson,
  inFront("Kubernetes", new RegExp(`^${ISO_TIME} (std(?:out|err)) ([FP]) `), (match) => ({
    isPartial: match[2] === "P",
    stream: match[1] ?? "",
  })),
  inFront(
    "syslog",
    new RegExp(
      String.raw`^(?:<\d{1,3}>)?(?:${SYSLOG_TIME} [^\s"\[]+ [^\s:"\[]+(?:\[\d+\])?: |1 ${ISO_TIME} \S+ \S+ \S+ \S+ (?:-|(?:\[[^\]]*\])+) (?:\u00ef\u00bb\u00bf)?)`,
    ),
  ),
  // `docker logs --timestamps` and its like.
  inFront("timestamp", new RegExp(`^${ISO_TIME} `)),
  inFront("Docker Compose", /^[A-Za-z0-9][\w.-]* +\| /),
  inFront("pod", /^\[(?:pod|container)\/[^\]\s]+\] /),
];

/** The lines (Latin-1) without a prefix, where at least half of them have it; else null. */
export function withoutPrefix(prefix: LinePrefix, lines: readonly string[]): readonly string[] | null {
  const stripped: string[] = [];
  const joined = createJoinedLines(prefix, (bytes, from, to) => void stripped.push(latin1Of(bytes, from, to)));
  let having = 0;
  lines.forEach((line, i) => {
    const bytes = Buffer.from(line, "latin1");
    if (joined.readLine(bytes, 0, bytes.length, i + 1)) having++;
  });
  joined.end();
  return having * 2 >= lines.length && having > 0 ? stripped : null;
}
