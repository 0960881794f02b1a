/**
 * Routing: decisions per second from a key as text, and over a batch of keys that were hashed once. The floors do only
 * what nobody can leave out: to read the text and mix its words, to mix a hash and compare.
 */
import { flagSalt, fmix32, hashKey, shareThreshold } from "../src/engine/flags/bucketing.ts";
import { SAFE_FLAGS } from "../src/engine/flags/feature-flags.ts";
import { deriveStream, draw32 } from "../src/engine/kernel/random.ts";
import { createKeyRouter } from "../src/engine/routing/key-router.ts";
import { bucketsOfKeys, routeBatch } from "../src/engine/routing/router.ts";
import { BATCH_ROWS, createBatch } from "../src/engine/service/world.ts";
import { askSdk, sdksAreInstalled, type Decide } from "../test/vendors/sdks.ts";
import { microRates, type MicroContestant } from "./micro.ts";
import { absoluteRow, comparedRow } from "./row.ts";
import type { BenchRow, BenchSuite } from "./row.ts";
import { sink } from "./stopwatch.ts";

const KEYS = 10_000;
/** Batches in one timed call: one alone is too short for the clock. */
const BATCHES = 256;
const ROUNDS = 7;
const TEXT_GOAL = 9_500_000;
const BATCH_GOAL = 0.7;
const FLAGD_GOAL = 5;
const UNLEASH_GOAL = 16;
const FLAGD_BATCH_GOAL = 80;
const SHARE_PPM = 100_000;
const THRESHOLD = shareThreshold(SHARE_PPM);
const SALT = flagSalt("rollout");

/** The routing rows. */
export const routingSuite: BenchSuite = {
  name: "routing",
  measure: async (effort) => {
    const texts = uuids(KEYS);
    const hashes = Uint32Array.from(texts, hashKey);
    const batch = createBatch();
    batch.count = BATCH_ROWS;
    const { a, b } = deriveStream("bench", "keys");
    for (let row = 0; row < BATCH_ROWS; row += 1) batch.key[row] = draw32(a, b, row) % KEYS;
    const buckets = bucketsOfKeys(hashes);
    const { route } = createKeyRouter({ flags: { ...SAFE_FLAGS, useOptimizedAnalytics: true, rolloutPpm: SHARE_PPM } });
    const peers = await sdkContestants(texts);
    const [text, textFloor, batched, batchFloor, flagd, unleash] = await microRates(
      [
        { name: "text", units: KEYS, work: () => routeTexts(texts, route) },
        { name: "text, floor", units: KEYS, work: () => mixTexts(texts) },
        { name: "batch", units: BATCH_ROWS * BATCHES, work: () => repeat(() => routeBatch(batch, buckets, THRESHOLD)) },
        { name: "batch, floor", units: BATCH_ROWS * BATCHES, work: () => repeat(() => mixHashes(hashes)) },
        ...peers,
      ],
      effort === "full" ? ROUNDS : 1,
    );
    return [
      absoluteRow("routing: from a UUID", "decisions/s", text!, TEXT_GOAL),
      comparedRow(
        "routing: from a UUID, against the floor",
        "decisions/s",
        text!,
        "encode and mix words",
        textFloor!,
        null,
      ),
      comparedRow(
        "routing: batch of hashed keys",
        "decisions/s",
        batched!,
        "floor: mix and compare",
        batchFloor!,
        BATCH_GOAL,
      ),
      ...peerRows(text!, batched!, flagd, unleash),
    ];
  },
};

/** The SDKs at the same work, where they are installed. */
async function sdkContestants(texts: readonly string[]): Promise<MicroContestant[]> {
  if (!sdksAreInstalled()) {
    process.stderr.write("rows against flagd-core and unleash-client need their install: npm run test:vendors\n");
    return [];
  }
  const flagd = await askSdk({ kind: "flagd", flag: "rollout" }, SHARE_PPM);
  const unleash = await askSdk({ kind: "unleash", group: "rollout" }, SHARE_PPM);
  return [
    { name: "flagd-core", units: KEYS, work: () => routeTexts(texts, flagd) },
    { name: "unleash-client", units: KEYS, work: () => routeTexts(texts, unleash) },
  ];
}

function peerRows(text: number, batched: number, flagd: number | undefined, unleash: number | undefined): BenchRow[] {
  if (flagd === undefined || unleash === undefined) return [];
  return [
    comparedRow("routing: from a UUID, against flagd", "decisions/s", text, "flagd-core", flagd, FLAGD_GOAL),
    comparedRow("routing: from a UUID, against Unleash", "decisions/s", text, "unleash-client", unleash, UNLEASH_GOAL),
    comparedRow("routing: batch, against flagd", "decisions/s", batched, "flagd-core", flagd, FLAGD_BATCH_GOAL),
  ];
}

function repeat(work: () => void): void {
  for (let time = 0; time < BATCHES; time += 1) work();
}

/** Texts that look like random UUIDs (version 4), made from draws. */
function uuids(count: number): string[] {
  const { a, b } = deriveStream("bench", "uuids");
  const word = (index: number): string => draw32(a, b, index).toString(16).padStart(8, "0");
  return Array.from({ length: count }, (_, index) => {
    const hex = word(index * 4) + word(index * 4 + 1) + word(index * 4 + 2) + word(index * 4 + 3);
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)];
    // Joined texts are flattened when they are first looked into: so that this is not timed, it is done here.
    const text = parts.join("-");
    return text.charCodeAt(0) > 0 ? text : "";
  });
}

function routeTexts(texts: readonly string[], decide: Decide): void {
  let routed = 0;
  for (const text of texts) if (decide(text) === true) routed += 1;
  sink.value += routed;
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(64);
const words = new Int32Array(scratch.buffer);

function mixTexts(texts: readonly string[]): void {
  let routed = 0;
  for (const text of texts) {
    encoder.encodeInto(text, scratch);
    let hash = SALT;
    for (let at = 0; at < 9; at += 1) hash = Math.imul(hash ^ words[at]!, 0x5bd1e995);
    if (hash >>> 0 < THRESHOLD) routed += 1;
  }
  sink.value += routed;
}

const routedFloor = new Uint8Array(BATCH_ROWS);

function mixHashes(hashes: Uint32Array): void {
  for (let row = 0; row < BATCH_ROWS; row += 1) {
    routedFloor[row] = fmix32(hashes[row]! ^ SALT) < THRESHOLD ? 1 : 0;
  }
}
