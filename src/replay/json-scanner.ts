/**
 * Chosen values of JSON objects on one line each, without making objects of them. The bytes are checked as strictly as
 * `JSON.parse` checks them; whatever is unusual (keys with escapes or given twice, deep nesting, anything that seems to
 * be no JSON) goes through `JSON.parse`, which has the last word. See `json-reference.ts`.
 */
import { skipPlainBytes } from "./byte-hash.ts";
import { readByReference } from "./json-reference.ts";
import {
  createJsonValues,
  JSON_ABSENT,
  JSON_BOOLEAN,
  JSON_NESTED,
  JSON_NULL,
  JSON_NUMBER,
  JSON_STRING,
  spillValue,
  type JsonValues,
} from "./json-values.ts";

/** A scanner for some keys, and what it found in the last object. */
export interface JsonScanner extends JsonValues {
  readonly root: KeyNode;
  /** Counts the objects, so that a container that is met twice in one of them is noticed. */
  scans: number;
  /** Whether the string that was skipped last has an escape. */
  escaped: boolean;
}

interface KeyNode {
  readonly key: Buffer;
  /** Index of the path that ends here, or -1. */
  path: number;
  /** The keys below, by their length modulo `BUCKETS`; null: none. */
  below: KeyNode[][] | null;
  /** The scan in which it was met last. */
  scan: number;
}

const BUCKETS = 32;
/** Deeper nesting is left to `JSON.parse`. */
const DEPTH_MAX = 64;
const UNUSUAL = -1;

/** A scanner for paths of keys, such as `["request", "uri"]`. A list stands for its first value. */
export function createJsonScanner(paths: readonly (readonly string[])[]): JsonScanner {
  const root: KeyNode = { key: Buffer.alloc(0), path: -1, below: null, scan: 0 };
  paths.forEach((path, index) => {
    let node = root;
    for (const name of path) node = childOf(node, Buffer.from(name));
    node.path = index;
  });
  return {
    ...createJsonValues(paths),
    root,
    scans: 0,
    escaped: false,
  };
}

/** Looks for the chosen keys in the line `[from, to)`; false: it is no JSON object. */
export function scanJson(scanner: JsonScanner, bytes: Buffer, from: number, to: number): boolean {
  scanner.kinds.fill(JSON_ABSENT);
  scanner.line = bytes;
  scanner.spillUsed = 0;
  scanner.scans++;
  let at = skipBlanks(bytes, from, to);
  if (at < to && bytes[at] === 0x7b) {
    at = readObject(scanner, scanner.root, bytes, at + 1, to, 0);
    if (at !== UNUSUAL && skipBlanks(bytes, at, to) === to) return true;
  }
  return readByReference(scanner, bytes, from, to);
}

function childOf(node: KeyNode, key: Buffer): KeyNode {
  node.below ??= Array.from({ length: BUCKETS }, () => []);
  const bucket = node.below[key.length % BUCKETS] as KeyNode[];
  const known = bucket.find((one) => one.key.equals(key));
  if (known !== undefined) return known;
  const child: KeyNode = { key, path: -1, below: null, scan: 0 };
  bucket.push(child);
  return child;
}

