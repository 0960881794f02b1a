/**
 * Replay: requests per second through the whole stack from a trace that is already in memory as columns; the
 * candidate's outcomes are modelled on the recorded ones. Beside it the same number of requests, generated.
 */
import { deriveStream, draw32 } from "../src/engine/kernel/random.ts";
import { SECOND_US } from "../src/engine/kernel/units.ts";
import type { VersionModel } from "../src/engine/service/version-model.ts";
import { BATCH_ROWS, SERVED, createBatch } from "../src/engine/service/world.ts";
import { rehearse } from "../src/engine/stack.ts";
import { appendRow, createTraceBuilder, VERSION_BASELINE } from "../src/replay/columns.ts";
import type { Trace } from "../src/replay/columns.ts";
import { indexOf } from "../src/replay/dictionary.ts";
import { defaultFailureRules } from "../src/replay/failure.ts";
import { finishTrace } from "../src/replay/finish-trace.ts";
import { createTraceWorld } from "../src/replay/trace-world.ts";
import { planOf, ROLLOUT_SECONDS, worldFacts } from "./rollout/bench-world.ts";
import { absoluteRow, comparedRow } from "./row.ts";
import type { BenchSuite } from "./row.ts";
import { unitsPerSecond } from "./stopwatch.ts";

const REQUESTS = 10_000_000;
const ROUNDS = 5;
const WARM_UPS = 5;
const REQUESTS_PER_SECOND_GOAL = 80_000_000;

/** Twice as fast as what was recorded, and failing a little more often. */
const CANDIDATE: VersionModel = {
  latency: { kind: "relative", factor: 0.5, addUs: 0 },
  errors: { kind: "relative", addPpm: 1_000 },
  declinePpm: 0,
  routes: {},
};

/** The replay rows. */
export const replaySuite: BenchSuite = {
  name: "replay",
  measure: (effort) => {
    const facts = worldFacts(effort === "full" ? REQUESTS : REQUESTS / 50, "replay");
    const generated = planOf(facts);
    const options = { rate: 1, amplify: 1, baseline: null, candidate: CANDIDATE, seed: facts.seed };
    const replayed = { ...generated, world: createTraceWorld(recordTrace(facts.seed, generated.world), options) };
    const [replay, generate] = unitsPerSecond(
      [
        { name: "replayed", work: () => rehearse(replayed).impact.requests },
        { name: "generated", work: () => rehearse(generated).impact.requests },
      ],
      ROUNDS,
      WARM_UPS,
    );
    const name = "replay: requests replayed from columns";
    return Promise.resolve([
      comparedRow(name, "requests/s", replay!, "generated", generate!, null),
      absoluteRow(`${name}, by itself`, "requests/s", replay!, REQUESTS_PER_SECOND_GOAL),
    ]);
  },
};

/** What the baseline of a world does in the time of a rollout and a little more, as an imported trace. */
export function recordTrace(seed: string, world: ReturnType<typeof planOf>["world"]): Trace {
  const builder = createTraceBuilder();
  const keys = Array.from(world.keyHashes, (_, index) => indexOf(builder.keys, `u${index}`));
  const route = indexOf(builder.routes, world.routes[0] ?? "");
  const { a, b } = deriveStream(seed, "recorded bytes");
  const state = world.start();
  const batch = createBatch();
  do {
    world.arrivals(state, batch, (ROLLOUT_SECONDS + 120) * SECOND_US);
    world.outcomes(state, batch);
    for (let row = 0; row < batch.count; row += 1) {
      const line = builder.count + 1;
      const status = batch.baselineCode[row] === SERVED ? 200 : 500;
      const latencyUs = batch.baselineUs[row]!;
      const bytes = draw32(a, b, line) % BATCH_ROWS;
      appendRow(
        builder,
        batch.atUs[row]!,
        keys[batch.key[row]!]!,
        route,
        status,
        latencyUs,
        VERSION_BASELINE,
        bytes,
        line,
        line,
      );
    }
  } while (batch.count > 0);
  const description = { source: "bench", format: "bench", notes: [], failure: defaultFailureRules() };
  return finishTrace(builder, description);
}
