import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOfBytes } from "./byte-hash.ts";
import { takeLines } from "./lines.ts";
import { cutPiece, cutPiecePlainly, cutText, PIECE_BYTES, type CutText } from "./text-machine.ts";

interface FoundCell {
  readonly text: string;
  readonly hash: number;
}

/** What was found: by line its cells, and the target among them. */
function found(text: CutText, lines: number, targetColumn: number): unknown {
  const { bytes, starts, ends, hashes, lineCells, targetEnds, targetHashes } = text;
  let cell = 0;
  return Array.from({ length: lines }, (_, line) => {
    const first = cell;
    const cells: FoundCell[] = [];
    for (; cell < lineCells[line]!; cell++)
      cells.push({ text: bytes.toString("latin1", starts[cell], ends[cell]), hash: hashes[cell]! });
    const hasTarget = targetColumn >= 0 && targetColumn < cells.length;
    const start = hasTarget ? starts[first + targetColumn]! : 0;
    const target = hasTarget ? bytes.toString("latin1", start, targetEnds[line]) : null;
    return { cells, target, targetHash: hasTarget ? targetHashes[line] : null };
  });
}

/** The same by splitting text. */
function expected(block: Buffer, delimiter: number, targetColumn: number): unknown {
  const lines: unknown[] = [];
  const hashOf = (text: string): number => hashOfBytes(Buffer.from(text, "latin1"), 0, text.length);
  takeLines(block, 1, (bytes, from, to) => {
    const texts = bytes.toString("latin1", from, to).split(String.fromCharCode(delimiter));
    const whole = texts[targetColumn] ?? null;
    const target = whole === null ? null : /^[^?#]*[?#]?/.exec(whole)![0];
    lines.push({
      cells: texts.map((text) => ({ text, hash: hashOf(text) })),
      target,
      targetHash: target === null ? null : hashOf(target),
    });
  });
  return lines;
}

const text = fc
  .array(fc.constantFrom(...Buffer.from("aaaaaaaab0123456789/,,,;?#\r\n\n"), 0, 0x80, 0xff, 0x8a, 0xac), {
    minLength: 1,
    maxLength: 400,
  })
  .map((bytes) => Buffer.from(bytes));

describe("text that is cut", () => {
  it("has the lines, cells, targets and hashes that splitting it gives, sixteen bytes at a time and one by one", () => {
    fc.assert(
      fc.property(text, fc.constantFrom(44, 59), fc.integer({ min: -1, max: 3 }), (block, delimiter, targetColumn) => {
        const padded = Buffer.concat([Buffer.from("\r,"), block, Buffer.from("x")]);
        const fast = cutPiece(padded, 2, padded.length - 1, delimiter, targetColumn);
        const result = found(cutText(), fast, targetColumn);
        expect(result).toEqual(expected(block, delimiter, targetColumn));
        const plain = cutPiecePlainly(padded, 2, padded.length - 1, delimiter, targetColumn);
        expect(found(plain.text, plain.lines, targetColumn)).toEqual(result);
      }),
      { numRuns: 2_000 },
    );
  });

  it("may be nothing but delimiters or line ends, as long as a piece can be", () => {
    for (const byte of [44, 10, 97]) {
      const block = Buffer.alloc(PIECE_BYTES, byte);
      const lines = cutPiece(block, 0, block.length, 44, 0);
      expect(lines).toBe(byte === 10 ? PIECE_BYTES : 1);
      const cells = byte === 97 ? 1 : byte === 10 ? PIECE_BYTES : PIECE_BYTES + 1;
      const { starts, ends, lineCells } = cutText();
      expect(lineCells[lines - 1]).toBe(cells);
      expect(ends[0]! - starts[0]!).toBe(byte === 97 ? PIECE_BYTES : 0);
      expect(starts[cells - 1]! - starts[0]!).toBe(cells - 1);
    }
  });
});
