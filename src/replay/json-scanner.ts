/**
 * Chosen values of JSON objects on one line each, without making objects of them. The bytes are checked as strictly as
 * `JSON.parse` checks them; whatever is unusual (keys with escapes or given twice, deep nesting, anything that seems to
 * be no JSON) goes through `JSON.parse`, which has the last word. See `json-reference.ts`.
 */
import { skipPlainBytes } from "./byte-hash.ts";
import { isEscape, isHexDigit, isWord, skipBlanks, skipNumber, UNUSUAL } from "./json-grammar.ts";
import {
  createBuckets,
  createNode,
  expectMember,
  findKey,
  forgetNewKeys,
  nodeOf,
  noteUnchosen,
  openContainer,
  startsWith,
  type KeyNode,
  type NewKey,
} from "./json-keys.ts";
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
  /** Whether keys that are not chosen are told from those that were met before; see `watchNewKeys`. */
  watchesNew: boolean;
  /** What is new in the last object; whoever acts on it empties it. */
  readonly newKeys: NewKey[];
  /** How many lines `JSON.parse` had to read meanwhile. */
  readByParse: number;
}

/** Deeper nesting is left to `JSON.parse`. */
const DEPTH_MAX = 64;
/** Lines read by `JSON.parse` of which each is said to be new. */
const READ_BY_PARSE_MAX = 10_000;
/** Stands for the keys of such a line. */
const UNNAMED: NewKey = { node: createNode(Buffer.alloc(0)), bucket: [] };

/**
 * A scanner for paths of keys, such as `["request", "uri"]`. A list stands for its first value. So many `more` paths
 * can be added later.
 */
export function createJsonScanner(paths: readonly (readonly string[])[], more: number = 0): JsonScanner {
  const root = createNode(Buffer.alloc(0));
  root.below = createBuckets();
  paths.forEach((path, index) => (nodeOf(root, path).path = index));
  return {
    ...createJsonValues(paths, more),
    root,
    scans: 0,
    escaped: false,
    watchesNew: false,
    newKeys: [],
    readByParse: 0,
  };
}

/** Chooses another path; its index, or -1 where there is no room. */
export function addPath(scanner: JsonScanner, path: readonly string[]): number {
  const { paths, kinds, root } = scanner;
  if (paths.length >= kinds.length) return -1;
  nodeOf(root, path).path = paths.length;
  return paths.push(path) - 1;
}

/**
 * From here on, `newKeys` is not empty after an object with a key that no object before had, down to `NEW_KEYS_DEPTH`.
 * A line that only `JSON.parse` could read counts as one with such a key.
 */
export function watchNewKeys(scanner: JsonScanner): void {
  scanner.watchesNew = true;
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
  // What is damaged has shown no keys.
  forgetNewKeys(scanner.newKeys);
  const isObject = readByReference(scanner, bytes, from, to);
  if (isObject && scanner.watchesNew && scanner.readByParse++ < READ_BY_PARSE_MAX) scanner.newKeys.push(UNNAMED);
  return isObject;
}

/** Position behind an object, from behind its `{`, in which nothing is chosen. */
function skipObject(scanner: JsonScanner, bytes: Buffer, from: number, to: number, depth: number): number {
  if (depth > DEPTH_MAX) return UNUSUAL;
  let at = skipBlanks(bytes, from, to);
  if (bytes[at] === 0x7d && at < to) return at + 1;
  for (;;) {
    if (at >= to || bytes[at] !== 0x22) return UNUSUAL;
    at = skipString(scanner, bytes, at + 1, to);
    if (at === UNUSUAL) return UNUSUAL;
    at = skipBlanks(bytes, at, to);
    if (at >= to || bytes[at] !== 0x3a) return UNUSUAL;
    at = skipValue(scanner, bytes, skipBlanks(bytes, at + 1, to), to, depth + 1);
    if (at === UNUSUAL) return UNUSUAL;
    at = skipBlanks(bytes, at, to);
    if (at >= to) return UNUSUAL;
    if (bytes[at] === 0x7d) return at + 1;
    if (bytes[at] !== 0x2c) return UNUSUAL;
    at = skipBlanks(bytes, at + 1, to);
  }
}

/**
 * Reads an object in which something is chosen from behind its `{`; position behind `}`. Objects of one log have the
 * same keys in the same order, so what stood before each value in the last object is what is compared with first.
 */
function readObject(
  scanner: JsonScanner,
  node: KeyNode,
  bytes: Buffer,
  from: number,
  to: number,
  depth: number,
): number {
  if (depth > DEPTH_MAX) return UNUSUAL;
  let at = from;
  for (let member = 0; ; member++) {
    const expected = node.expected[member];
    let child: KeyNode | null;
    if (expected !== undefined && startsWith(bytes, at, to, expected.text)) {
      child = expected.child;
      at += expected.text.length;
    } else {
      const before = at;
      at = skipBlanks(bytes, at, to);
      if (at >= to) return UNUSUAL;
      if (bytes[at] === 0x7d) return at + 1;
      if (member > 0) {
        if (bytes[at] !== 0x2c) return UNUSUAL;
        at = skipBlanks(bytes, at + 1, to);
      }
      if (at >= to || bytes[at] !== 0x22) return UNUSUAL;
      const key = at + 1;
      at = skipString(scanner, bytes, key, to);
      if (at === UNUSUAL || scanner.escaped) return UNUSUAL;
      child = findKey(node, bytes, key, at - 1);
      const isNew = child === null && scanner.watchesNew && noteUnchosen(scanner.newKeys, node, bytes, key, at - 1);
      at = skipBlanks(bytes, at, to);
      if (at >= to || bytes[at] !== 0x3a) return UNUSUAL;
      at = skipBlanks(bytes, at + 1, to);
      if (!isNew) expectMember(node, member, bytes, before, at, child);
    }
    if (child === null && scanner.watchesNew && bytes[at] === 0x7b) child = openContainer(node, bytes, at, depth);
    at =
      child === null
        ? skipValue(scanner, bytes, at, to, depth + 1)
        : readValue(scanner, child, bytes, at, to, depth + 1);
    if (at === UNUSUAL) return UNUSUAL;
  }
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
      return skipObject(scanner, bytes, from + 1, to, depth);
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
