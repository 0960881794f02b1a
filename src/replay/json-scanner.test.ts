import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readByReference } from "./json-reference.ts";
import { addPath, createJsonScanner, scanJson, watchNewKeys, type JsonScanner } from "./json-scanner.ts";
import { bytesOf, JSON_NUMBER, JSON_STRING } from "./json-values.ts";

const PATHS = [["ts"], ["status"], ["request"], ["request", "uri"], ["request", "headers", "Agent"], ["a"], ["é"]];
type Read = typeof scanJson;

/** Kinds and texts of all paths; null: no object. Numbers by their value, because they can be written in many ways. */
function valuesOf(read: Read, line: Buffer, scanner: JsonScanner = createJsonScanner(PATHS)): unknown[] | null {
  const padded = Buffer.concat([Buffer.from('{"'), line, Buffer.from('"}')]);
  if (!read(scanner, padded, 2, padded.length - 2)) return null;
  return scanner.paths.map((_, path) => {
    const kind = scanner.kinds[path] ?? 0;
    if (kind !== JSON_NUMBER && kind !== JSON_STRING) return kind;
    const text = bytesOf(scanner, path).toString("utf8", scanner.starts[path], scanner.ends[path]);
    return [kind, kind === JSON_NUMBER ? Number(text) : text];
  });
}

const text = fc.string({
  unit: fc.constantFrom("a", "é", '"', "\\", "\n", "\u0000", "/", "𝒳", " ", "{", "]", ":"),
  maxLength: 6,
});
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie("any"), { maxLength: 3 }), tie("object")),
  object: fc.dictionary(
    fc.oneof(fc.constantFrom("ts", "status", "request", "uri", "headers", "Agent", "a", "é", "__proto__"), text),
    tie("any"),
    { maxKeys: 6 },
  ),
}));
const line = fc
  .tuple(value.object, fc.constantFrom(undefined, 1, "\t"))
  .map(([object, space]) => JSON.stringify(object, null, space).replaceAll("\n", " "));
const damage = fc.array(
  fc.tuple(fc.nat(), fc.constantFrom(...Buffer.from('"\\{}[]:,0-9.eE+u ntf\t'), 0, 13, 195, 255)),
  { maxLength: 3 },
);

describe("the scanner of JSON", () => {
  it("finds what JSON.parse finds, whatever the objects", () => {
    fc.assert(
      fc.property(line, (one) => {
        const bytes = Buffer.from(one);
        const found = valuesOf(scanJson, bytes);
        expect(found).not.toBe(null);
        expect(found).toEqual(valuesOf(readByReference, bytes));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["at once", "one after the other, watching for new keys"])(
    "finds what JSON.parse finds in damaged lines, and nothing where it throws, with one scanner given all paths %s",
    (how) => {
      const isAtOnce = how === "at once";
      const scanner = createJsonScanner(isAtOnce ? PATHS : [], isAtOnce ? 0 : PATHS.length);
      if (!isAtOnce) {
        watchNewKeys(scanner);
        PATHS.forEach((path, i) => expect(addPath(scanner, path)).toBe(i));
        expect(addPath(scanner, ["z"])).toBe(-1);
      }
      let objects = 0;
      fc.assert(
        fc.property(line, damage, fc.nat(300), (one, bytesOfDamage, cut) => {
          const bytes = Buffer.from(one).subarray(0, cut < 200 ? undefined : cut - 200);
          for (const [at, byte] of bytesOfDamage) if (bytes.length > 0) bytes[at % bytes.length] = byte;
          const found = valuesOf(scanJson, bytes, scanner);
          scanner.newKeys.length = 0;
          if (found !== null) objects++;
          expect(found).toEqual(valuesOf(readByReference, bytes));
        }),
        { numRuns: 5_000 },
      );
      expect(objects).toBeGreaterThan(500);
    },
  );

  it("says once of every key that it is new, down to four of them and to 256 in one object", () => {
    const scanner = createJsonScanner([["ts"]], 1);
    watchNewKeys(scanner);
    const newIn = (object: unknown): number => {
      const bytes = Buffer.from(JSON.stringify(object));
      expect(scanJson(scanner, bytes, 0, bytes.length)).toBe(true);
      return scanner.newKeys.splice(0).length;
    };
    expect(newIn({ ts: 1 })).toBe(0);
    expect(newIn({ ts: 1, a: { b: { c: { d: { e: 1 } } } } })).toBe(4);
    expect(newIn({ a: { b: { c: { d: { f: 1 } } } } })).toBe(0);
    expect(newIn({ a: { b: { c: { g: 1 } } }, b: [{ h: 1 }] })).toBe(2);
    expect(newIn({ a: { b: 1 }, b: 1, ts: { x: 1 } })).toBe(0);
    for (let i = 0; i < 254; i++) expect(newIn({ [`k${i}`]: i })).toBe(1);
    expect(newIn({ more: 1 })).toBe(0);
    expect([newIn({ a: { more: 1 } }), newIn({ a: { more: 1 } })]).toEqual([1, 0]);
    expect(addPath(scanner, ["a", "more"])).toBe(1);
    expect(newIn({ a: { more: 1, other: 2 } })).toBe(1);
    expect(scanner.kinds[1]).toBe(JSON_NUMBER);
  });

  it.each([
    ['{"ts":1661140921590857802}', 0, "1661140921590857802"],
    ['{"ts":1.50}', 0, "1.50"],
    ['{"a":"x","ts":["y",["z"]]}', 0, "y"],
    ['{"request":{"uri":"/\\u00e9\\/\\n"}}', 3, "/é/\n"],
    ['{"request":{"headers":{"Agent":["curl\\"",1]}}}', 4, 'curl"'],
    ['{"t\\u0073":7}', 0, "7"],
    ['{"ts":1,"ts":2}', 0, "2"],
    ['{"ts":-0}', 0, "0"],
    ['{"ts":-0.50}', 0, "-0.5"],
    ['{"request":{"uri":"/a"},"request":{"uri":"/b"}}', 3, "/b"],
  ])("takes %s", (one, path, expected) => {
    const scanner = createJsonScanner(PATHS);
    const bytes = Buffer.from(one);
    expect(scanJson(scanner, bytes, 0, bytes.length)).toBe(true);
    expect(bytesOf(scanner, path).toString("utf8", scanner.starts[path], scanner.ends[path])).toBe(expected);
  });

  it.each(["", "[]", "1", '"a"', "null", '{"a":01}', '{"a":1}}', '{"a":1,}', "{a:1}", '{"a":"\t"}', '{"a":"\\x"}'])(
    "finds no object in %j",
    (one) => {
      const bytes = Buffer.from(one);
      expect(scanJson(createJsonScanner(PATHS), bytes, 0, bytes.length)).toBe(false);
    },
  );

  it("looks for nothing where there are no paths, and still tells objects", () => {
    const bytes = Buffer.from('{"a":{"b":1}}x');
    expect(scanJson(createJsonScanner([]), bytes, 0, 13)).toBe(true);
    expect(scanJson(createJsonScanner([]), bytes, 0, 14)).toBe(false);
  });

  it("leaves what is nested deeply to JSON.parse, however deep", () => {
    const bytes = Buffer.from(`{"b":${"[".repeat(30_000)}${"]".repeat(30_000)},"ts":5}`);
    expect(valuesOf(scanJson, bytes)?.[0]).toEqual([JSON_NUMBER, 5]);
    const open = Buffer.from(`{"b":${"[".repeat(60_000)}`);
    expect(valuesOf(scanJson, open)).toBe(null);
  });
});
