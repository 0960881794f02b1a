/**
 * The bytes of a trace as text: gzip is unpacked, told by its first bytes; other archives and binary files are refused.
 * Lines that end in CR alone, as in old spreadsheets, end in LF instead.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { isTraceFile } from "./trace-file/layout.ts";

/** How much of the beginning shows whether a file is text, bytes; and the share of NULs above which it is not. */
const SAMPLE_BYTES = 65_536;
const NUL_SHARE_MAX = 0.1;
/** How much is unpacked at once, bytes. */
const UNPACKED_CHUNK_BYTES = 262_144;

const LF = 0x0a;
const CR = 0x0d;

/** What was seen of the bytes so far. */
export interface Unpacking {
  /** Why there is no more: set when the bytes are no text, or a damaged archive. */
  whyNot: string | null;
  /** How many bytes of text there were. */
  bytes: number;
  isGzip: boolean;
}

/** Nothing seen yet. */
export function createUnpacking(): Unpacking {
  return { whyNot: null, bytes: 0, isGzip: false };
}

/** Passes text on, after looking at its beginning. `unpacking.whyNot` is set when the bytes cannot be used. */
export async function* unpacked(
  chunks: AsyncIterable<Uint8Array>,
  unpacking: Unpacking,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes < 4) {
      const next = await iterator.next();
      if (next.done === true) break;
      first.push(next.value);
      bytes += next.value.length;
    }
    const all = rejoined(first, iterator);
    unpacking.isGzip = isGzip(Buffer.concat(first));
    yield* sampled(unpacking.isGzip ? gunzipped(all, unpacking) : all, unpacking);
  } finally {
    await iterator.return?.();
  }
}

async function* rejoined(
  first: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  yield* first;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
}

async function* gunzipped(
  chunks: AsyncIterable<Uint8Array>,
  unpacking: Unpacking,
): AsyncGenerator<Uint8Array, void, void> {
  const gunzip = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
  // Whoever reads from `gunzip` sees the error; here it must only not count as unhandled.
  pipeline(Readable.from(chunks), gunzip).catch(() => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (error) {
    const why = damageOf(error);
    if (why === null) throw error;
    unpacking.whyNot = `the file is compressed (gzip), and damaged: ${why}`;
  }
}

/** What zlib says of damaged bytes; null for errors of another kind. */
function damageOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  return /^Z_[A-Z]+_ERROR$/.test(error.code) ? error.message : null;
}

async function* sampled(
  chunks: AsyncIterable<Uint8Array>,
  unpacking: Unpacking,
): AsyncGenerator<Uint8Array, void, void> {
  let held: Uint8Array[] = [];
  let isText = false;
  let endsInCr = false;
  for await (const chunk of chunks) {
    unpacking.bytes += chunk.length;
    if (isText) {
      yield endsInCr ? withLf(chunk) : chunk;
      continue;
    }
    held.push(chunk);
    if (unpacking.bytes < SAMPLE_BYTES) continue;
    unpacking.whyNot = whyNoText(held);
    if (unpacking.whyNot !== null) return;
    isText = true;
    endsInCr = hasOnlyCr(held);
    yield* endsInCr ? held.map(withLf) : held;
    held = [];
  }
  if (isText || unpacking.whyNot !== null) return;
  unpacking.whyNot = whyNoText(held);
  if (unpacking.whyNot === null) yield* hasOnlyCr(held) ? held.map(withLf) : held;
}

/** Whether lines end in CR: there are some at the beginning, and no LF. */
function hasOnlyCr(chunks: readonly Uint8Array[]): boolean {
  const bytes = Buffer.concat(chunks).subarray(0, SAMPLE_BYTES);
  return bytes.includes(CR) && !bytes.includes(LF);
}

/** A copy: whoever made the bytes may use them again. */
function withLf(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === CR ? LF : byte));
}

function whyNoText(chunks: readonly Uint8Array[]): string | null {
  const bytes = Buffer.concat(chunks).subarray(0, SAMPLE_BYTES);
  if (isGzip(bytes)) return "the file is compressed (gzip) twice: unpack it first";
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) {
    return "the file is compressed (zstd): unpack it first";
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03) return "the file is a ZIP archive: unpack it first";
  if (isTraceFile(bytes)) {
    return "this is a trace file, or a recording as columns: both are read as plain files only, by their names";
  }
  let nuls = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) nuls++;
  return nuls > bytes.length * NUL_SHARE_MAX ? "the file is binary, not text" : null;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
