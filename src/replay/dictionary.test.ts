import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createDictionary,
  findHashed,
  indexOf,
  indexOfBytes,
  indexOfHashed,
  indexOfJoined,
  OTHER,
} from "./dictionary.ts";

describe("a dictionary", () => {
  it("numbers texts in order of first appearance, like a map", () => {
    const texts = fc.array(
      fc.uint8Array({ maxLength: 12 }).map((bytes) => bytes.map((byte) => byte & 3)),
      {
        maxLength: 4_000,
      },
    );
    fc.assert(
      fc.property(texts, (all) => {
        const dictionary = createDictionary();
        const known = new Map<string, number>();
        for (const bytes of all) {
          const text = Buffer.from(bytes).toString("latin1");
          if (!known.has(text)) known.set(text, known.size);
          const padded = Buffer.from(`<${text}>`, "latin1");
          expect(indexOfBytes(dictionary, padded, 1, padded.length - 1)).toBe(known.get(text));
          expect(indexOf(dictionary, text)).toBe(known.get(text));
        }
        expect(dictionary.names).toEqual([...known.keys()]);
      }),
      { numRuns: 30 },
    );
  });

  it("tells texts of one hash by their lengths and their bytes", () => {
    const dictionary = createDictionary();
    const texts = ["abcdefgh", "abcdefghi", "abcdefg", "abcdefgx", "", "a"].map((text) => Buffer.from(text));
    const take = (text: Buffer): number => indexOfHashed(dictionary, text, 0, text.length, 7);
    expect(texts.map(take)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(texts.map(take)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(texts.map((text) => findHashed(dictionary, text, 0, text.length, 7))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(findHashed(dictionary, Buffer.from("abcde"), 0, 5, 7)).toBe(-1);
  });

  it("finds joined texts as it finds the text that they make", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 6 });
    const dictionary = createDictionary();
    fc.assert(
      fc.property(text, text, fc.boolean(), (a, b, joinedFirst) => {
        const [bytesA, bytesB] = [Buffer.from(`x${a}x`), Buffer.from(`yy${b}y`)];
        const joined = (): number =>
          indexOfJoined(dictionary, bytesA, 1, bytesA.length - 1, bytesB, 2, bytesB.length - 1);
        const first = joinedFirst ? joined() : indexOf(dictionary, `${a} ${b}`);
        expect([joined(), indexOf(dictionary, `${a} ${b}`)]).toEqual([first, first]);
        expect(dictionary.names[first]).toBe(`${a} ${b}`);
        expect(dictionary.names[indexOf(dictionary, a)]).toBe(a);
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps many, and texts that are longer than a page", () => {
    const dictionary = createDictionary();
    const long = "y".repeat(3_000_000);
    for (let i = 0; i < 200_000; i++) indexOf(dictionary, `user-${i}`);
    expect(indexOf(dictionary, long)).toBe(200_000);
    for (let i = 0; i < 200_000; i += 777) expect(indexOf(dictionary, `user-${i}`)).toBe(i);
    expect(indexOf(dictionary, long)).toBe(200_000);
  });

  it("names texts that are no UTF-8 so that no two have one name, and the characters between as they are", () => {
    const dictionary = createDictionary();
    const texts = ["\xe9", "\xe8", "a\xc3\xa9\xffb", "\xe2\x82", "\xe2\x82\xac", "\xf0\x9f\x98", "\xef\xbf\xbd"];
    for (const text of texts) indexOf(dictionary, text);
    expect(dictionary.names).toEqual(["\\xE9", "\\xE8", "aé\\xFFb", "\\xE2\\x82", "€", "\\xF0\\x9F\\x98", "\uFFFD"]);
    const bytes = fc.uint8Array({ maxLength: 6 }).filter((all) => !all.includes(0x5c));
    fc.assert(
      fc.property(fc.uniqueArray(bytes, { selector: (all) => all.join(), maxLength: 200, size: "max" }), (all) => {
        const known = createDictionary();
        for (const one of all) indexOfBytes(known, Buffer.from(one), 0, one.length);
        expect(new Set(known.names).size).toBe(all.length);
      }),
    );
  });

  it("decodes names as UTF-8, and puts what has no room under one name", () => {
    const dictionary = createDictionary(3);
    const text = Buffer.from("Zoë").toString("latin1");
    expect([text, "b", "c", "d", text].map((one) => indexOf(dictionary, one))).toEqual([0, 1, 2, 2, 0]);
    expect(dictionary.names).toEqual(["Zoë", "b", OTHER]);
  });
});
