/**
 * The WebAssembly module that looks at text sixteen bytes at a time: where cells end, and what `hashOfBytes` makes of each.
 * Where such a module does not run, `text-machine.ts` does the same in plain loops.
 */
import {
  assembleModule,
  BLOCK,
  branch,
  branchIf,
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
const I64_AND = [0x83];
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
const VECTOR_OR = [VECTOR, 0x50];
const BITMASK = [VECTOR, 0x64];
const VECTOR_BYTES = 16;

const LF = 0x0a;
const CR = 0x0d;
const QUESTION_MARK = 0x3f;
const NUMBER_SIGN = 0x23;

/** Where things lie in the module's memory, bytes; numbers of 32 bits each but the text. */
export interface TextPlaces {
  readonly text: number;
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
 * The module: `memory`, and `cut(until, delimiter, targetColumn)`, which cuts the text up to `until` (the last byte is a
 * line end, sixteen bytes behind it are 0) into cells and lines; the number of lines. See `cutPlainly`.
 */
export function assembleText(places: TextPlaces): Uint8Array {
  return assembleModule(places.pages, [
    { type: functionType([I32, I32], [I32]), body: hashBody(), name: null },
    { type: functionType([I32, I32, I32], [I32]), body: cutBody(places), name: "cut" },
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

function cutBody(places: TextPlaces): number[] {
  const [until, delimiter, targetColumn] = [0, 1, 2];
  const [at, mask, place, start, cell, line, column, end, isLineEnd, target, byte] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
  ];
  const [delimiters, lineEnds, chunk] = [14, 15, 16];
  const isByte = (value: number): number[] => [localGet(byte), i32Const(value), I32_EQUAL].flat();
  const store = (index: number, value: readonly number[], offset: number): number[] =>
    [localGet(index), value, storeWord(offset)].flat();
  const hashUntil = (to: number): number[] => [localGet(start), localGet(to), CALL_HASH].flat();
  const add = (local: number, value: number): number[] =>
    [localGet(local), i32Const(value), I32_ADD, localSet(local)].flat();
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
    [isByte(CR), I32_AND, I32_SUBTRACT, localSet(end)].flat(),
    store(cell, localGet(start), places.starts),
    store(cell, localGet(end), places.ends),
    store(cell, hashUntil(end), places.hashes),
    [localGet(column), localGet(targetColumn), I32_EQUAL].flat(),
    IF,
    [localGet(start), localSet(target)].flat(),
    BLOCK,
    LOOP,
    [localGet(target), localGet(end), I32_LESS_UNSIGNED, I32_EQUALS_ZERO, branchIf(1)].flat(),
    [localGet(target), LOAD_BYTE, localSet(byte)].flat(),
    add(target, 1),
    [isByte(QUESTION_MARK), isByte(NUMBER_SIGN), I32_OR, branchIf(1), branch(0)].flat(),
    END,
    END,
    store(line, localGet(target), places.targetEnds),
    store(line, hashUntil(target), places.targetHashes),
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