/** Reads an object from behind its `{`; `node` is null where nothing below is chosen. Position behind `}`. */
function readObject(
  scanner: JsonScanner,
  node: KeyNode | null,
  bytes: Buffer,
  from: number,
  to: number,
  depth: number,
): number {
  if (depth > DEPTH_MAX) return UNUSUAL;
  let at = skipBlanks(bytes, from, to);
  if (bytes[at] === 0x7d && at < to) return at + 1;
  for (;;) {
    if (at >= to || bytes[at] !== 0x22) return UNUSUAL;
    const key = at + 1;
    at = skipString(scanner, bytes, key, to);
    if (at === UNUSUAL) return UNUSUAL;
    let child: KeyNode | null = null;
    if (node !== null) {
      if (scanner.escaped) return UNUSUAL;
      child = findKey(node, bytes, key, at - 1);
    }
    at = skipBlanks(bytes, at, to);
    if (at >= to || bytes[at] !== 0x3a) return UNUSUAL;
    at = skipBlanks(bytes, at + 1, to);
    at =
      child === null
        ? skipValue(scanner, bytes, at, to, depth + 1)
        : readValue(scanner, child, bytes, at, to, depth + 1);
    if (at === UNUSUAL) return UNUSUAL;
    at = skipBlanks(bytes, at, to);
    if (at >= to) return UNUSUAL;
    const next = bytes[at];
    if (next === 0x7d) return at + 1;
    if (next !== 0x2c) return UNUSUAL;
    at = skipBlanks(bytes, at + 1, to);
  }
}

function findKey(node: KeyNode, bytes: Buffer, from: number, to: number): KeyNode | null {
  const length = to - from;
  const bucket = (node.below as KeyNode[][])[length % BUCKETS] as KeyNode[];
  for (let i = 0; i < bucket.length; i++) {
    const child = bucket[i] as KeyNode;
    const key = child.key;
    if (key.length !== length) continue;
    let same = 0;
    while (same < length && key[same] === bytes[from + same]) same++;
    if (same === length) return child;
  }
  return null;
}

/** Reads the value of a chosen key, or of one with chosen keys below. */
function readValue(
  scanner: JsonScanner,
  node: KeyNode,
  bytes: Buffer,
  from: number,
  to: number,
  depth: number,
): number {
  if (node.scan === scanner.scans) return UNUSUAL;
  node.scan = scanner.scans;
  const isObject = from < to && bytes[from] === 0x7b;
  if (node.below !== null && isObject) {
    if (node.path !== -1) scanner.kinds[node.path] = JSON_NESTED;
    return readObject(scanner, node, bytes, from + 1, to, depth);
  }
  return node.path === -1
    ? skipValue(scanner, bytes, from, to, depth)
    : takeValue(scanner, node.path, bytes, from, to, depth);
}

/** Notes a value; of a list, its first. */
function takeValue(scanner: JsonScanner, path: number, bytes: Buffer, from: number, to: number, depth: number): number {
  const first = bytes[from];
  const end = skipValue(scanner, bytes, from, to, depth);
  if (end === UNUSUAL) return UNUSUAL;
  scanner.starts[path] = from;
  scanner.ends[path] = end;
  scanner.spilled[path] = 0;
  switch (first as number) {
    case 0x22:
      // The list's other values, or none, come in between otherwise: `escaped` is of the string itself.
      if (scanner.escaped) {
        spillValue(scanner, path, JSON_STRING, JSON.parse(bytes.toString("utf8", from, end)) as string);
        return end;
      }
      scanner.kinds[path] = JSON_STRING;
      scanner.starts[path] = from + 1;
      scanner.ends[path] = end - 1;
      return end;
    case 0x5b:
      return takeFirst(scanner, path, bytes, from, to, depth, end);
    case 0x7b:
      scanner.kinds[path] = JSON_NESTED;
      return end;
    case 0x74:
    case 0x66:
      scanner.kinds[path] = JSON_BOOLEAN;
      return end;
    case 0x6e:
      scanner.kinds[path] = JSON_NULL;
      return end;
    default:
      scanner.kinds[path] = JSON_NUMBER;
      return end;
  }
}

/** Notes the first value of a list that is known to be well-formed up to `end`. */
function takeFirst(
  scanner: JsonScanner,
  path: number,
  bytes: Buffer,
  from: number,
  to: number,
  depth: number,
  end: number,
): number {
  const at = skipBlanks(bytes, from + 1, to);
  if (bytes[at] === 0x5d || bytes[at] === 0x5b) scanner.kinds[path] = JSON_NESTED;
  else takeValue(scanner, path, bytes, at, to, depth + 1);
  return end;
}

