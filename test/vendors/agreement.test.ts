/** The modes of bucketing against the vendors' own SDKs, key by key. Runs with `npm run test:vendors` alone. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createBucketing } from "../../src/engine/flags/bucketing-mode.ts";
import { VENDOR_CASES, vendorKeys } from "./cases.ts";
import { decisionTable } from "./decision-table.ts";
import { askSdk } from "./sdks.ts";

const KEYS = vendorKeys(6_000);

describe("decision by decision", () => {
  it.each(VENDOR_CASES)("$name agrees with its SDK", async (one) => {
    const bucketing = createBucketing(one.mode);
    const mismatches: string[] = [];
    for (const sharePpm of one.sharesPpm) {
      const decide = await askSdk(one.mode, sharePpm);
      const threshold = bucketing.threshold(sharePpm);
      let inside = 0;
      for (const key of KEYS) {
        const theirs = await decide(key);
        if (theirs) inside++;
        if (bucketing.ofText(key) < threshold !== theirs)
          mismatches.push(`${sharePpm} ppm, ${JSON.stringify(key)}: ${theirs}`);
      }
      if (sharePpm === 500_000) expect(Math.abs(inside / KEYS.length - 0.5)).toBeLessThan(0.05);
    }
    expect(mismatches).toEqual([]);
  });

  it.each(VENDOR_CASES)("$name has nobody in without a key", async (one) => {
    const decide = await askSdk(one.mode, 1_000_000);
    expect(await decide("")).toBe(false);
    expect(createBucketing(one.mode).ofText("") < createBucketing(one.mode).threshold(1_000_000)).toBe(false);
  });

  it("made the table that the default tests are checked with", async () => {
    expect(readFileSync("test/vendors/decisions.json", "utf8")).toBe(await decisionTable());
  });
});
