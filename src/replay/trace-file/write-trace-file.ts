/** Writes trace files, block by block, so that a trace need never be in memory as a whole. */
import { writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Columns, Trace } from "../columns.ts";
import type { TraceFacts, TraceSink } from "../finish-trace.ts";
import { openUnfinishedFile, tryUnfinishedFile, type UnfinishedFile } from "../unfinished-file.ts";
import {
  aligned,
  ELEMENT_BYTES,
  PREAMBLE_BYTES,
  SECTIONS,
  TRACE_FILE_VERSION,
  writePreamble,
  type Footer,
  type Section,
  type TraceOrigin,
} from "./layout.ts";

/** Rows per block where a trace in memory is written. */
const BLOCK_ROWS = 1_048_576;
/** Keys whose bytes are written at once. */
const BLOCK_KEYS = 65_536;

/** A trace file that is being written, under another name until it is whole. */
export interface TraceWriter {
  readonly sink: TraceSink;
  /** Writes what is not rows, and gives the file its name. */
  readonly end: (facts: TraceFacts, origin: TraceOrigin | null) => void;
  /** Gives up: nothing is left. Does nothing after `end`. */
  readonly abandon: () => void;
}

/** Begins a file; what the file system refuses is thrown as it says it. */
export function createTraceWriter(path: string): TraceWriter {
  // Rows may be long in coming: until then there is nothing.
  tryUnfinishedFile(path);
  let file: UnfinishedFile | null = null;
  const put = (bytes: Uint8Array, at: number): void => {
    if (file === null) throw new Error("a trace file is written before it is begun, or after its end");
    const { descriptor } = file;
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done, bytes.length - done, at + done);
  };
  const offsets: number[] = [];
  const crcs = SECTIONS.map(() => 0);
  let rows = 0;
  let written = 0;
  let sectionsEnd = PREAMBLE_BYTES;
  return {
    sink: {
      begin: (count) => {
        rows = count;
        file = openUnfinishedFile(path);
        for (const [, type] of SECTIONS) {
          offsets.push(sectionsEnd);
          sectionsEnd = aligned(sectionsEnd + count * ELEMENT_BYTES[type]);
        }
      },
      write: (columns, outcome, count) => {
        SECTIONS.forEach(([name, type], i) => {
          const column = columnOf(columns, outcome, name);
          const bytes = new Uint8Array(column.buffer, column.byteOffset, count * ELEMENT_BYTES[type]);
          put(bytes, (offsets[i] as number) + written * ELEMENT_BYTES[type]);
          crcs[i] = crc32(bytes, crcs[i]);
        });
        written += count;
      },
    },
    end: (facts, origin) => {
      if (written !== rows) throw new Error(`a trace file of ${rows} rows was given ${written}`);
      const sections = SECTIONS.map(([name, type], i): Section => {
        const bytes = rows * ELEMENT_BYTES[type];
        return { name, type, offset: offsets[i] as number, bytes, crc: crcs[i] as number };
      });
      const keys = writeKeys(facts.keys, sectionsEnd, put);
      const { routes, errorKinds, report } = facts;
      const all = [...sections, ...keys];
      const footer: Footer = { rows, keys: facts.keys.length, routes, errorKinds, report, origin, sections: all };
      const footerBytes = Buffer.from(JSON.stringify(footer));
      const last = all[all.length - 1] as Section;
      const footerOffset = aligned(last.offset + last.bytes);
      const fileBytes = footerOffset + footerBytes.length;
      put(footerBytes, footerOffset);
      put(
        writePreamble({
          version: TRACE_FILE_VERSION,
          footerCrc: crc32(footerBytes),
          footerOffset,
          footerBytes: footerBytes.length,
          fileBytes,
        }),
        0,
      );
      file?.finish();
      file = null;
    },
    abandon: () => {
      file?.abandon();
      file = null;
    },
  };
}

/** Writes a trace that is in memory. */
export function writeTraceFile(path: string, trace: Trace, origin: TraceOrigin | null): void {
  const writer = createTraceWriter(path);
  try {
    writer.sink.begin(trace.count);
    for (let from = 0; from < trace.count; from += BLOCK_ROWS) {
      const to = Math.min(from + BLOCK_ROWS, trace.count);
      writer.sink.write(rowsOf(trace.columns, from, to), trace.outcome.subarray(from, to), to - from);
    }
    writer.end(trace, origin);
  } finally {
    writer.abandon();
  }
}

/** The texts one after the other in UTF-8, and where each ends. */
function writeKeys(
  keys: readonly string[],
  from: number,
  put: (bytes: Uint8Array, at: number) => void,
): readonly Section[] {
  const ends = new Float64Array(keys.length);
  let at = 0;
  let crc = 0;
  for (let first = 0; first < keys.length; first += BLOCK_KEYS) {
    const texts = keys.slice(first, first + BLOCK_KEYS);
    const bytes = Buffer.from(texts.join(""));
    put(bytes, from + at);
    crc = crc32(bytes, crc);
    texts.forEach((text, i) => {
      at += Buffer.byteLength(text);
      ends[first + i] = at;
    });
  }
  const endsAt = aligned(from + at);
  const endBytes = new Uint8Array(ends.buffer);
  put(endBytes, endsAt);
  return [
    { name: "keyBytes", type: "u8", offset: from, bytes: at, crc },
    { name: "keyEnds", type: "f64", offset: endsAt, bytes: endBytes.length, crc: crc32(endBytes) },
  ];
}

type RowColumn = Columns[keyof Columns] | Uint8Array;

function columnOf(columns: Columns, outcome: Uint8Array, name: (typeof SECTIONS)[number][0]): RowColumn {
  return name === "outcome" ? outcome : columns[name];
}

function rowsOf(columns: Columns, from: number, to: number): Columns {
  return {
    startUs: columns.startUs.subarray(from, to),
    key: columns.key.subarray(from, to),
    route: columns.route.subarray(from, to),
    status: columns.status.subarray(from, to),
    latencyUs: columns.latencyUs.subarray(from, to),
    version: columns.version.subarray(from, to),
    bytes: columns.bytes.subarray(from, to),
    line: columns.line.subarray(from, to),
  };
}
