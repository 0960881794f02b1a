/** What the SDKs and our own modes are asked alike: modes, shares and keys. Nothing here needs an SDK. */
import type { BucketingMode } from "../../src/engine/flags/bucketing-mode.ts";
import { deriveStream, draw32 } from "../../src/engine/kernel/random.ts";

/** A mode as somebody would configure it, and the shares that are compared, in parts per million. */
export interface VendorCase {
  readonly name: string;
  readonly mode: Exclude<BucketingMode, { kind: "canonical" }>;
  readonly sharesPpm: readonly number[];
}

const SHARES = [0, 100, 1_000, 5_000, 10_000, 12_350, 25_000, 100_000, 333_333, 500_000, 999_900, 1_000_000];

/** Names in ASCII and others, since some SDKs hash them oddly. */
export const VENDOR_CASES: readonly VendorCase[] = [
  { name: "unleash", mode: { kind: "unleash", group: "checkout" }, sharesPpm: SHARES },
  { name: "unleash, group not ASCII", mode: { kind: "unleash", group: "größe→é" }, sharesPpm: SHARES },
  { name: "growthbook-v1", mode: { kind: "growthbook-v1", seed: "checkout" }, sharesPpm: SHARES },
  { name: "growthbook-v1, seed not ASCII", mode: { kind: "growthbook-v1", seed: "größe→é" }, sharesPpm: SHARES },
  { name: "growthbook-v2", mode: { kind: "growthbook-v2", seed: "checkout" }, sharesPpm: SHARES },
  { name: "growthbook-v2, seed not ASCII", mode: { kind: "growthbook-v2", seed: "größe→é" }, sharesPpm: SHARES },
  { name: "flagd", mode: { kind: "flagd", flag: "checkout" }, sharesPpm: SHARES },
  { name: "flagd, flag of another length", mode: { kind: "flagd", flag: "new-report" }, sharesPpm: SHARES },
  {
    name: "launchdarkly",
    mode: { kind: "launchdarkly", flag: "checkout", salt: "c0ffee", seed: null },
    sharesPpm: SHARES,
  },
  {
    name: "launchdarkly, salt not ASCII",
    mode: { kind: "launchdarkly", flag: "größe", salt: "→é", seed: null },
    sharesPpm: SHARES,
  },
  {
    name: "launchdarkly, seed",
    mode: { kind: "launchdarkly", flag: "checkout", salt: "c0ffee", seed: 61 },
    sharesPpm: SHARES,
  },
];

const ODD_KEYS = [
  "a",
  "ab",
  "abc",
  "abcd",
  "abcde",
  "0",
  " ",
  "user@example.com",
  "x".repeat(47),
  "x".repeat(55),
  "x".repeat(56),
  "x".repeat(64),
  "x".repeat(300),
  "é",
  "żółć",
  "пользователь",
  "ユーザー42",
  "用户",
  "👩‍💻",
  "a\u00ff",
  "\u00ff\u00ff\u00ff",
  "ab\u8000",
  "abc\uffff",
  "\u8080\u8080\u8080",
  "e\u0301",
  "\u{10ffff}",
  "naïve-☃-😀",
];

/** So many keys: what a few odd ones, numbers, addresses and texts that look like UUIDs come to, a third not ASCII. */
export function vendorKeys(count: number): string[] {
  const { a, b } = deriveStream("vendors", "keys");
  const letters = ["e", "q", "7", "-", "é", "ß", "ж", "本", "語", "€", "😀", "\u8001", "\uff41", "z"];
  const keys = ODD_KEYS.slice(0, count);
  for (let i = keys.length; i < count; i++) {
    const drawn = draw32(a, b, i);
    const hex = drawn.toString(16).padStart(8, "0");
    if (i % 3 === 0) keys.push(`u${i}`);
    else if (i % 3 === 1)
      keys.push(`${hex}-${hex.slice(4)}-4${hex.slice(1, 4)}-a${hex.slice(5)}-${hex}${hex.slice(2, 6)}`);
    else {
      let text = "";
      for (let k = 0; k < 1 + (drawn % 23); k++) text += letters[draw32(b, a, i * 32 + k) % letters.length] ?? "";
      keys.push(`${text}${i}`);
    }
  }
  return keys;
}
