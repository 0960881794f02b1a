/**
 * The WebAssembly module that looks at text sixteen bytes at a time: where cells end, and what `hashOfBytes` makes of each.
 * Where such a module does not run, `text-machine.ts` does the same in plain loops.
 */
import {
  assembleModule,
  BLOCK,
  branch,
  branchIf,
  ELSE,
  END,
  functionType,
  I32,
  i32Const,
  I32_ADD,
  I64,
  IF,
  leb128,
  localGet,
  localSet,
  localTee,
  LOOP,
  V128,
  VECTOR,
} from "../engine/kernel/assembly.ts";
import { HASH_FINISH, HASH_MIX, HASH_PRIME, HASH_SEED } from "./byte-hash.ts";

const I32_EQUAL = [0x46];
const I32_EQUALS_ZERO = [0x45];
const I32_LESS_UNSIGNED = [0x49];
const I32_GREATER_UNSIGNED = [0x4b];
const I32_TRAILING_ZEROS = [0x68];
const I32_SUBTRACT = [0x6b];
const I32_MULTIPLY = [0x6c];
const I32_AND = [0x71];
const I32_OR = [0x72];
const I32_XOR = [0x73];
const I32_SHIFT_LEFT = [0x74];
const I32_SHIFT_RIGHT_UNSIGNED = [0x76];
const I64_EQUALS_ZERO = [0x50];
const I64_NOT_EQUAL = [0x52];
const I64_AND = [0x83];
const I64_XOR = [0x85];
const I64_SUBTRACT = [0x7d];
const I64_SHIFT_LEFT = [0x86];
const I64_SHIFT_RIGHT_UNSIGNED = [0x88];
const I64_ONE = [0x42, 1];
const I64_32 = [0x42, 32];
const I64_OF_I32 = [0xad];
const I32_OF_I64 = [0xa7];
const LOAD_BYTE = [0x2d, 0, 0];
const loadWord = (offset: number): number[] => [0x28, 0, offset];
const LOAD_TWO_WORDS = [0x29, 0, 0];
const storeWord = (offset: number): number[] => [0x36, 2, ...leb128(offset)];
const VECTOR_LOAD = [VECTOR, 0x00, 0, 0];
const SPLAT_BYTE = [VECTOR, 0x0f];
const EQUAL_BYTES = [VECTOR, 0x23];
const LESS_BYTES_UNSIGNED = [VECTOR, 0x26];
const VECTOR_OR = [VECTOR, 0x50];
const BITMASK = [VECTOR, 0x64];
const VECTOR_BYTES = 16;

const LF = 0x0a;
const CR = 0x0d;
const QUESTION_MARK = 0x3f;
const NUMBER_SIGN = 0x23;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const POINT = 0x2e;
const ZERO = 0x30;
/** The first byte that is no control character. */
const BLANK = 0x20;

/** Where things lie in the module's memory, bytes; numbers of 32 bits each but the texts. */
export interface TextPlaces {
  readonly text: number;
  /** What stands between values, for `match`: of each where it lies, and its length. */
  readonly literals: number;
  /** By cell: where it begins, where it ends, its hash. */
  readonly starts: number;
  readonly ends: number;
  readonly hashes: number;
  /** By line: how many cells there are up to its end. */
  readonly lineCells: number;
  /** By line, of one column's cell: how far it counts as a target, and the hash up to there. */
  readonly targetEnds: number;
  readonly targetHashes: number;
  readonly pages: number;
}

/**
 * The module: `memory`; `cut(until, delimiter, targetColumn)`, which cuts the text up to `until` (the last byte is a line
 * end, sixteen bytes behind it are 0) into cells and lines; and `match(until, values, targetColumn)`, which finds the
 * values in lines that have the literals around them. Both give the number of lines. See `cutPlainly`, `matchPlainly`.
 */
export function assembleText(places: TextPlaces): Uint8Array {
  return assembleModule(places.pages, [
    { type: functionType([I32, I32], [I32]), body: hashBody(), name: null },
    { type: functionType([I32, I32, I32], [I32]), body: cutBody(places), name: "cut" },
    { type: functionType([I32, I32, I32], [I32]), body: matchBody(places), name: "match" },
  ]);
}

const CALL_HASH = [0x10, 0];

