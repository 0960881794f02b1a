import { describe, expect, it } from "vitest";
import { DRAW_UNIT, deriveStream, draw32, drawThresholdFromPpm, streamEpoch } from "./random.ts";
import type { Stream } from "./random.ts";

/** Standard deviations by which a chi-square over `cells` equally likely cells departs from its expectation. */
function chiSquareZ(counts: Float64Array, total: number): number {
  const expected = total / counts.length;
  let chiSquare = 0;
  for (const count of counts) chiSquare += ((count - expected) * (count - expected)) / expected;
  const degrees = counts.length - 1;
  return (chiSquare - degrees) / Math.sqrt(2 * degrees);
}

const STREAMS: readonly (readonly [string, Stream])[] = [
  ["seed 1, traffic", deriveStream("1", "traffic")],
  ["seed 2, traffic", deriveStream("2", "traffic")],
  ["seed 1, candidate/errors", deriveStream("1", "candidate/errors")],
  ["epoch 1 of seed 1, traffic", streamEpoch(deriveStream("1", "traffic"), 1)],
  ["keys of zero", { a: 0, b: 0 }],
  ["keys of one", { a: 1, b: 1 }],
];
const DRAWS = 1 << 20;

describe.each(STREAMS)("the stream of %s", (_name, { a, b }) => {
  it.each([0, 8, 16, 24])("is uniform in the 8 bits from bit %i on", (shift) => {
    const counts = new Float64Array(256);
    for (let index = 0; index < DRAWS; index += 1) counts[(draw32(a, b, index) >>> shift) & 255]! += 1;
    expect(Math.abs(chiSquareZ(counts, DRAWS))).toBeLessThan(5);
  });

  it("is uniform in its leading bits over pairs of neighbours", () => {
    const counts = new Float64Array(4_096);
    for (let index = 0; index < DRAWS; index += 1) {
      counts[((draw32(a, b, index) >>> 26) << 6) | (draw32(a, b, index + 1) >>> 26)]! += 1;
    }
    expect(Math.abs(chiSquareZ(counts, DRAWS))).toBeLessThan(5);
  });

  it("is uniform over indexes that are far apart", () => {
    const counts = new Float64Array(1_024);
    for (let index = 0; index < DRAWS; index += 1) counts[draw32(a, b, Math.imul(index, 4_096)) >>> 22]! += 1;
    expect(Math.abs(chiSquareZ(counts, DRAWS))).toBeLessThan(5);
  });
});

/** Correlation of one stream with another shifted by `lag`, times sqrt(n): a standard normal if they are independent. */
function correlationZ(one: Stream, other: Stream, lag: number, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const x = draw32(one.a, one.b, index) * DRAW_UNIT - 0.5;
    const y = draw32(other.a, other.b, index + lag) * DRAW_UNIT - 0.5;
    sum += x * y;
  }
  return (sum * 12) / Math.sqrt(count);
}

