/**
 * Modes of bucketing: whose rule decides which keys are in at a share. Each rule is a bucket per key and a threshold
 * per share, and a key is in where `bucket < threshold`; so in every mode a key that is in stays in while the share
 * does not fall. The rules are those of the vendors' SDKs for JavaScript, decision for decision, oddities included;
 * `bucketing-limits.ts` says what they cannot do.
 */
import { WHOLE_PPM } from "../kernel/units.ts";
import { bucketOf, flagSalt, hashKey, shareThreshold } from "./bucketing.ts";
import { appendDecimal, appendHex, appendText, createCodeUnits, encodeUtf8, type CodeUnits } from "./code-units.ts";
import { fnv1a32 } from "./fnv1a.ts";
import { murmur3LowBytes, murmur3OverlappingUnits } from "./murmur3-units.ts";
import { sha1First60Bits, sha1Room } from "./sha1.ts";

/** Whose rule, and the names that go into its hash. Plain data. */
export type BucketingMode =
  /** This project's own: murmur3 of the key, mixed with the flag's salt, in 32 bits. */
  | { readonly kind: "canonical"; readonly flag: string }
  /** Unleash's flexibleRollout strategy: `murmur3(group + ":" + id) % 100 + 1 <= percent`. */
  | { readonly kind: "unleash"; readonly group: string }
  /** GrowthBook's first hash version: `fnv1a(value + seed) % 1000 / 1000 <= coverage`. */
  | { readonly kind: "growthbook-v1"; readonly seed: string }
  /** GrowthBook's second: `fnv1a(String(fnv1a(seed + value))) % 10000 / 10000 <= coverage`. */
  | { readonly kind: "growthbook-v2"; readonly seed: string }
  /** flagd's fractional operator with the candidate's variant first: `murmur3(flag + key) * total >> 32 < weight`. */
  | { readonly kind: "flagd"; readonly flag: string }
  /**
   * LaunchDarkly's percentage rollout with the candidate's variation first: the first 60 bits of
   * `sha1(flag + "." + salt + "." + key)`, or of `sha1(seed + "." + key)` where the rollout has a seed.
   */
  | { readonly kind: "launchdarkly"; readonly flag: string; readonly salt: string; readonly seed: number | null };

/** A mode made ready: immutable but for scratch space, so not part of any state. */
export interface Bucketing {
  /** The bucket of a key. */
  readonly ofText: (key: string) => number;
  /** The bucket of a key that is the eight hexadecimal digits of an unsigned 32-bit integer; allocates nothing. */
  readonly ofHex: (value: number) => number;
  /** Buckets below this are in at the share, parts per million. */
  readonly threshold: (sharePpm: number) => number;
  /** The bucket where there is no key at all. */
  readonly withoutKey: number;
}

/** A bucket that no threshold but that of an allow list exceeds. */
const NEVER_IN = Number.MAX_VALUE;
/** The threshold under which every bucket is. */
export const ALWAYS_IN = Infinity;

/** Makes a mode ready. */
export function createBucketing(mode: BucketingMode): Bucketing {
  switch (mode.kind) {
    case "canonical": {
      const salt = flagSalt(mode.flag);
      return {
        ofText: (key) => bucketOf(hashKey(key), salt),
        ofHex: (value) => bucketOf(value, salt),
        threshold: shareThreshold,
        withoutKey: NEVER_IN,
      };
    }
    case "unleash":
      return overUnits(`${mode.group}:`, "", (text) => murmur3LowBytes(text.units, text.length) % 100, wholePercent);
    case "growthbook-v1":
      return overUnits(
        "",
        mode.seed,
        (text) => fnv1a32(text.units, text.length) % 1_000,
        (sharePpm) => upToAndIncluding(sharePpm, 1_000),
      );
    case "growthbook-v2": {
      const digits = createCodeUnits();
      const bucket = (text: CodeUnits): number => {
        digits.length = 0;
        appendDecimal(digits, fnv1a32(text.units, text.length));
        return fnv1a32(digits.units, digits.length) % 10_000;
      };
      return overUnits(mode.seed, "", bucket, (sharePpm) => upToAndIncluding(sharePpm, 10_000));
    }
    case "flagd":
      return overUnits(mode.flag, "", (text) => murmur3OverlappingUnits(text.units, text.length), fractionOfHashes);
    case "launchdarkly": {
      const prefix = mode.seed === null || mode.seed === 0 ? `${mode.flag}.${mode.salt}` : String(mode.seed);
      let bytes = new Uint8Array(sha1Room(3 * 256));
      const bucket = (text: CodeUnits): number => {
        if (sha1Room(3 * text.length) > bytes.length) bytes = new Uint8Array(sha1Room(6 * text.length));
        // The SDK divides by 2^60 - 1, which as a double is 2^60.
        return sha1First60Bits(bytes, encodeUtf8(text, bytes)) * 2 ** -60;
      };
      // Without a value to hash the SDK takes 0 for the bucket: in, at any share.
      return { ...overUnits(`${prefix}.`, "", bucket, hundredThousandths), withoutKey: 0 };
    }
  }
}

/** A mode that hashes the key's text between two others; an empty key counts as none. */
function overUnits(
  before: string,
  after: string,
  bucket: (text: CodeUnits) => number,
  threshold: (sharePpm: number) => number,
): Bucketing {
  const text = createCodeUnits();
  appendText(text, before);
  const start = text.length;
  return {
    ofText: (key) => {
      if (key === "") return NEVER_IN;
      text.length = start;
      appendText(text, key);
      if (after !== "") appendText(text, after);
      return bucket(text);
    },
    ofHex: (value) => {
      text.length = start;
      appendHex(text, value);
      if (after !== "") appendText(text, after);
      return bucket(text);
    },
    threshold,
    withoutKey: NEVER_IN,
  };
}

/** Unleash: a bucket from 0 to 99 is in where bucket + 1 <= percent. */
function wholePercent(sharePpm: number): number {
  return Math.floor(sharePpm / 10_000);
}

/** GrowthBook: bucket / steps <= coverage; a coverage of 0 is nobody. */
function upToAndIncluding(sharePpm: number, steps: number): number {
  return sharePpm <= 0 ? 0 : Math.floor((sharePpm * steps) / WHOLE_PPM) + 1;
}

/**
 * flagd: `hash * total >> 32 < weight` holds exactly for hashes below 2^32 weight / total, whatever the total; the
 * product is exact, and the quotient never so near a whole number that rounding could reach it.
 */
function fractionOfHashes(sharePpm: number): number {
  return Math.ceil((sharePpm * 4_294_967_296) / WHOLE_PPM);
}

/** LaunchDarkly: weights are whole thousandths of a percent. */
function hundredThousandths(sharePpm: number): number {
  return Math.floor(sharePpm / 10) / 100_000;
}
