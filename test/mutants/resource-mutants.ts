/** Faults planted into what feeds back: balancers, workers, queues, caches, memory, clients. */
import type { Mutant } from "./mutant.ts";

const POOL = "src/engine/resources/worker-pool.test.ts";
const ATTEMPT = "src/engine/resources/attempt.test.ts";
const PLANE = "src/engine/resource-plane.test.ts";
const CACHE = "src/engine/resources/lru-cache.test.ts";

/** The list. */
export const RESOURCE_MUTANTS: readonly Mutant[] = [
  {
    name: "an instance that is out gets attempts",
    file: "src/engine/resources/balancer.ts",
    find: "  while (health.out[turns[turn] as number] === 1) turn = turn + 1 === turns.length ? 0 : turn + 1;\n",
    replaceBy: "",
    killedBy: "src/engine/resources/balancer.test.ts",
  },
  {
    name: "an instance is out after one failed poll",
    file: "src/engine/resources/balancer.ts",
    find: "const out = failed >= failures ? 1 : 0;",
    replaceBy: "const out = failed >= 1 ? 1 : 0;",
    killedBy: "src/engine/resources/balancer.test.ts",
  },
  {
    name: "an answered poll does not start the count anew",
    file: "src/engine/resources/balancer.ts",
    find: "const failed = fails ? (health.failedPolls[instance] as number) + 1 : 0;",
    replaceBy: "const failed = (health.failedPolls[instance] as number) + (fails ? 1 : 0);",
    killedBy: "src/engine/resources/balancer.test.ts",
  },
  {
    name: "a queue takes one more than it has room for",
    file: "src/engine/resources/worker-pool.ts",
    find: "  return oldest > atUs ? -1 : freeUs;",
    replaceBy: "  return oldest > atUs + 1_000 ? -1 : freeUs;",
    killedBy: POOL,
  },
  {
    name: "who waited takes the worker that is free last",
    file: "src/engine/resources/worker-pool.ts",
    find: "    if (least >= value) break;\n",
    replaceBy: "    if (least <= value) break;\n",
    killedBy: POOL,
  },
  {
    name: "a worker that just became free still serves",
    file: "src/engine/resources/worker-pool.ts",
    find: "if (freeUs <= atUs) return atUs;",
    replaceBy: "if (freeUs < atUs) return atUs;",
    killedBy: POOL,
  },
  {
    name: "a full cache forgets what was asked for last",
    file: "src/engine/resources/lru-cache.ts",
    find: "    if (found === cache.newest) return true;\n",
    replaceBy: "    if (found >= 0) return true;\n",
    killedBy: CACHE,
  },
  {
    name: "a smaller cache keeps what it holds",
    file: "src/engine/resources/lru-cache.ts",
    find: "  while (cache.size > cache.limit) {",
    replaceBy: "  while (cache.size > cache.limit && cache.limit < 0) {",
    killedBy: CACHE,
  },
  {
    name: "a hit takes as long as a miss",
    file: "src/engine/resources/attempt.ts",
    find: "      us = hitUs(version, us, terms);\n",
    replaceBy: "",
    killedBy: ATTEMPT,
  },
  {
    name: "a fault of one instance strikes all",
    file: "src/engine/resources/attempt.ts",
    find: "if (trouble.instance !== instance || active[trouble.fault] !== 1) continue;",
    replaceBy: "if (active[trouble.fault] !== 1) continue;",
    killedBy: ATTEMPT,
  },
  {
    name: "the wait is no part of the latency",
    file: "src/engine/resources/attempt.ts",
    find: "terms.doneUs = startUs + us;",
    replaceBy: "terms.doneUs = atUs + us;",
    killedBy: ATTEMPT,
  },
  {
    name: "garbage is never collected",
    file: "src/engine/resources/memory.ts",
    find: "collectAtBytes === 0 ? 0 : garbage % collectAtBytes",
    replaceBy: "collectAtBytes === 0 ? 0 : garbage",
    killedBy: "src/engine/resources/memory.test.ts",
  },
  {
    name: "what a fault made leak is given back when it ends",
    file: "src/engine/resources/memory.ts",
    find: "const activeUs = Math.max(Math.min(nowUs, fault.untilUs) - fault.atUs, 0);",
    replaceBy: "const activeUs = nowUs < fault.untilUs ? Math.max(nowUs - fault.atUs, 0) : 0;",
    killedBy: "src/engine/resources/memory.test.ts",
  },
  {
    name: "the least popular item is asked for most",
    file: "src/engine/resources/item-popularity.ts",
    find: "sum += Math.exp(-exponent * Math.log(item + 1));",
    replaceBy: "sum += Math.exp(exponent * Math.log(item + 1));",
    killedBy: "src/engine/resources/item-popularity.test.ts",
  },
  {
    name: "the backoff does not double",
    file: "src/engine/resource-waiting.ts",
    find: "  for (let doubled = 0; doubled < tries; doubled++) backoffUs *= 2;\n",
    replaceBy: "",
    killedBy: PLANE,
  },
  {
    name: "clients never give up",
    file: "src/engine/resource-plane.ts",
    find: "  if (tries >= plane.ready.clients.retries) {\n    return endCall(",
    replaceBy: "  if (tries >= plane.ready.clients.retries + 1) {\n    return endCall(",
    killedBy: PLANE,
  },
  {
    name: "whoever fails is harmed, whatever the baseline would have done",
    file: "src/engine/resource-impact.ts",
    find: "if (calls.shadowEnd[call] === CALL_SERVED) counters[HARMED]",
    replaceBy: "if (calls.shadowEnd[call] !== OPEN) counters[HARMED]",
    killedBy: PLANE,
  },
];