/** Position behind any value. */
function skipValue(scanner: JsonScanner, bytes: Buffer, from: number, to: number, depth: number): number {
  if (from >= to) return UNUSUAL;
  switch (bytes[from] as number) {
    case 0x22:
      return skipString(scanner, bytes, from + 1, to);
    case 0x7b:
      return readObject(scanner, null, bytes, from + 1, to, depth);
    case 0x5b:
      return skipList(scanner, bytes, from + 1, to, depth);
    case 0x74:
      return isWord(bytes, from, to, "true") ? from + 4 : UNUSUAL;
    case 0x66:
      return isWord(bytes, from, to, "false") ? from + 5 : UNUSUAL;
    case 0x6e:
      return isWord(bytes, from, to, "null") ? from + 4 : UNUSUAL;
    default:
      return skipNumber(bytes, from, to);
  }
}

function skipList(scanner: JsonScanner, bytes: Buffer, from: number, to: number, depth: number): number {
  if (depth > DEPTH_MAX) return UNUSUAL;
  let at = skipBlanks(bytes, from, to);
  if (at < to && bytes[at] === 0x5d) return at + 1;
  for (;;) {
    at = skipValue(scanner, bytes, at, to, depth + 1);
    if (at === UNUSUAL) return UNUSUAL;
    at = skipBlanks(bytes, at, to);
    if (at >= to) return UNUSUAL;
    if (bytes[at] === 0x5d) return at + 1;
    if (bytes[at] !== 0x2c) return UNUSUAL;
    at = skipBlanks(bytes, at + 1, to);
  }
}

/** Position behind the quote that closes a string, from behind the one that opens it. */
function skipString(scanner: JsonScanner, bytes: Buffer, from: number, to: number): number {
  scanner.escaped = false;
  for (let at = skipPlainBytes(bytes, from, to); at < to; at = skipPlainBytes(bytes, at + 1, to)) {
    const byte = bytes[at] as number;
    if (byte === 0x22) return at + 1;
    if (byte !== 0x5c) return UNUSUAL;
    scanner.escaped = true;
    at++;
    const escape = at < to ? (bytes[at] as number) : 0;
    if (escape === 0x75) {
      for (let i = 1; i <= 4; i++) if (at + i >= to || !isHexDigit(bytes[at + i] as number)) return UNUSUAL;
      at += 4;
    } else if (!isEscape(escape)) return UNUSUAL;
  }
  return UNUSUAL;
}

function skipNumber(bytes: Buffer, from: number, to: number): number {
  let at = from;
  if (bytes[at] === 0x2d) at++;
  if (at >= to) return UNUSUAL;
  if (bytes[at] === 0x30) {
    // JavaScript has a negative zero, and writes it without its sign.
    if (at > from) return UNUSUAL;
    at++;
  } else {
    const whole = skipDigits(bytes, at, to);
    if (whole === at) return UNUSUAL;
    at = whole;
  }
  if (at < to && bytes[at] === 0x2e) {
    const fraction = skipDigits(bytes, at + 1, to);
    if (fraction === at + 1) return UNUSUAL;
    at = fraction;
  }
  if (at < to && ((bytes[at] as number) | 0x20) === 0x65) {
    at++;
    if (at < to && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    const exponent = skipDigits(bytes, at, to);
    if (exponent === at) return UNUSUAL;
    at = exponent;
  }
  return at;
}

function skipDigits(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
  return at;
}

function skipBlanks(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(bytes[at] as number)) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function isWord(bytes: Buffer, from: number, to: number, word: string): boolean {
  if (to - from < word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word.charCodeAt(i)) return false;
  return true;
}

function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}

/** `"`, `\`, `/`, `b`, `f`, `n`, `r`, `t`. */
function isEscape(byte: number): boolean {
  switch (byte) {
    case 0x22:
    case 0x5c:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    default:
      return false;
  }
}
