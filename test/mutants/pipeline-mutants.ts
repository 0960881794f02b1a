/** Faults planted in shadow traffic, in the stages around a rollout, and in what is judged before it. */
import type { Mutant } from "./mutant.ts";

/** The list. */
export const PIPELINE_MUTANTS: readonly Mutant[] = [
  {
    name: "bands that differ by their whole width agree",
    file: "src/engine/parity/compare-answers.ts",
    find: "<= BAND_TOLERANCE * scale",
    replaceBy: "<= scale",
    killedBy: "src/engine/parity/shadow.test.ts",
  },
  {
    name: "the last price of a bar is its highest",
    file: "src/engine/parity/column-analytics.ts",
    find: "if (high > (highCents[at] as number)) highCents[at] = high;",
    replaceBy: "highCents[at] = high;",
    killedBy: "src/engine/parity/shadow.test.ts",
  },
  {
    name: "bands are of one bar less",
    file: "src/engine/parity/record-analytics.ts",
    find: "bars.slice(index + 1 - BAND_BARS, index + 1)",
    replaceBy: "bars.slice(index + 2 - BAND_BARS, index + 1)",
    killedBy: "src/engine/parity/shadow.test.ts",
  },
  {
    name: "a bar that only the candidate has is not seen",
    file: "src/engine/parity/compare-answers.ts",
    find: "for (const startMinute of others.keys()) add(",
    replaceBy: "for (const startMinute of [...others.keys()].slice(1)) add(",
    killedBy: "src/engine/parity/shadow.test.ts",
  },
  {
    name: "a stage is tried once less than it may be",
    file: "src/engine/pipeline-stages.ts",
    find: "if (attempt <= stage.retries) {",
    replaceBy: "if (attempt < stage.retries) {",
    killedBy: "src/engine/pipeline-stages.test.ts",
  },
  {
    name: "the last stage is left out",
    file: "src/engine/pipeline-stages.ts",
    find: "if (index + 1 < stages.length)",
    replaceBy: "if (index + 2 < stages.length)",
    killedBy: "src/engine/pipeline-stages.test.ts",
  },
  {
    name: "a stage after the rollout fails without consequences",
    file: "src/engine/pipeline-stages.ts",
    find: 'stage.onFailure === "rollback") {',
    replaceBy: 'stage.onFailure !== "rollback") {',
    killedBy: "src/engine/pipeline-stages.test.ts",
  },
  {
    name: "all attempts of a stage share their luck",
    file: "src/engine/pipeline/pipeline-state.ts",
    find: "draw32(a, b, 2 * attempt + 1)",
    replaceBy: "draw32(a, b, 3)",
    killedBy: "src/engine/pipeline/pipeline-state.test.ts",
  },
  {
    name: "what is just good enough is not",
    file: "src/scenarios/readiness/judge-readiness.ts",
    find: "return value >= limit.value;",
    replaceBy: "return value > limit.value;",
    killedBy: "src/scenarios/readiness/judge-readiness.test.ts",
  },
  {
    name: "what nobody answered for does not stand in the way",
    file: "src/scenarios/readiness/judge-readiness.ts",
    find: 'status === "failed" || status === "missing"',
    replaceBy: 'status === "failed"',
    killedBy: "src/scenarios/readiness/judge-readiness.test.ts",
  },
  {
    name: "being as fast is a gain",
    file: "src/scenarios/readiness/measure-readiness.ts",
    find: "return { value: ppm(factor - 1),",
    replaceBy: "return { value: ppm(factor),",
    killedBy: "src/scenarios/readiness/judge-readiness.test.ts",
  },
  {
    name: "an override leaves no trace of what it overrides",
    file: "src/scenarios/readiness/judge-readiness.ts",
    find: "const standing = `${record.status}: ${record.reason}`;",
    replaceBy: "const standing = `overridden: ${record.reason}`;",
    killedBy: "src/scenarios/readiness/judge-readiness.test.ts",
  },
];
