/** End to end: requests generated and simulated per second, with the whole policy, beside the naive engine. */
import type { RehearsalPlan } from "../src/engine/plan.ts";
import { rehearse } from "../src/engine/stack.ts";
import { naiveRollout } from "./naive/rollout.ts";
import { planOf, worldFacts } from "./rollout/bench-world.ts";
import type { WorldFacts } from "./rollout/bench-world.ts";
import { cachedPlanOf, pooledPlanOf } from "./rollout/resource-world.ts";
import { widePlanOf } from "./rollout/wide-world.ts";
import { BENCH_POLICY } from "./rollout/setbull-policy.ts";
import { absoluteRow, comparedRow } from "./row.ts";
import type { BenchSuite } from "./row.ts";
import { unitsPerSecond } from "./stopwatch.ts";

const ROUNDS = 5;
/** Loops that a run goes through ten thousand times are compiled anew in the first few runs. */
const WARM_UPS = 5;
const REQUESTS = 10_000_000;
const RATIO_GOAL = 30;
const POOLED_PER_SECOND_GOAL = 4_000_000;
const REQUESTS_PER_SECOND_GOAL = 25_000_000;

/** The end-to-end rows. */
export const rolloutSuite: BenchSuite = {
  name: "end to end",
  measure: (effort) => {
    const facts = worldFacts(effort === "full" ? REQUESTS : REQUESTS / 50, "bench");
    // The two first, by themselves: code that has met other kinds of worlds is compiled for all of them.
    const [ours, naive] = unitsPerSecond(
      [
        { name: "ours", work: () => requestsOf(planOf(facts)) },
        { name: "naive", work: () => requestsOfNaive(facts) },
      ],
      ROUNDS,
      WARM_UPS,
    );
    const [mixed, wide, pooled, cached] = unitsPerSecond(
      [
        { name: "ours again", work: () => requestsOf(planOf(facts)) },
        { name: "wide", work: () => requestsOf(widePlanOf(facts)) },
        { name: "pooled", work: () => requestsOf(pooledPlanOf(facts)) },
        { name: "cached", work: () => requestsOf(cachedPlanOf(facts)) },
      ],
      ROUNDS,
    );
    const name = "end to end: requests generated and simulated";
    return Promise.resolve([
      comparedRow(name, "requests/s", ours!, "naive engine", naive!, RATIO_GOAL),
      absoluteRow(`${name}, by itself`, "requests/s", ours!, REQUESTS_PER_SECOND_GOAL),
      // What the width costs is stated, not asked for: the ratio is that to the plain world.
      comparedRow(`${name}, among other worlds`, "requests/s", mixed!, "by itself", ours!, null),
      comparedRow(`${name}, Zipf users, 20 routes, segments, error kinds`, "requests/s", wide!, "plain", mixed!, null),
      absoluteRow(`${name}, finite worker pools`, "requests/s", pooled!, POOLED_PER_SECOND_GOAL),
      comparedRow(`${name}, finite worker pools beside none`, "requests/s", pooled!, "plain", mixed!, null),
      comparedRow(`${name}, worker pools, caches, retries`, "requests/s", cached!, "plain", mixed!, null),
    ]);
  },
};

/** Requests of a run, which must have gone all the way. */
function requestsOf(plan: RehearsalPlan): number {
  const { outcome, impact } = rehearse(plan);
  if (outcome !== "completed") throw new Error(`the bench's rollout ended as ${outcome}`);
  return impact.requests;
}

function requestsOfNaive(facts: WorldFacts): number {
  const { outcome, requests } = naiveRollout(facts, BENCH_POLICY);
  if (outcome !== "completed") throw new Error(`the naive engine's rollout ended as ${outcome}`);
  return requests;
}