describe("two streams", () => {
  const count = 1 << 16;
  // Keys that differ in one low bit give streams that are alike: keys come from deriveStream, never from counting.
  const exchanged = deriveStream("1", "exchanged");
  const pairs: readonly (readonly [string, Stream, Stream])[] = [
    ["two purposes", deriveStream("1", "baseline/latency"), deriveStream("1", "candidate/latency")],
    ["two seeds", deriveStream("1", "traffic"), deriveStream("2", "traffic")],
    ["two epochs", deriveStream("1", "traffic"), streamEpoch(deriveStream("1", "traffic"), 1)],
    ["neighbouring epochs", streamEpoch(deriveStream("1", "x"), 1), streamEpoch(deriveStream("1", "x"), 2)],
    ["keys exchanged", exchanged, { a: exchanged.b, b: exchanged.a }],
  ];
  it.each(pairs)("of %s are not correlated, at any lag", (_name, one, other) => {
    for (let lag = -20; lag <= 20; lag += 1) expect(Math.abs(correlationZ(one, other, lag, count))).toBeLessThan(5);
    for (const lag of [64, 100, 1_000, 4_096]) {
      expect(Math.abs(correlationZ(one, other, lag, count))).toBeLessThan(5);
    }
  });

  it.each(pairs)("of %s are not correlated at the one lag at which their first keys cancel", (_name, one, other) => {
    const lag = one.a - other.a;
    for (const near of [lag - 1, lag, lag + 1]) {
      expect(Math.abs(correlationZ(one, other, near, DRAWS))).toBeLessThan(5);
    }
    const counts = new Float64Array(4_096);
    for (let index = 0; index < DRAWS; index += 1) {
      counts[((draw32(one.a, one.b, index) >>> 26) << 6) | (draw32(other.a, other.b, index + lag) >>> 26)]! += 1;
    }
    expect(Math.abs(chiSquareZ(counts, DRAWS))).toBeLessThan(5);
  });

  it.each(pairs)("of %s fall into pairs of cells evenly", (_name, one, other) => {
    const counts = new Float64Array(4_096);
    for (let index = 0; index < DRAWS; index += 1) {
      counts[((draw32(one.a, one.b, index) >>> 26) << 6) | (draw32(other.a, other.b, index) >>> 26)]! += 1;
    }
    expect(Math.abs(chiSquareZ(counts, DRAWS))).toBeLessThan(5);
  });

  it("of one purpose are not correlated with themselves, shifted", () => {
    const stream = deriveStream("1", "traffic");
    for (let lag = 1; lag <= 40; lag += 1) {
      expect(Math.abs(correlationZ(stream, stream, lag, count))).toBeLessThan(5);
    }
  });
});

describe("deriving a stream", () => {
  it("gives the same keys for the same names, now and in later versions", () => {
    expect(deriveStream("42", "traffic")).toEqual(deriveStream("42", "traffic"));
    expect([deriveStream("42", "traffic"), draw32(1, 2, 3), draw32(-1, -2, 4_294_967_295)]).toMatchInlineSnapshot(`
      [
        {
          "a": 609895397,
          "b": -1918759591,
        },
        1571187431,
        1380204091,
      ]
    `);
  });

  it("does not give two names the same keys", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed += 1) {
      for (const purpose of ["a", "b", "traffic", "traffic/1", "candidate/errors", "candidate/latency"]) {
        const { a, b } = deriveStream(String(seed), purpose);
        seen.add(`${a},${b}`);
      }
    }
    expect(seen.size).toBe(1_200);
  });

  it("keeps the stream itself as epoch 0, and has other keys in every other epoch", () => {
    const stream = deriveStream("1", "traffic");
    expect(streamEpoch(stream, 0)).toBe(stream);
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 1_000; epoch += 1) {
      const { a, b } = streamEpoch(stream, epoch);
      expect(a | 0).toBe(a);
      seen.add(`${a},${b}`);
    }
    expect(seen.size).toBe(1_000);
  });
});

describe("drawThresholdFromPpm", () => {
  it("is never for 0, always for a million, and clipped beyond", () => {
    expect(drawThresholdFromPpm(0)).toBe(0);
    expect(drawThresholdFromPpm(-5)).toBe(0);
    expect(drawThresholdFromPpm(1_000_000)).toBe(2 ** 32);
    expect(drawThresholdFromPpm(2_000_000)).toBe(2 ** 32);
  });

  it.each([1_000, 20_000, 500_000, 999_000])("lets %i of a million draws pass", (ppm) => {
    const { a, b } = deriveStream("1", "threshold");
    const threshold = drawThresholdFromPpm(ppm);
    let passed = 0;
    for (let index = 0; index < DRAWS; index += 1) if (draw32(a, b, index) < threshold) passed += 1;
    const chance = ppm / 1_000_000;
    const deviation = Math.sqrt(DRAWS * chance * (1 - chance));
    expect(Math.abs(passed - DRAWS * chance) / deviation).toBeLessThan(4);
  });
});
