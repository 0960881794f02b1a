import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDigest, digestEvent, digestHex, digestNumber, digestText } from "./digest.ts";
import type { Digest } from "./digest.ts";
import { draw32 } from "./random.ts";

function hexOf(...values: readonly (number | string)[]): string {
  const digest = createDigest();
  for (const value of values) {
    if (typeof value === "number") digestNumber(digest, value);
    else digestText(digest, value);
  }
  return digestHex(digest);
}

function bitsApart(a: string, b: string): number {
  let apart = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let count = 0;
  for (; apart > 0n; apart >>= 1n) count += Number(apart & 1n);
  return count;
}

describe("digest", () => {
  it("is 16 hexadecimal digits, and reading it changes nothing", () => {
    const digest = createDigest();
    expect(digestHex(digest)).toMatch(/^[0-9a-f]{16}$/);
    expect(digestHex(digest)).toBe(digestHex(digest));
    expect(digest).toEqual(createDigest());
  });

  it("stays what it was in earlier versions", () => {
    expect([hexOf(), hexOf(1, 2, 3), hexOf("phase.advanced", 0.1, -1)]).toMatchInlineSnapshot(`
      [
        "37abd9b8def5262e",
        "b6abb975159946ab",
        "b414099adeb398f8",
      ]
    `);
  });

  it("tells sequences of values apart", () => {
    const value = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.string());
    const canonical = (values: readonly (number | string)[]): string =>
      JSON.stringify(values.map((v) => (typeof v === "number" ? String(v) : { text: v })));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), fc.array(value, { maxLength: 5 }), (left, right) => {
        expect(hexOf(...left) === hexOf(...right)).toBe(canonical(left) === canonical(right));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [
      [1, 2],
      [2, 1],
    ],
    [[0], []],
    [[0], [0, 0]],
    [
      ["a", "bc"],
      ["ab", "c"],
    ],
    [[""], []],
    [["a"], ["a\0"]],
    [[1], [1 + 2 ** 32]],
    [[1], [1 + 2 ** 52]],
    [[-1], [4_294_967_295]],
    [[0.1], [0.1 + 2 ** -56]],
    [[Infinity], [-Infinity]],
    [[Number.NaN], [0]],
    [[5e-324], [1]],
    [[1], ["1"]],
  ])("tells %j from %j", (left, right) => {
    expect(hexOf(...left)).not.toBe(hexOf(...right));
  });

  it("takes 0 and -0 for the same number, and all NaN for one", () => {
    expect(hexOf(-0)).toBe(hexOf(0));
    const [odd] = new Float64Array(new BigInt64Array([0x7ff8_0000_dead_beefn]).buffer);
    expect(hexOf(odd!)).toBe(hexOf(Number.NaN));
  });

  it("changes half of its bits for one bit of input, whichever it is", () => {
    const changes = new Float64Array(64);
    const trials = 400;
    for (let bit = 0; bit < 52; bit += 1) {
      let total = 0;
      for (let trial = 0; trial < trials; trial += 1) {
        const value = draw32(1, 2, trial) * 2 ** 20 + (draw32(3, 4, trial) % 2 ** 20);
        const flipped = Math.floor(value / 2 ** bit) % 2 === 0 ? value + 2 ** bit : value - 2 ** bit;
        const before = hexOf(trial, value, 7);
        const after = hexOf(trial, flipped, 7);
        total += bitsApart(before, after);
        const apart = BigInt(`0x${before}`) ^ BigInt(`0x${after}`);
        for (let at = 0; at < 64; at += 1) changes[at]! += Number((apart >> BigInt(at)) & 1n);
      }
      // 32 of 64 on average; the mean of 400 trials has a standard deviation of 0.2.
      expect(Math.abs(total / trials - 32)).toBeLessThan(1);
    }
    for (const count of changes) expect(Math.abs(count / (52 * trials) - 0.5)).toBeLessThan(0.02);
  });

  it("tells events apart, also those that differ in two places at once", () => {
    const event = fc.tuple(fc.maxSafeNat(), fc.nat(9), fc.maxSafeInteger(), fc.oneof(fc.integer(), fc.double()));
    const hexOfEvent = (values: readonly [number, number, number, number]): string => {
      const digest = createDigest();
      const [atUs, kind, a, b] = values;
      digestEvent(digest, { atUs, kind, a, b });
      return digestHex(digest);
    };
    fc.assert(
      fc.property(event, event, (left, right) => {
        fc.pre(left.some((value, index) => !Object.is(value + 0, right[index]! + 0)));
        expect(hexOfEvent(left)).not.toBe(hexOfEvent(right));
      }),
      { numRuns: 2_000 },
    );
    const seen = new Set<string>();
    for (let a = -50; a < 50; a += 1) {
      for (let b = -50; b < 50; b += 1) {
        seen.add(hexOfEvent([10, 1, a, b]));
        seen.add(hexOfEvent([a + 50, b + 50, 0, 0.5]));
        seen.add(hexOfEvent([a + 50, b + 50, 1_000, 7]));
      }
    }
    expect(seen.size).toBe(30_000);
  });

  it("has no equal digests among many short sequences", () => {
    const seen = new Set<string>();
    for (let x = 0; x < 200; x += 1) {
      for (let y = 0; y < 200; y += 1) seen.add(hexOf(x, y * 1_000_003));
    }
    expect(seen.size).toBe(40_000);
  });

  it("never lets two states become one by mixing in the same values", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer(), fc.integer(), fc.maxSafeInteger(), (a, b, c, d, value) => {
        fc.pre(a !== c || b !== d);
        const left: Digest = { a, b };
        const right: Digest = { a: c, b: d };
        digestNumber(left, value);
        digestNumber(right, value);
        expect(left).not.toEqual(right);
      }),
    );
  });
});
