import { describe, expect, it } from "vitest";
import { VENDOR_CASES, vendorKeys } from "../../../test/vendors/cases.ts";
import { createBucketing } from "../flags/bucketing-mode.ts";
import { bucketOf, flagSalt, hashKey } from "../flags/bucketing.ts";
import { SAFE_FLAGS } from "../flags/feature-flags.ts";
import { createKeyRouter } from "./key-router.ts";
import { viewOfFlags } from "./router.ts";

const KEYS = vendorKeys(2_000);
const flags = { ...SAFE_FLAGS, useOptimizedAnalytics: true, rolloutPpm: 250_000 };

describe("route(key)", () => {
  it("decides as the simulated router does", () => {
    const { route } = createKeyRouter({ flags });
    const { threshold } = viewOfFlags(flags);
    const inside = KEYS.filter((key) => route(key));
    expect(inside).toEqual(KEYS.filter((key) => bucketOf(hashKey(key), flagSalt("rollout")) < threshold));
    expect(Math.abs(inside.length - 500)).toBeLessThan(80);
  });

  it("decides as the vendors do where their mode is asked for", () => {
    for (const { mode } of VENDOR_CASES) {
      const { route } = createKeyRouter({ flags, bucketing: mode });
      const { ofText, threshold } = createBucketing(mode);
      expect(KEYS.filter((key) => route(key))).toEqual(KEYS.filter((key) => ofText(key) < threshold(250_000)));
    }
  });

  it("puts denied keys before allowed ones, and both before the share", () => {
    const { route } = createKeyRouter({ flags: { ...flags, rolloutPpm: 0 }, allow: ["a", "b"], deny: ["b", "c"] });
    expect(["a", "b", "c", "d"].map(route)).toEqual([true, false, false, false]);
    const all = createKeyRouter({ flags: { ...flags, rolloutPpm: 1_000_000 }, deny: ["c"] });
    expect(["a", "c"].map(all.route)).toEqual([true, false]);
  });

  it("sends nobody while the kill switch is thrown or the path is off, allowed keys included", () => {
    for (const off of [{ killSwitch: true }, { useOptimizedAnalytics: false }]) {
      const { route } = createKeyRouter({ flags: { ...flags, rolloutPpm: 1_000_000, ...off }, allow: ["a"] });
      expect(route("a") || route("b")).toBe(false);
    }
  });
});
