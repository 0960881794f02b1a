/**
 * The layout of a trace file: a preamble of fixed length, columns aligned to 8 bytes, and behind them a footer in JSON
 * with everything else. Numbers are little-endian. Preamble, footer and every column have a checksum (CRC-32), so what
 * is damaged or cut short is never taken for a trace.
 */
import { crc32 } from "node:zlib";
import type { ImportReport } from "../import-report.ts";

/** The first bytes. As in PNG: one that is no ASCII, line ends that a transfer as text would change, and an end of file. */
const MAGIC: Uint8Array = Uint8Array.from([0x89, 0x52, 0x54, 0x52, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The version that is written, and the only one that is read: 1 lacks figures of the report. */
export const TRACE_FILE_VERSION = 6;

/** The version of recordings of runs, which have columns of their own. */
export const RECORDING_FILE_VERSION = 2;

/** Length of the preamble: magic, version, checksum of the footer, its place and length, the file's length, checksum. */
export const PREAMBLE_BYTES = 48;

const CHECKED_BYTES = 40;

/** Element types of columns. */
export type ColumnType = "f64" | "u32" | "i32" | "u16" | "u8";

/** A column in the file. */
export interface Section {
  readonly name: string;
  readonly type: ColumnType;
  readonly offset: number;
  readonly bytes: number;
  readonly crc: number;
}

/** The columns of every trace file, in their order. */
export const SECTIONS = [
  ["startUs", "f64"],
  ["bytes", "f64"],
  ["key", "u32"],
  ["route", "u32"],
  ["line", "u32"],
  ["latencyUs", "i32"],
  ["status", "u16"],
  ["version", "u8"],
  ["outcome", "u8"],
] as const satisfies readonly (readonly [string, ColumnType])[];

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<ColumnType, number>> = { f64: 8, u32: 4, i32: 4, u16: 2, u8: 1 };

/** What a trace was imported from, and how; two imports with the same origin give the same trace. */
export interface TraceOrigin {
  /** SHA-256 of the source, as hexadecimal digits. */
  readonly sourceSha256: string;
  /** The import's options as text. */
  readonly options: string;
}

/** Everything but the columns. */
export interface Footer {
  readonly rows: number;
  readonly keys: number;
  readonly routes: readonly string[];
  readonly errorKinds: readonly string[];
  readonly report: ImportReport;
  /** Null: unknown, as of a trace that was read from standard input. */
  readonly origin: TraceOrigin | null;
  readonly sections: readonly Section[];
}

/** What the preamble says. */
export interface Preamble {
  readonly version: number;
  readonly footerCrc: number;
  readonly footerOffset: number;
  readonly footerBytes: number;
  readonly fileBytes: number;
}

/** The preamble's bytes. */
export function writePreamble(preamble: Preamble): Uint8Array {
  const bytes = new Uint8Array(PREAMBLE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, preamble.version, true);
  view.setUint32(12, preamble.footerCrc, true);
  view.setFloat64(16, preamble.footerOffset, true);
  view.setFloat64(24, preamble.footerBytes, true);
  view.setFloat64(32, preamble.fileBytes, true);
  view.setUint32(CHECKED_BYTES, crc32(bytes.subarray(0, CHECKED_BYTES)), true);
  return bytes;
}

/** Whether a file begins as a trace file does. */
export function isTraceFile(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, i) => bytes[i] === byte);
}

/** The preamble of a file that begins as a trace file does; null: it is damaged. */
export function readPreamble(bytes: Uint8Array): Preamble | null {
  if (bytes.length < PREAMBLE_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(CHECKED_BYTES, true) !== crc32(bytes.subarray(0, CHECKED_BYTES))) return null;
  return {
    version: view.getUint32(8, true),
    footerCrc: view.getUint32(12, true),
    footerOffset: view.getFloat64(16, true),
    footerBytes: view.getFloat64(24, true),
    fileBytes: view.getFloat64(32, true),
  };
}

/** The next place that is aligned to 8 bytes. */
export function aligned(at: number): number {
  return Math.ceil(at / 8) * 8;
}
