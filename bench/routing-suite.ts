/**
 * Routing: decisions per second from a key as text, and over a batch of keys that were hashed once. The floors do only
 * what nobody can leave out: to read the text and mix its words, to mix a hash and compare.
 */
import { bucketOf, flagSalt, fmix32, hashKey, shareThreshold } from "../src/engine/flags/bucketing.ts";
import { deriveStream, draw32 } from "../src/engine/kernel/random.ts";
import { bucketsOfKeys, routeBatch } from "../src/engine/routing/router.ts";
import { BATCH_ROWS, createBatch } from "../src/engine/service/world.ts";
import { microRates } from "./micro.ts";
import { absoluteRow, comparedRow } from "./row.ts";
import type { BenchSuite } from "./row.ts";
import { sink } from "./stopwatch.ts";

const KEYS = 10_000;
/** Batches in one timed call: one alone is too short for the clock. */
const BATCHES = 256;
const ROUNDS = 7;
const TEXT_GOAL = 9_500_000;
const BATCH_GOAL = 0.7;
const THRESHOLD = shareThreshold(100_000);
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
    const [text, textFloor, batched, batchFloor] = await microRates(
      [
        { name: "text", units: KEYS, work: () => routeTexts(texts) },
        { name: "text, floor", units: KEYS, work: () => mixTexts(texts) },
        { name: "batch", units: BATCH_ROWS * BATCHES, work: () => repeat(() => routeBatch(batch, buckets, THRESHOLD)) },
        { name: "batch, floor", units: BATCH_ROWS * BATCHES, work: () => repeat(() => mixHashes(hashes)) },
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
    ];
  },
};

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

function routeTexts(texts: readonly string[]): void {
  let routed = 0;
  for (const text of texts) if (bucketOf(hashKey(text), SALT) < THRESHOLD) routed += 1;
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