/** `hashOfBytes`, of the bytes from the first parameter to the second. */
function hashBody(): number[] {
  const [at, to, even, odd, length, mixed, rest] = [0, 1, 2, 3, 4, 5, 6];
  const addWord = (hash: number, word: readonly number[]): number[] =>
    [
      [localGet(hash), word, I32_XOR, i32Const(HASH_PRIME), I32_MULTIPLY, localTee(mixed)].flat(),
      [localGet(mixed), i32Const(15), I32_SHIFT_RIGHT_UNSIGNED, I32_XOR, localSet(hash)].flat(),
    ].flat();
  const restBits = [localGet(to), localGet(at), I32_SUBTRACT, i32Const(3), I32_SHIFT_LEFT, I64_OF_I32].flat();
  return [
    [2, 4, I32, 1, I64],
    [localGet(to), localGet(at), I32_SUBTRACT, localSet(length)].flat(),
    [i32Const(HASH_SEED), localTee(even), localSet(odd)].flat(),
    BLOCK,
    LOOP,
    [localGet(at), i32Const(8), I32_ADD, localGet(to), I32_GREATER_UNSIGNED, branchIf(1)].flat(),
    addWord(even, [...localGet(at), ...loadWord(0)]),
    addWord(odd, [...localGet(at), ...loadWord(4)]),
    [localGet(at), i32Const(8), I32_ADD, localSet(at), branch(0)].flat(),
    END,
    END,
    // What is behind the end is masked.
    [localGet(at), LOAD_TWO_WORDS, I64_ONE, restBits, I64_SHIFT_LEFT, I64_ONE, I64_SUBTRACT, I64_AND].flat(),
    localSet(rest),
    addWord(even, [...localGet(rest), ...I32_OF_I64]),
    addWord(odd, [localGet(rest), I64_32, I64_SHIFT_RIGHT_UNSIGNED, I32_OF_I64].flat()),
    [localGet(even), localGet(odd), i32Const(HASH_MIX), I32_MULTIPLY, I32_XOR, localTee(mixed)].flat(),
    [localGet(length), I32_XOR, localGet(mixed), i32Const(16), I32_SHIFT_RIGHT_UNSIGNED, I32_XOR].flat(),
    [i32Const(HASH_FINISH), I32_MULTIPLY, localTee(mixed)].flat(),
    [localGet(mixed), i32Const(13), I32_SHIFT_RIGHT_UNSIGNED, I32_XOR].flat(),
    END,
  ].flat();
}

const isByte = (byte: number, value: number): number[] => [localGet(byte), i32Const(value), I32_EQUAL].flat();
const store = (index: number, value: readonly number[], offset: number): number[] =>
  [localGet(index), value, storeWord(offset)].flat();
const hashOf = (from: number, to: number): number[] => [localGet(from), localGet(to), CALL_HASH].flat();
const add = (local: number, value: number): number[] =>
  [localGet(local), i32Const(value), I32_ADD, localSet(local)].flat();
const set = (local: number, from: number): number[] => [localGet(from), localSet(local)].flat();
const byteAt = (local: number): number[] => [localGet(local), LOAD_BYTE].flat();

/** How far the text from `start` to `end` counts as a target, and the hash up to there, by line. */
function storeTarget(
  places: TextPlaces,
  locals: Readonly<Record<"line" | "start" | "end" | "target" | "byte", number>>,
): number[] {
  const { line, start, end, target, byte } = locals;
  return [
    set(target, start),
    BLOCK,
    LOOP,
    [localGet(target), localGet(end), I32_LESS_UNSIGNED, I32_EQUALS_ZERO, branchIf(1)].flat(),
    [byteAt(target), localSet(byte)].flat(),
    add(target, 1),
    [isByte(byte, QUESTION_MARK), isByte(byte, NUMBER_SIGN), I32_OR, branchIf(1), branch(0)].flat(),
    END,
    END,
    store(line, localGet(target), places.targetEnds),
    store(line, hashOf(start, target), places.targetHashes),
  ].flat();
}

