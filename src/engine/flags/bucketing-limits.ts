/** What the modes of bucketing cannot do of what is asked of them, in sentences: for warnings and for the run's notes. */
import type { BucketingMode } from "./bucketing-mode.ts";

/** A share that is asked for, and where. */
export interface AskedShare {
  /** `CANARY`, `segment internal`; stands at the beginning of a sentence. */
  readonly where: string;
  readonly sharePpm: number;
}

/** Everything that a mode makes of these shares that is not what they say. Empty for the canonical mode. */
export function bucketingLimits(mode: BucketingMode, shares: readonly AskedShare[]): string[] {
  const limits: string[] = [];
  const partial = shares.filter(({ sharePpm }) => sharePpm > 0 && sharePpm < 1_000_000);
  switch (mode.kind) {
    case "canonical":
      break;
    case "unleash":
      for (const { where, sharePpm } of partial) {
        const yields = Math.floor(sharePpm / 10_000);
        if (yields * 10_000 === sharePpm) continue;
        const result = yields === 0 ? "nobody" : `${yields} %`;
        limits.push(`${where}: ${percent(sharePpm)} yields ${result}, because Unleash rolls out in steps of 1 %`);
      }
      if (!isAscii(mode.group)) limits.push(lowByteQuirk("the group's name has characters"));
      break;
    case "growthbook-v1":
      limits.push(
        "GrowthBook's first hash version does not keep flags apart: who is in at one flag hangs on who is in at another whose seed is alike; its second does",
      );
      limits.push(...extraBuckets(partial, 1_000, "GrowthBook's first hash version"));
      break;
    case "growthbook-v2":
      limits.push(...extraBuckets(partial, 10_000, "GrowthBook"));
      break;
    case "flagd":
      if (!isAscii(mode.flag)) limits.push(overlapQuirk("the flag's name has characters"));
      break;
    case "launchdarkly":
      for (const { where, sharePpm } of partial) {
        if (sharePpm % 10 === 0) continue;
        const yields = percent(sharePpm - (sharePpm % 10));
        limits.push(
          `${where}: ${percent(sharePpm)} yields ${yields}, because LaunchDarkly's weights are steps of 0.001 %`,
        );
      }
      break;
  }
  return limits;
}

/** What keys beyond ASCII mean under a mode; null where they mean nothing. */
export function keyTextLimit(mode: BucketingMode, keysBeyondAscii: number): string | null {
  if (keysBeyondAscii === 0) return null;
  const keys = `${keysBeyondAscii} ${keysBeyondAscii === 1 ? "key has" : "keys have"} characters`;
  if (mode.kind === "unleash") return lowByteQuirk(keys);
  return mode.kind === "flagd" ? overlapQuirk(keys) : null;
}

/** Whether a text has nothing but ASCII. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function lowByteQuirk(what: string): string {
  return `${what} beyond ASCII, of which Unleash's Node client hashes the low byte alone: its clients in other languages decide otherwise`;
}

function overlapQuirk(what: string): string {
  return `${what} beyond ASCII, which flagd's core in JavaScript hashes in a way of its own: flagd itself and its other clients decide otherwise`;
}

/** GrowthBook compares with `<=`, so one bucket more than asked for is in, and everything between two buckets is one. */
function extraBuckets(shares: readonly AskedShare[], buckets: number, who: string): string[] {
  return shares.map(({ where, sharePpm }) => {
    const size = 1_000_000 / buckets;
    const yields = Math.min((Math.floor(sharePpm / size) + 1) * size, 1_000_000);
    return `${where}: ${percent(sharePpm)} yields ${percent(yields)}, because ${who} compares ${buckets} buckets with <=`;
  });
}

function percent(sharePpm: number): string {
  return `${sharePpm / 10_000} %`;
}
