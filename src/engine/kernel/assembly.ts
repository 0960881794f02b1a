/**
 * What modules of WebAssembly are put together from. They are put together here, as that is shorter than any compiler for
 * a few loops; the numbers are those of the WebAssembly core specification, version 2 (binary format, and its vector
 * instructions).
 */

/** What this module needs of WebAssembly, which has no types of its own here. */
declare const WebAssembly:
  | {
      readonly validate: (bytes: Uint8Array) => boolean;
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: unknown };
    }
  | undefined;

const MAGIC_AND_VERSION = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** Types of values. */
export const I32 = 0x7f;
/** Numbers of 64 bits. */
export const I64 = 0x7e;
/** Doubles. */
export const F64 = 0x7c;
/** Vectors of 128 bits. */
export const V128 = 0x7b;

/** Prefix of vector instructions. */
export const VECTOR = 0xfd;

/** Begins a loop; a branch to it begins it again. */
export const LOOP = [0x03, 0x40];
/** Begins a block; a branch to it leaves it. */
export const BLOCK = [0x02, 0x40];
/** Begins what is done where the number on the stack is not 0. */
export const IF = [0x04, 0x40];
/** Begins what is done otherwise. */
export const ELSE = [0x05];
/** Ends a loop, a block, what is done if, or a function. */
export const END = [0x0b];
/** Sum of two whole numbers. */
export const I32_ADD = [0x6a];

/** Branches to the so-manieth block or loop around, from 0. */
export function branch(depth: number): number[] {
  return [0x0c, depth];
}

/** The same where the number on the stack is not 0. */
export function branchIf(depth: number): number[] {
  return [0x0d, depth];
}

/** Puts a local variable on the stack. */
export function localGet(local: number): number[] {
  return [0x20, local];
}

/** Takes a local variable's value off the stack. */
export function localSet(local: number): number[] {
  return [0x21, local];
}

/** Sets a local variable to what stays on the stack. */
export function localTee(local: number): number[] {
  return [0x22, local];
}

/** Puts a whole number on the stack. */
export function i32Const(value: number): number[] {
  return [0x41, ...signedLeb128(value)];
}

/** A whole number without a sign, as modules have it. */
export function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}

/** One function of a module. */
export interface AssembledFunction {
  /** As `functionType` gives it. */
  readonly type: readonly number[];
  /** Its local variables and instructions, with the last `END`. */
  readonly body: readonly number[];
  /** Under which it is known outside; null: it is not. */
  readonly name: string | null;
}

/** The type of a function, by the types of its parameters and results. */
export function functionType(parameters: readonly number[], results: readonly number[]): number[] {
  return [0x60, parameters.length, ...parameters, results.length, ...results];
}

/** A module of functions, by their position, and of one memory (`memory`) of so many pages of 64 KiB. */
export function assembleModule(pages: number, functions: readonly AssembledFunction[]): Uint8Array {
  const exported = functions.flatMap(({ name }, index) => (name === null ? [] : [exportOf(name, 0, index)]));
  exported.push(exportOf("memory", 2, 0));
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, [functions.length, ...functions.flatMap(({ type }) => type)]),
    ...section(3, [functions.length, ...functions.keys()]),
    ...section(5, [1, 0, ...leb128(pages)]),
    ...section(7, [exported.length, ...exported.flat()]),
    ...section(10, [functions.length, ...functions.flatMap(({ body }) => [...leb128(body.length), ...body])]),
  ]);
}

/** The exports of a module, made to run; null where the machine has no vectors, or no WebAssembly at all. */
export function startModule(bytes: Uint8Array): unknown {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(bytes)) return null;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...leb128(content.length), ...content];
}

function exportOf(text: string, kind: number, index: number): number[] {
  return [text.length, ...Array.from(text, (character) => character.charCodeAt(0)), kind, index];
}

function signedLeb128(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
  return isLast ? [low] : [low | 0x80, ...signedLeb128(rest)];
}