function cutBody(places: TextPlaces): number[] {
  const [until, delimiter, targetColumn] = [0, 1, 2];
  const [at, mask, place, start, cell, line, column, end, isLineEnd, target, byte] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
  ];
  const [delimiters, lineEnds, chunk] = [14, 15, 16];
  return [
    [2, 11, I32, 3, V128],
    [localGet(delimiter), SPLAT_BYTE, localSet(delimiters), i32Const(LF), SPLAT_BYTE, localSet(lineEnds)].flat(),
    [i32Const(places.text), localTee(at), localSet(start)].flat(),
    LOOP,
    [localGet(at), VECTOR_LOAD, localTee(chunk), localGet(delimiters), EQUAL_BYTES].flat(),
    [localGet(chunk), localGet(lineEnds), EQUAL_BYTES, VECTOR_OR, BITMASK, localSet(mask)].flat(),
    BLOCK,
    LOOP,
    [localGet(mask), I32_EQUALS_ZERO, branchIf(1)].flat(),
    [localGet(at), localGet(mask), I32_TRAILING_ZEROS, I32_ADD, localSet(place)].flat(),
    [localGet(mask), localGet(mask), i32Const(1), I32_SUBTRACT, I32_AND, localSet(mask)].flat(),
    [localGet(place), LOAD_BYTE, i32Const(LF), I32_EQUAL, localSet(isLineEnd)].flat(),
    // The cell ends before CRLF.
    [localGet(place), i32Const(1), I32_SUBTRACT, LOAD_BYTE, localSet(byte)].flat(),
    [localGet(place), localGet(isLineEnd), localGet(place), localGet(start), I32_GREATER_UNSIGNED, I32_AND].flat(),
    [isByte(byte, CR), I32_AND, I32_SUBTRACT, localSet(end)].flat(),
    store(cell, localGet(start), places.starts),
    store(cell, localGet(end), places.ends),
    store(cell, hashOf(start, end), places.hashes),
    [localGet(column), localGet(targetColumn), I32_EQUAL].flat(),
    IF,
    storeTarget(places, { line, start, end, target, byte }),
    END,
    add(cell, 4),
    add(column, 1),
    [localGet(place), i32Const(1), I32_ADD, localSet(start)].flat(),
    localGet(isLineEnd),
    IF,
    store(line, [localGet(cell), i32Const(2), I32_SHIFT_RIGHT_UNSIGNED].flat(), places.lineCells),
    add(line, 4),
    [i32Const(0), localSet(column)].flat(),
    END,
    branch(0),
    END,
    END,
    add(at, VECTOR_BYTES),
    [localGet(at), localGet(until), I32_LESS_UNSIGNED, branchIf(0)].flat(),
    END,
    [localGet(line), i32Const(2), I32_SHIFT_RIGHT_UNSIGNED].flat(),
    END,
  ].flat();
}

/**
 * Tries every line for the literals with values between them: texts without escapes in quotes, and numbers without a sign
 * and an exponent. Cells of a line: first the line, then its values, where it has them.
 */
