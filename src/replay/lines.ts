/** Chunks of bytes as lines. Whatever the input, no more than one longest line and one chunk is held. */

/** Longest line that is read, bytes. Longer ones reach the formats cut to one more than this, to be rejected. */
export const LINE_BYTES_MAX = 65_536;

const LF = 0x0a;
const CR = 0x0d;

/** What takes a line: the bytes `[from, to)`, without the line end (LF or CRLF), and its number from 1. */
export type LineTaker = (bytes: Buffer, from: number, to: number, line: number) => void;

/** A stream of chunks as blocks of whole lines, each with its line end; the last line of a stream may lack it. */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  // The beginning of a line that goes on in the next chunk.
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const hold = (bytes: Buffer): void => {
    // One byte more than is allowed is kept, so that the line can be seen to be too long.
    const room = LINE_BYTES_MAX + 1 - pendingBytes;
    if (room <= 0 || bytes.length === 0) return;
    // A copy: the chunk may be reused by whoever made it, and would be kept whole.
    const kept = Buffer.from(bytes.subarray(0, room));
    pending.push(kept);
    pendingBytes += kept.length;
  };
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let from = 0;
    if (pendingBytes > 0) {
      const end = bytes.indexOf(LF);
      if (end === -1) {
        hold(bytes);
        continue;
      }
      const rest = bytes.subarray(0, end);
      hold(rest);
      yield Buffer.concat([...pending, bytes.subarray(end, end + 1)]);
      pending = [];
      pendingBytes = 0;
      from = end + 1;
    }
    const lastEnd = bytes.lastIndexOf(LF);
    if (lastEnd >= from) yield bytes.subarray(from, lastEnd + 1);
    hold(bytes.subarray(Math.max(from, lastEnd + 1)));
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}

/** Hands over the lines of a block, of which the first has the number `firstLine`; returns the number after the last. */
export function takeLines(block: Buffer, firstLine: number, take: LineTaker): number {
  let line = firstLine;
  let from = 0;
  while (from < block.length) {
    let end = block.indexOf(LF, from);
    if (end === -1) end = block.length;
    let to = end > from && block[end - 1] === CR ? end - 1 : end;
    if (to - from > LINE_BYTES_MAX + 1) to = from + LINE_BYTES_MAX + 1;
    take(block, from, to, line);
    line++;
    from = end + 1;
  }
  return line;
}
