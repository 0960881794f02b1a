import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VENDOR_CASES, vendorKeys } from "../../../test/vendors/cases.ts";
import { hexOf, TABLE_KEYS, type DecidedCase } from "../../../test/vendors/decided-case.ts";
import { createBucketing, type BucketingMode } from "./bucketing-mode.ts";
import { bucketOf, flagSalt, hashKey, murmur3, shareThreshold } from "./bucketing.ts";

const decided = JSON.parse(readFileSync("test/vendors/decisions.json", "utf8")) as DecidedCase[];
const modes: readonly BucketingMode[] = [
  { kind: "canonical", flag: "checkout" },
  ...VENDOR_CASES.map(({ mode }) => mode),
];
const anyMode = fc.constantFrom(...modes);

describe("modes of bucketing", () => {
  it("are compared with the SDKs' decisions in every case, in both directions", () => {
    expect(decided.map(({ name }) => name)).toEqual(VENDOR_CASES.map(({ name }) => name));
    expect(TABLE_KEYS).toBeGreaterThan(1_000);
  });

  it.each(VENDOR_CASES)("$name decides as its SDK did", ({ name, mode, sharesPpm }) => {
    const theirs = decided.find((one) => one.name === name)?.decisions ?? {};
    const keys = vendorKeys(TABLE_KEYS);
    const { ofText, threshold } = createBucketing(mode);
    const ours = sharesPpm.map((sharePpm) => [
      String(sharePpm),
      hexOf(keys.map((key) => ofText(key) < threshold(sharePpm))),
    ]);
    expect(Object.fromEntries(ours)).toEqual(theirs);
  });

  it("keep a key that is in while the share does not fall", () => {
    const share = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(anyMode, fc.string({ unit: "binary" }), share, share, (mode, key, one, other) => {
        const { ofText, threshold } = createBucketing(mode);
        const isIn = ofText(key) < threshold(Math.min(one, other));
        expect(isIn && !(ofText(key) < threshold(Math.max(one, other)))).toBe(false);
      }),
    );
  });

  it("let nobody in at 0 %, and everybody with a key at 100 %", () => {
    for (const mode of modes) {
      const { ofText, threshold } = createBucketing(mode);
      for (const key of vendorKeys(300)) {
        expect(ofText(key) < threshold(0)).toBe(false);
        expect(ofText(key) < threshold(1_000_000)).toBe(true);
      }
    }
  });

  it("of vendors let nobody in with an empty key", () => {
    for (const { mode } of VENDOR_CASES) {
      const { ofText, threshold } = createBucketing(mode);
      expect(ofText("") < threshold(1_000_000)).toBe(false);
    }
  });

  it("hash the eight digits of a number as that text, but for the canonical one, which has it for the hash", () => {
    fc.assert(
      fc.property(anyMode, fc.integer({ min: 0, max: 0xffff_ffff }), (mode, value) => {
        const { ofHex, ofText } = createBucketing(mode);
        const expected =
          mode.kind === "canonical"
            ? bucketOf(value, flagSalt(mode.flag))
            : ofText(value.toString(16).padStart(8, "0"));
        expect(ofHex(value)).toBe(expected);
      }),
    );
  });

  it("canonical are those of the plain router", () => {
    const { ofText, threshold } = createBucketing({ kind: "canonical", flag: "rollout" });
    for (const key of vendorKeys(500)) expect(ofText(key)).toBe(bucketOf(hashKey(key), flagSalt("rollout")));
    expect(threshold(12_345)).toBe(shareThreshold(12_345));
  });

  it("canonical let nobody in without a key, LaunchDarkly's everybody at any share", () => {
    for (const mode of modes) {
      const { withoutKey, threshold } = createBucketing(mode);
      expect(withoutKey < threshold(1_000_000)).toBe(mode.kind === "launchdarkly");
      expect(withoutKey < threshold(100)).toBe(mode.kind === "launchdarkly");
    }
  });
});

describe("flagd's threshold", () => {
  it("is the operator's own arithmetic, whatever the weights add up to", () => {
    const total = fc.constantFrom(100, 10_000, 1_000_000);
    fc.assert(
      fc.property(total, fc.nat(10_000), fc.integer({ min: 0, max: 0xffff_ffff }), (weights, part, hash) => {
        const weight = Math.floor((part * weights) / 10_000);
        const { threshold } = createBucketing({ kind: "flagd", flag: "f" });
        const sharePpm = (weight * 1_000_000) / weights;
        for (const near of [hash, threshold(sharePpm) - 1, threshold(sharePpm)]) {
          if (near < 0 || near > 0xffff_ffff) continue;
          const bucket = (BigInt(near) * BigInt(weights)) >> 32n;
          expect(near < threshold(sharePpm)).toBe(bucket < BigInt(weight));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("of ASCII keys is over the published hash", () => {
    const { ofText } = createBucketing({ kind: "flagd", flag: "flag-" });
    for (const key of ["a", "bc", "def", "user-42"]) {
      const bytes = new TextEncoder().encode(`flag-${key}`);
      expect(ofText(key)).toBe(murmur3(bytes, bytes.length));
    }
  });
});
