/** The small shop whose traffic is kept in `fixtures/traces`: what the traces are recorded from. */
import { MINUTE_US } from "../src/engine/kernel/units.ts";
import type { VersionModel } from "../src/engine/service/version-model.ts";
import type { World } from "../src/engine/service/world.ts";
import { createSyntheticWorld } from "../src/engine/traffic/synthetic-world.ts";
import { combinedLogChunks, csvChunks, recordRequests, type RecordingOptions } from "../src/replay/recorder.ts";

const SEED = "small-shop";
/** 2024-03-04T09:00:00Z. */
const STARTS_AT_EPOCH_US = 1_709_542_800_000_000;

const BASELINE: VersionModel = {
  latency: {
    kind: "lognormal",
    points: [
      { quantile: 0.5, us: 80_000 },
      { quantile: 0.99, us: 900_000 },
    ],
  },
  errors: { kind: "own", ppm: 8_000 },
  declinePpm: 0,
  routes: {
    "POST /checkout": {
      latency: {
        kind: "lognormal",
        points: [
          { quantile: 0.5, us: 400_000 },
          { quantile: 0.99, us: 2_500_000 },
        ],
      },
      errors: { kind: "own", ppm: 20_000 },
    },
  },
};
const CANDIDATE: VersionModel = {
  latency: { kind: "relative", factor: 0.7, addUs: 2_000 },
  errors: { kind: "relative", addPpm: 5_000 },
  declinePpm: 0,
  routes: {},
};

function shop(perSecond: number): World {
  return createSyntheticWorld(
    {
      traffic: {
        arrivals: { kind: "poisson", perSecond },
        users: { population: 400 },
        routes: [
          { name: "GET /", weight: 20 },
          { name: "GET /products", weight: 25 },
          { name: "GET /products/:id", weight: 30 },
          { name: "POST /cart/:id/items", weight: 12 },
          { name: "GET /cart/:id", weight: 8 },
          { name: "POST /checkout", weight: 3 },
          { name: "GET /health", weight: 2 },
        ],
      },
      baseline: BASELINE,
      candidate: CANDIDATE,
    },
    SEED,
  );
}

function recording(untilUs: number, candidatePpm: number): RecordingOptions {
  return { seed: SEED, startsAtEpochUs: STARTS_AT_EPOCH_US, untilUs, candidatePpm, keyName: (index) => `u${index}` };
}

/** Ten minutes as CSV, a twentieth of the users on the candidate. */
export function smallShopCsv(): string {
  return [...csvChunks(recordRequests(shop(5), recording(10 * MINUTE_US, 50_000)))].join("");
}

/** Five minutes of the baseline alone as a combined log with request times. */
export function smallShopLog(): string {
  return [...combinedLogChunks(recordRequests(shop(2), recording(5 * MINUTE_US, 0)))].join("");
}
