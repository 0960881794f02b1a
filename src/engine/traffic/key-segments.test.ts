import { describe, expect, it } from "vitest";
import { hashKey } from "../flags/bucketing.ts";
import { dimensionsOf, segmentsOfKeys } from "./key-segments.ts";

const shares = [
  {
    name: "region",
    values: [
      { name: "eu", ppm: 400_000 },
      { name: "us", ppm: 600_000 },
    ],
  },
  {
    name: "plan",
    values: [
      { name: "free", ppm: 900_000 },
      { name: "pro", ppm: 100_000 },
      { name: "none", ppm: 0 },
    ],
  },
];
const keyHashes = Uint32Array.from({ length: 20_000 }, (_, i) => hashKey(`u${i}`));

describe("segments of keys", () => {
  const segments = segmentsOfKeys(keyHashes, shares);

  it("have the shares that were asked for, independently of each other (|z| < 4)", () => {
    const expected = [0.36, 0.04, 0, 0.54, 0.06, 0];
    expected.forEach((p, segment) => {
      const count = segments.filter((one) => one === segment).length;
      expect(Math.abs(count - p * 20_000)).toBeLessThanOrEqual(4 * Math.sqrt(20_000 * p * (1 - p)));
    });
  });

  it("are a user's own: neither other users nor other dimensions change them", () => {
    const [region = shares[0]!] = shares;
    const alone = segmentsOfKeys(keyHashes.subarray(100, 200), [region]);
    alone.forEach((value, i) => {
      expect(value).toBe(Math.floor((segments[100 + i] ?? 0) / 3));
    });
  });

  it("keep users that are in a first value in it while its share grows", () => {
    const half = [
      {
        name: "region",
        values: [
          { name: "eu", ppm: 500_000 },
          { name: "us", ppm: 500_000 },
        ],
      },
    ];
    const left = segmentsOfKeys(keyHashes, half).filter((value, i) => (segments[i] ?? 0) < 3 && value !== 0);
    expect([...left]).toEqual([]);
  });

  it("are described without their shares", () => {
    expect(dimensionsOf(shares)).toEqual([
      { name: "region", values: ["eu", "us"] },
      { name: "plan", values: ["free", "pro", "none"] },
    ]);
  });
});
