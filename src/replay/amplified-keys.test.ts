import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashKey } from "../engine/flags/bucketing.ts";
import { amplifiedKey, hashAmplifiedKeys } from "./amplified-keys.ts";

describe("hashAmplifiedKeys", () => {
  it("hashes key, key#1, key#2, … as the strings would be", () => {
    const key = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ minLength: 1_300, maxLength: 1_500 }));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 5 }), fc.integer({ min: 1, max: 120 }), (keys, amplify) => {
        const expected = keys.flatMap((text) =>
          Array.from({ length: amplify }, (_, clone) => hashKey(clone === 0 ? text : `${text}#${clone}`)),
        );
        expect([...hashAmplifiedKeys(keys, amplify)]).toEqual(expected);
        expect(expected.map((_, index) => hashKey(amplifiedKey(keys, amplify, index)))).toEqual(expected);
      }),
    );
  });
});
