/**
 * YAML text as plain values, with the place of every node. YAML 1.2 core schema: no dates, and `yes` is a word.
 * Anchors, aliases and merge keys are allowed; aliases that would blow up are refused.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from "yaml";
import type { Problem, Read } from "../engine/kernel/problem.ts";

/** Keys and indices from the top of a document down to a node. */
export type NodePath = readonly (string | number)[];

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A YAML document as plain values, and where its nodes stand. */
export interface YamlText {
  readonly value: unknown;
  /** Mistakes that leave the rest readable (a key given twice). */
  readonly problems: readonly Problem[];
  /** Where the value at the path stands; where it is missing, the nearest thing above it that is there. */
  readonly placeOfValue: (path: NodePath) => Place;
  /** Where the key at the end of the path stands. */
  readonly placeOfKey: (path: NodePath) => Place;
}

/** Longest document that is read, in characters: far more than any scenario, far less than a log given by mistake. */
const TEXT_LENGTH_MAX = 2_000_000;

/** Reads one YAML document that is a mapping at its top. `what` is what it should be, e.g. `a policy`. */
export function readYaml(text: string, source: string, what: string): Read<YamlText> {
  const whole = (message: string, allowed: string | null = null): Read<YamlText> => ({
    ok: false,
    problems: [{ source, line: 0, column: 0, path: "", message, found: null, allowed, suggestion: null }],
  });
  if (text.length > TEXT_LENGTH_MAX) return whole(`the file is too long to be ${what}`, "at most 2 million characters");
  // No text has NUL; U+FFFD stands where bytes were not UTF-8.
  if (text.includes("\u0000") || text.includes("\uFFFD"))
    return whole(`the file is not text, so it is not ${what}`, "YAML in UTF-8");
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    logLevel: "error",
    stringKeys: true,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problemAt = (offset: number, message: string): Problem => {
    return { source, ...placeAt(offset), path: "", message, found: null, allowed: null, suggestion: null };
  };
  const fatal: Problem[] = [];
  const problems: Problem[] = [];
  for (const error of [...document.errors, ...document.warnings]) {
    if (error.code === "DUPLICATE_KEY")
      problems.push({
        ...problemAt(error.pos[0], "this key is given twice in the same mapping"),
        allowed: "each key once",
      });
    else fatal.push(problemAt(error.pos[0], yamlMessage(error.code, error.message)));
  }
  fatal.push(...unresolvedAliases(document, problemAt));
  if (fatal.length > 0) return { ok: false, problems: inFileOrder([...fatal, ...problems]) };
  const top = document.contents;
  if (top === null || (isScalar(top) && top.value === null)) return whole(`the file is empty, so it is not ${what}`);
  if (!isMap(top)) {
    const found = isSeq(top) ? "a list" : "a single value";
    const problem = problemAt(top.range[0], `${what} is a mapping of keys to values at its top`);
    return { ok: false, problems: [{ ...problem, found }] };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return whole("the aliases of this file multiply into too many values", "at most 100 uses of an alias");
  }
  return {
    ok: true,
    warnings: [],
    value: {
      value,
      problems,
      placeOfValue: (path) => placeAt(offsetOf(document, path, "value")),
      placeOfKey: (path) => placeAt(offsetOf(document, path, "key")),
    },
  };
}

/** Problems of one file in the order of their lines, and of their columns within a line. */
export function inFileOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((one, other) => one.line - other.line || one.column - other.column);
}

function yamlMessage(code: string, message: string): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "a tab is not allowed as indentation in YAML: use spaces";
    case "MULTIPLE_DOCS":
      return "a second document begins here (---): one file holds one document";
    default:
      return `YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
  }
}

function unresolvedAliases(
  document: Document.Parsed,
  problemAt: (offset: number, message: string) => Problem,
): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      problems.push(
        problemAt(alias.range?.[0] ?? 0, `the alias *${alias.source} has no anchor &${alias.source} before it`),
      );
    },
  });
  return problems;
}

function offsetOf(document: Document.Parsed, path: NodePath, end: "key" | "value"): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair = findPair(document, node.items, String(step));
      if (pair === undefined) return offset;
      const key = pair.key as Node;
      const value = pair.value as Node | null;
      // A key with nothing after it has an empty value far behind: the key is the better place to point at.
      const atKey = (end === "key" && depth === path.length - 1) || value === null || isEmpty(value);
      offset = (atKey ? key.range?.[0] : value.range?.[0]) ?? offset;
      node = value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined;
      if (item === undefined) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && (node.source ?? "") === "";
}

/** The pair of a key in a mapping, or in one that it merges in by `<<`. */
function findPair(document: Document.Parsed, pairs: readonly Pair[], name: string): Pair | undefined {
  // From the end: of a key that is given twice, the last value is the one that is read.
  for (const pair of [...pairs].reverse()) {
    if (isScalar(pair.key) && String(pair.key.value) === name && pair.key.source !== "<<") return pair;
  }
  for (const pair of pairs) {
    if (!isScalar(pair.key) || pair.key.source !== "<<") continue;
    const value = isAlias(pair.value) ? pair.value.resolve(document) : pair.value;
    for (const merged of isSeq(value) ? value.items : [value]) {
      const map = isAlias(merged) ? merged.resolve(document) : merged;
      const found = isMap(map) ? findPair(document, map.items, name) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
