import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOfBytes } from "./byte-hash.ts";
import { takeLines } from "./lines.ts";
import {
  cutPiece,
  cutPiecePlainly,
  cutText,
  isMatchable,
  matchPiece,
  matchPiecePlainly,
  PIECE_BYTES,
  type CutText,
} from "./text-machine.ts";

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

describe("lines that are matched", () => {
  const hashOf = (text: string): number => hashOfBytes(Buffer.from(text, "latin1"), 0, text.length);
  /** The same by one regular expression. */
  const expectedMatches = (block: Buffer, template: readonly Buffer[], targetColumn: number): unknown => {
    const literals = template.map((one) => one.toString("latin1").replaceAll(/[^a-z]/g, String.raw`\$&`));
    const value = String.raw`(?:"([^"\\\x00-\x1f]*)"|((?:0|[1-9]\d*)(?:\.\d+)?))`;
    const pattern = new RegExp(`^${literals.join(value)}$`);
    const lines: unknown[] = [];
    takeLines(block, 1, (bytes, from, to) => {
      const line = bytes.toString("latin1", from, to);
      const match = pattern.exec(line);
      const values = Array.from(
        { length: template.length - 1 },
        (_, i) => match?.[2 * i + 1] ?? match?.[2 * i + 2] ?? "",
      );
      const texts = match === null ? [line] : [line, ...values];
      const whole = match === null ? null : (values[targetColumn] ?? null);
      const target = whole === null ? null : /^[^?#]*[?#]?/.exec(whole)![0];
      lines.push({
        cells: texts.map((text) => ({ text, hash: hashOf(text) })),
        target,
        targetHash: target === null ? null : hashOf(target),
      });
    });
    return lines;
  };
  const foundMatches = (text: CutText, lines: number, targetColumn: number): unknown =>
    found(text, lines, targetColumn === -1 ? -1 : targetColumn + 1);

  const literal = fc.constantFrom(
    "{",
    '{"time":',
    ',"a":',
    ',"a long key of more than sixteen":',
    "}",
    '},"b":{"c":[',
    " ]}",
  );
  const value = fc.constantFrom(
    '"a"',
    '""',
    '"/shop/a?b#c is a longer text than that"',
    "0",
    "7",
    "12.50",
    "-1",
    "01",
    "1e3",
    "1.",
    '"\\""',
    '"\t"',
    '"é"',
    "null",
    "",
  );
  it("have the values that a regular expression finds, sixteen bytes at a time and one by one", () => {
    let matched = 0;
    const file = fc.array(literal, { minLength: 1, maxLength: 5 }).chain((template) => {
      const line = fc
        .array(
          fc.oneof(
            { arbitrary: value, weight: 1 },
            { arbitrary: fc.constantFrom('"x"', "5", '"0123456789abcdef"'), weight: 9 },
          ),
          {
            minLength: 4,
            maxLength: 4,
          },
        )
        .map((values) => template.map((one, i) => (i === 0 ? one : `${values[i - 1]}${one}`)).join(""));
      return fc.tuple(
        fc.constant(template),
        fc.array(line, { minLength: 1, maxLength: 5 }),
        fc.constantFrom("\n", "\r\n"),
      );
    });
    const damage = fc.option(fc.tuple(fc.nat(), fc.constantFrom(...Buffer.from('"\\\n\r,}0'), 0, 255)), { freq: 3 });
    fc.assert(
      fc.property(
        file,
        damage,
        fc.integer({ min: -1, max: 2 }),
        ([literals, lines, lineEnd], damaged, targetColumn) => {
          const template = literals.map((one) => Buffer.from(one, "latin1"));
          const block = Buffer.from(lines.join(lineEnd), "latin1");
          if (damaged !== null) block[damaged[0] % block.length] = damaged[1];
          expect(isMatchable(template)).toBe(true);
          const padded = Buffer.concat([Buffer.from('\r"'), block, Buffer.from('"}')]);
          const fast = matchPiece(padded, 2, padded.length - 2, template, targetColumn);
          const result = foundMatches(cutText(), fast, targetColumn);
          expect(result).toEqual(expectedMatches(block, template, targetColumn));
          const plain = matchPiecePlainly(padded, 2, padded.length - 2, template, targetColumn);
          expect(foundMatches(plain.text, plain.lines, targetColumn)).toEqual(result);
          if (cutText().lineCells[fast - 1]! > fast) matched++;
        },
      ),
      { numRuns: 3_000 },
    );
    expect(matched).toBeGreaterThan(500);
  });

  it("are not asked for with more literals, or longer ones, than there is room for", () => {
    const one = Buffer.from(",");
    expect(isMatchable(Array.from({ length: 257 }, () => one))).toBe(true);
    expect(isMatchable(Array.from({ length: 258 }, () => one))).toBe(false);
    expect(isMatchable([Buffer.alloc(8_185)])).toBe(false);
  });
});
