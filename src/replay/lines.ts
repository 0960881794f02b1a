/** Chunks of bytes as lines. Whatever the input, no more than one longest line and one chunk is held. */

/** Longest line that is read, characters. Longer ones reach the formats cut to one more than this, to be rejected. */
export const LINE_CHARACTERS_MAX = 65_536;

/** Consecutive lines, without their line ends (LF or CRLF), one character per byte. */
export interface LineBatch {
  /** Number of the first one in the file, from 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

/** How much of a chunk is made into text at once, bytes. */
const SLICE_BYTES = 262_144;

/** The lines of a stream of chunks; the last one may lack its line end. */
export async function* lineBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LineBatch, void, void> {
  let pending = "";
  let firstLine = 1;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; from += SLICE_BYTES) {
      const length = Math.min(SLICE_BYTES, chunk.length - from);
      const text = Buffer.from(chunk.buffer, chunk.byteOffset + from, length).toString("latin1");
      const lines: string[] = [];
      let start = 0;
      for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
        lines.push(finishLine(pending, text.slice(start, end)));
        pending = "";
        start = end + 1;
      }
      pending = extendPending(pending, text.slice(start));
      if (lines.length > 0) yield { firstLine, lines };
      firstLine += lines.length;
    }
  }
  if (pending !== "") yield { firstLine, lines: [finishLine("", pending)] };
}

/** One character more than is allowed is kept, so that the line can be seen to be too long. */
function extendPending(pending: string, more: string): string {
  const room = LINE_CHARACTERS_MAX + 1 - pending.length;
  return room > 0 ? pending + (more.length > room ? more.slice(0, room) : more) : pending;
}

function finishLine(pending: string, rest: string): string {
  const line = pending === "" ? rest : extendPending(pending, rest);
  const end = line.length > 0 && line.charCodeAt(line.length - 1) === 0x0d ? line.length - 1 : line.length;
  return line.slice(0, Math.min(end, LINE_CHARACTERS_MAX + 1));
}
