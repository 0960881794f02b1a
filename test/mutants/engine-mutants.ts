/** Faults planted into the engine, each named after the promise that it breaks. */
import type { Mutant } from "./mutant.ts";

const RECORDER = "src/engine/monitor/recorder.test.ts";
const MEASURE = "src/engine/monitor/measure.test.ts";

/** The list. */
export const ENGINE_MUTANTS: readonly Mutant[] = [
  {
    name: "a gate passes without its samples",
    file: "src/engine/monitor/measure.ts",
    find: "if (value === null || samples < rule.minSamples)",
    replaceBy: "if (value === null)",
    killedBy: MEASURE,
  },
  {
    name: "an absent metric counts as zero",
    file: "src/engine/monitor/measure.ts",
    find: "const value = denominator === 0 ? null : (numerator / denominator) * 1_000_000;",
    replaceBy: "const value = denominator === 0 ? 0 : (numerator / denominator) * 1_000_000;",
    killedBy: MEASURE,
  },
  {
    name: "a quantile rule is off by one rank",
    file: "src/engine/monitor/measure.ts",
    find: "const isAbove = above > samples - nearestRank(",
    replaceBy: "const isAbove = above >= samples - nearestRank(",
    killedBy: MEASURE,
  },
  {
    name: "a window includes what completes at its very end",
    file: "src/engine/monitor/recorder.ts",
    find: "if (doneUs < untilUs) {\n      countSample(",
    replaceBy: "if (doneUs <= untilUs) {\n      countSample(",
    killedBy: RECORDER,
  },
  {
    name: "a failed request that the baseline would have served is not harmed",
    file: "src/engine/monitor/recorder.ts",
    find: "if (baselineServes) add(counters, HARMED, 1);",
    replaceBy: "if (!baselineServes) add(counters, HARMED, 1);",
    killedBy: RECORDER,
  },
  {
    name: "a declined request counts as an attempt",
    file: "src/engine/monitor/recorder.ts",
    find: "if (!declined) {",
    replaceBy: "if (declined || !declined) {",
    killedBy: RECORDER,
  },
  {
    name: "in-flight samples are lost when they wait for a second time",
    file: "src/engine/monitor/recorder.ts",
    find: "  inFlight.count = kept;\n",
    replaceBy: "  inFlight.count = Math.min(kept, 3);\n",
    killedBy: RECORDER,
  },
  {
    name: "routing moves a user out when the share grows",
    file: "src/engine/routing/router.ts",
    find: "const half = (threshold / 2) | 0;",
    replaceBy: "const half = (threshold / 2 - 1) | 0;",
    killedBy: "src/engine/routing/router.test.ts",
  },
  {
    name: "the phase's clock goes on while paused",
    file: "src/engine/deployment/manager-state.ts",
    find: "return until - state.phaseEnteredAtUs - state.pausedForUs;",
    replaceBy: "return until - state.phaseEnteredAtUs;",
    killedBy: "src/engine/deployment/manager-state.test.ts",
  },
  {
    name: "a trigger does not start its time anew when the condition ceases",
    file: "src/engine/deployment/triggers.ts",
    find: "state.heldSinceUs[i] = -1;",
    replaceBy: "state.heldSinceUs[i] = state.heldSinceUs[i] ?? -1;",
    killedBy: "src/engine/deployment/triggers.test.ts",
  },
  {
    name: "a step of the way back counts the attempts of the step before",
    file: "src/engine/deployment/rollback.ts",
    find: "  delete rollback.attempt;\n",
    replaceBy: "",
    killedBy: "src/engine/deployment/rollback-step.test.ts",
  },
  {
    name: "what still keeps the manager after a person decided is not said",
    file: "src/engine/deployment/hold.ts",
    find: 'state.heldFor = "";',
    replaceBy: 'state.heldFor += "";',
    killedBy: "src/engine/deployment/hold.test.ts",
  },
  {
    name: "a failed rollback stands in no phase",
    file: "src/engine/standing-phase.ts",
    find: 'const goesOn = status === "failed" && rollback.revertedAtUs < 0;',
    replaceBy: "const goesOn = false;",
    killedBy: "src/engine/standing-phase.test.ts",
  },
  {
    name: "gates are looked at before the minimum duration",
    file: "src/engine/deployment/gates.ts",
    find: "phaseClockUs(state, nowUs) >= phase.minDurationUs;",
    replaceBy: "phaseClockUs(state, nowUs) >= 0;",
    killedBy: "src/engine/deployment/gates.test.ts",
  },
  {
    name: "traffic still reaches the candidate after the rollback",
    file: "src/engine/routing/router.ts",
    find: "const sharePpm = candidateMayBeUsed(flags) ? candidateWeightPpm(flags) : 0;",
    replaceBy: "const sharePpm = candidateWeightPpm(flags) || (candidateMayBeUsed(flags) ? 0 : 10_000);",
    killedBy: "src/engine/routing/router.test.ts",
  },
  {
    name: "what is in flight is forgotten in a snapshot",
    file: "src/engine/kernel/snapshot.ts",
    find: "if (isColumn(value)) return value.slice();",
    replaceBy: "if (isColumn(value)) return value;",
    killedBy: "src/engine/kernel/snapshot.test.ts",
  },
  {
    name: "a world draws by how often it was asked, not by the request",
    file: "src/engine/traffic/synthetic-world.ts",
    find: "loadAscending(draw, first | 0, rows);",
    replaceBy: "loadAscending(draw, 0, rows);",
    killedBy: "src/engine/traffic/synthetic-world.test.ts",
  },
  {
    name: "events of one instant happen in any order",
    file: "src/engine/kernel/event-queue.ts",
    find: "childAtUs === leastAtUs && heapEntry[child * 2]! < heapEntry[least * 2]!",
    replaceBy: "childAtUs === leastAtUs && heapEntry[child * 2]! > heapEntry[least * 2]!",
    killedBy: "src/engine/kernel/event-queue.test.ts",
  },
];