function matchBody(places: TextPlaces): number[] {
  const [until, values, targetColumn] = [0, 1, 2];
  const [lineStart, place, literal, length, text, start, end, at, cell, next, line, column, mask, target, byte] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17,
  ];
  const chunk = 18;
  const eight = [localGet(place), LOAD_TWO_WORDS, localGet(text), LOAD_TWO_WORDS].flat();
  const lengthBits = [localGet(length), i32Const(3), I32_SHIFT_LEFT, I64_OF_I32].flat();
  const isEqualTo = (value: number): number[] => [localGet(chunk), i32Const(value), SPLAT_BYTE, EQUAL_BYTES].flat();
  const isControl = [localGet(chunk), i32Const(BLANK), SPLAT_BYTE, LESS_BYTES_UNSIGNED].flat();
  /** Goes on with a local to the first of sixteen bytes and more that one of some tests finds. */
  const search = (local: number, tests: readonly number[]): number[] =>
    [
      LOOP,
      [localGet(local), VECTOR_LOAD, localSet(chunk), tests, BITMASK, localTee(mask), I32_EQUALS_ZERO].flat(),
      IF,
      add(local, VECTOR_BYTES),
      branch(1),
      END,
      END,
      [localGet(local), localGet(mask), I32_TRAILING_ZEROS, I32_ADD, localSet(local)].flat(),
    ].flat();
  const skipDigits = [
    LOOP,
    [byteAt(at), i32Const(ZERO), I32_SUBTRACT, i32Const(10), I32_LESS_UNSIGNED].flat(),
    IF,
    add(at, 1),
    branch(1),
    END,
    END,
  ].flat();
  /** Leaves what is tried: so many blocks around. */
  const failIf = (condition: readonly number[], depth: number): number[] => [...condition, ...branchIf(depth)];
  return [
    [2, 15, I32, 1, V128],
    [i32Const(places.text), localSet(lineStart)].flat(),
    LOOP,
    BLOCK,
    BLOCK,
    set(place, lineStart),
    [i32Const(places.literals), localSet(literal)].flat(),
    [localGet(cell), i32Const(4), I32_ADD, localSet(next)].flat(),
    [i32Const(0), localSet(column)].flat(),
    BLOCK,
    LOOP,
    // The literal, eight bytes at a time, and what is left.
    [localGet(literal), loadWord(0), localSet(text), localGet(literal), loadWord(4), localSet(length)].flat(),
    BLOCK,
    LOOP,
    [localGet(length), i32Const(8), I32_LESS_UNSIGNED, branchIf(1)].flat(),
    failIf([...eight, ...I64_NOT_EQUAL], 4),
    add(place, 8),
    add(text, 8),
    [localGet(length), i32Const(8), I32_SUBTRACT, localSet(length), branch(0)].flat(),
    END,
    END,
    [eight, I64_XOR, I64_ONE, lengthBits, I64_SHIFT_LEFT, I64_ONE, I64_SUBTRACT, I64_AND].flat(),
    failIf([...I64_EQUALS_ZERO, ...I32_EQUALS_ZERO], 2),
    [localGet(place), localGet(length), I32_ADD, localSet(place)].flat(),
    [localGet(column), localGet(values), I32_EQUAL, branchIf(1)].flat(),
    // The value.
    [byteAt(place), i32Const(QUOTE), I32_EQUAL].flat(),
    IF,
    [localGet(place), i32Const(1), I32_ADD, localTee(start), localSet(at)].flat(),
    search(at, [isEqualTo(QUOTE), isEqualTo(BACKSLASH), VECTOR_OR, isControl, VECTOR_OR].flat()),
    failIf([byteAt(at), i32Const(QUOTE), I32_EQUAL, I32_EQUALS_ZERO].flat(), 3),
    set(end, at),
    [localGet(at), i32Const(1), I32_ADD, localSet(place)].flat(),
    ELSE,
    [localGet(place), localTee(start), localSet(at)].flat(),
    skipDigits,
    failIf([localGet(at), localGet(start), I32_EQUAL].flat(), 3),
    [byteAt(start), i32Const(ZERO), I32_EQUAL, localGet(at), localGet(start), I32_SUBTRACT].flat(),
    failIf([i32Const(1), I32_GREATER_UNSIGNED, I32_AND].flat(), 3),
    [byteAt(at), i32Const(POINT), I32_EQUAL].flat(),
    IF,
    add(at, 1),
    set(end, at),
    skipDigits,
    failIf([localGet(at), localGet(end), I32_EQUAL].flat(), 4),
    END,
    set(end, at),
    set(place, at),
    END,
    store(next, localGet(start), places.starts),
    store(next, localGet(end), places.ends),
    store(next, hashOf(start, end), places.hashes),
    [localGet(column), localGet(targetColumn), I32_EQUAL].flat(),
    IF,
    storeTarget(places, { line, start, end, target, byte }),
    END,
    add(next, 4),
    add(column, 1),
    add(literal, 8),
    branch(0),
    END,
    END,
    // The line's end.
    set(end, place),
    [byteAt(place), localTee(byte), i32Const(CR), I32_EQUAL].flat(),
    IF,
    add(place, 1),
    [byteAt(place), localSet(byte)].flat(),
    END,
    failIf([...isByte(byte, LF), ...I32_EQUALS_ZERO], 0),
    branch(1),
    END,
    // Not such a line.
    [localGet(cell), i32Const(4), I32_ADD, localSet(next)].flat(),
    set(place, lineStart),
    search(place, isEqualTo(LF)),
    [localGet(place), localGet(place), i32Const(1), I32_SUBTRACT, LOAD_BYTE, i32Const(CR), I32_EQUAL].flat(),
    [localGet(place), localGet(lineStart), I32_GREATER_UNSIGNED, I32_AND, I32_SUBTRACT, localSet(end)].flat(),
    END,
    store(cell, localGet(lineStart), places.starts),
    store(cell, localGet(end), places.ends),
    store(cell, hashOf(lineStart, end), places.hashes),
    set(cell, next),
    store(line, [localGet(cell), i32Const(2), I32_SHIFT_RIGHT_UNSIGNED].flat(), places.lineCells),
    add(line, 4),
    [localGet(place), i32Const(1), I32_ADD, localTee(lineStart)].flat(),
    [localGet(until), I32_LESS_UNSIGNED, branchIf(0)].flat(),
    END,
    [localGet(line), i32Const(2), I32_SHIFT_RIGHT_UNSIGNED].flat(),
    END,
  ].flat();
}
