/**
 * Keys of JSON objects, for `json-scanner.ts`: the tree of those that are looked for, what stood before each value in
 * the last object, and which others were met.
 */

/** A key that was not met before: the object in which it stands, and where it is kept. */
export interface NewKey {
  readonly node: KeyNode;
  readonly bucket: Buffer[];
}

/** A key, where it is in the tree of those that are looked for. */
export interface KeyNode {
  readonly key: Buffer;
  /** Index of the path that ends here, or -1. */
  path: number;
  /** The keys below, by their length modulo `BUCKETS`; null: none. */
  below: KeyNode[][] | null;
  /** The scan in which it was met last. */
  scan: number;
  /** By member of the last object: what stood before its value, from the value before on, and the key's node. */
  readonly expected: { readonly text: Buffer; readonly child: KeyNode | null }[];
  /** How often something else stood there. */
  unexpected: number;
  /** Keys that were met and are not chosen, by their length as well, and how many; where they are watched. */
  unchosen: Buffer[][] | null;
  unchosenCount: number;
  /** How many objects in it are looked into only because new keys are watched for. */
  containers: number;
}

const BUCKETS = 32;
/** Members of an object that are expected, how long what stands before their values may be, and how often it may be new. */
const EXPECTED_MAX = 64;
const EXPECTED_BYTES_MAX = 80;
const UNEXPECTED_MAX = 10_000;
/** How many keys a path has at most whose last one is watched for. */
export const NEW_KEYS_DEPTH = 4;
/** Keys of one object that are told apart where new ones are watched for: ids as keys would have no end. */
const UNCHOSEN_MAX = 256;

/** A node without anything below it. */
export function createNode(key: Buffer): KeyNode {
  return {
    key,
    path: -1,
    below: null,
    scan: 0,
    expected: [],
    unexpected: 0,
    unchosen: null,
    unchosenCount: 0,
    containers: 0,
  };
}

/** The node of a path, made where it is missing: what was expected in the objects around it is forgotten. */
export function nodeOf(root: KeyNode, path: readonly string[]): KeyNode {
  let node = root;
  for (const name of path) {
    node.expected.length = 0;
    node = childOf(node, Buffer.from(name));
  }
  return node;
}

/** No keys by their length. */
export function createBuckets(): KeyNode[][] {
  return Array.from({ length: BUCKETS }, () => []);
}

function childOf(node: KeyNode, key: Buffer): KeyNode {
  node.below ??= createBuckets();
  const bucket = node.below[key.length % BUCKETS] as KeyNode[];
  const known = bucket.find((one) => one.key.equals(key));
  if (known !== undefined) return known;
  const child = createNode(key);
  bucket.push(child);
  return child;
}

/** The node of a key with an object, whose value begins at `at`, so that it is looked into; null: there is no room. */
export function openContainer(node: KeyNode, bytes: Buffer, at: number, depth: number): KeyNode | null {
  if (depth + 1 >= NEW_KEYS_DEPTH || node.containers >= UNCHOSEN_MAX) return null;
  node.containers++;
  node.expected.length = 0;
  const end = bytes.lastIndexOf(0x22, at);
  const key = Buffer.from(bytes.subarray(bytes.lastIndexOf(0x22, end - 1) + 1, end));
  const child = childOf(node, key);
  child.below ??= createBuckets();
  return child;
}

/** Whether a key that is not chosen was never met in this object before; it is kept then, as long as there is room. */
export function noteUnchosen(newKeys: NewKey[], node: KeyNode, bytes: Buffer, from: number, to: number): boolean {
  if (node.unchosenCount >= UNCHOSEN_MAX) return false;
  node.unchosen ??= Array.from({ length: BUCKETS }, () => []);
  const bucket = node.unchosen[(to - from) % BUCKETS] as Buffer[];
  for (let i = 0; i < bucket.length; i++) {
    const known = bucket[i] as Buffer;
    if (known.length === to - from && startsWith(bytes, from, to, known)) return false;
  }
  bucket.push(Buffer.from(bytes.subarray(from, to)));
  node.unchosenCount++;
  newKeys.push({ node, bucket });
  return true;
}

/** Makes new keys unknown again. */
export function forgetNewKeys(newKeys: NewKey[]): void {
  for (const { node, bucket } of newKeys) {
    bucket.pop();
    node.unchosenCount--;
  }
  newKeys.length = 0;
}

/** Remembers what stood before the value of a member; where objects differ all the time, no longer. */
export function expectMember(
  node: KeyNode,
  member: number,
  bytes: Buffer,
  from: number,
  to: number,
  child: KeyNode | null,
): void {
  if (member >= EXPECTED_MAX || to - from > EXPECTED_BYTES_MAX || node.unexpected >= UNEXPECTED_MAX) return;
  node.unexpected++;
  node.expected[member] = { text: Buffer.from(bytes.subarray(from, to)), child };
}

/** Whether the bytes `[from, to)` begin with a text. */
export function startsWith(bytes: Buffer, from: number, to: number, text: Buffer): boolean {
  const length = text.length;
  if (from + length > to) return false;
  for (let i = 0; i < length; i++) if (bytes[from + i] !== text[i]) return false;
  return true;
}

/** The node below another one whose key is the bytes `[from, to)`, or null. */
export function findKey(node: KeyNode, bytes: Buffer, from: number, to: number): KeyNode | null {
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
