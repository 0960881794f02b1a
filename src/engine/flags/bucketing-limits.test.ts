import { describe, expect, it } from "vitest";
import { vendorKeys } from "../../../test/vendors/cases.ts";
import { bucketingLimits, isAscii, keyTextLimit } from "./bucketing-limits.ts";
import { createBucketing, type BucketingMode } from "./bucketing-mode.ts";

const SHARES = [5_000, 10_000, 25_000, 100_001, 1_000_000].map((sharePpm) => ({ where: "CANARY", sharePpm }));

describe("limits of modes", () => {
  it.each<[BucketingMode, readonly RegExp[]]>([
    [{ kind: "canonical", flag: "é" }, []],
    [
      { kind: "unleash", group: "g" },
      [/^CANARY: 0.5 % yields nobody/, /^CANARY: 2.5 % yields 2 %/, /^CANARY: 10.0001 % yields 10 %/],
    ],
    [
      { kind: "growthbook-v1", seed: "s" },
      [/does not keep flags apart/, /0.5 % yields 0.6 %/, /1 % yields 1.1 %/, /2.5 % yields 2.6 %/, /yields 10.1 %/],
    ],
    [
      { kind: "growthbook-v2", seed: "s" },
      [/0.5 % yields 0.51 %/, /1 % yields 1.01 %/, /2.5 % yields 2.51 %/, /yields 10.01 %/],
    ],
    [{ kind: "flagd", flag: "f" }, []],
    [{ kind: "flagd", flag: "é" }, [/flagd itself and its other clients/]],
    [{ kind: "launchdarkly", flag: "f", salt: "s", seed: null }, [/10.0001 % yields 10 %/]],
  ])("%j", (mode, says) => {
    const limits = bucketingLimits(mode, SHARES);
    expect(limits).toHaveLength(says.length);
    says.forEach((pattern, i) => expect(limits[i]).toMatch(pattern));
  });

  it("of Unleash also speak of a group beyond ASCII", () => {
    expect(bucketingLimits({ kind: "unleash", group: "größe" }, [])).toEqual([
      expect.stringContaining("low byte alone"),
    ]);
  });

  it("of keys beyond ASCII are those of the clients that hash them oddly", () => {
    expect(keyTextLimit({ kind: "unleash", group: "g" }, 2)).toMatch(/^2 keys have characters beyond ASCII/);
    expect(keyTextLimit({ kind: "flagd", flag: "f" }, 1)).toMatch(/^1 key has characters beyond ASCII/);
    expect(keyTextLimit({ kind: "flagd", flag: "f" }, 0)).toBeNull();
    expect(keyTextLimit({ kind: "growthbook-v2", seed: "s" }, 5)).toBeNull();
    expect(isAscii("u\u007f")).toBe(true);
    expect(isAscii("u\u0080")).toBe(false);
  });

  it("say what GrowthBook's first version really does: its flags are not independent", () => {
    const one = createBucketing({ kind: "growthbook-v1", seed: "flag-1" });
    const two = createBucketing({ kind: "growthbook-v1", seed: "flag-2" });
    const better = ["flag-1", "flag-2"].map((seed) => createBucketing({ kind: "growthbook-v2", seed }));
    const keys = vendorKeys(6_000);
    const share = 100_000;
    const both = keys.filter((key) => one.ofText(key) < one.threshold(share) && two.ofText(key) < two.threshold(share));
    const bothInSecond = keys.filter((key) => better.every((mode) => mode.ofText(key) < mode.threshold(share)));
    // Independent flags share a tenth of a tenth.
    expect(Math.abs(bothInSecond.length - 60)).toBeLessThan(35);
    expect(Math.abs(both.length - 60)).toBeGreaterThan(35);
  });
});
