/** Lines without what a collector wrote, records that it has split put together again. */
import { LINE_BYTES_MAX, type LineTaker } from "./lines.ts";
import type { LinePrefix } from "./line-wrapping.ts";

/** Takes lines as they stand in the file. */
export interface JoinedLines {
  /** Whether the line has the prefix. */
  readonly readLine: (bytes: Buffer, from: number, to: number, line: number) => boolean;
  /** After the last line: hands over records that were not ended. */
  readonly end: () => void;
}

/** What there is of a record so far, and the line at which it begins. */
interface PartialRecord {
  readonly bytes: Buffer;
  readonly line: number;
}

/** Hands lines behind a prefix to `take`, and those without it as they are. */
export function createJoinedLines(prefix: LinePrefix, take: LineTaker): JoinedLines {
  const unwrap = prefix.createUnwrap();
  // By the program's outputs, which the collector mixes.
  const partials = new Map<string, PartialRecord>();
  return {
    readLine: (bytes, from, to, line) => {
      const inner = unwrap(bytes, from, to);
      if (inner === null) {
        take(bytes, from, to, line);
        return false;
      }
      const { stream, isPartial } = inner;
      const partial = partials.get(stream);
      if (partial === undefined && !isPartial) {
        take(inner.bytes, inner.from, inner.to, line);
        return true;
      }
      const part = inner.bytes.subarray(inner.from, inner.to);
      // A copy: the bytes are overwritten.
      const whole = partial === undefined ? Buffer.from(part) : Buffer.concat([partial.bytes, part]);
      const cut = whole.length > LINE_BYTES_MAX + 1 ? whole.subarray(0, LINE_BYTES_MAX + 1) : whole;
      const record = { bytes: cut, line: partial?.line ?? line };
      if (isPartial) partials.set(stream, record);
      else {
        partials.delete(stream);
        take(record.bytes, 0, record.bytes.length, record.line);
      }
      return true;
    },
    end: () => {
      const records = [...partials.values()].sort((a, b) => a.line - b.line);
      partials.clear();
      for (const { bytes, line } of records) take(bytes, 0, bytes.length, line);
    },
  };
}
