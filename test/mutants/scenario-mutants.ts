/** Faults planted in expectations and in what the environment says. */
import type { Mutant } from "./mutant.ts";

/** The list. */
export const SCENARIO_MUTANTS: readonly Mutant[] = [
  {
    name: "an expectation is not met at its limit",
    file: "src/scenarios/expectation.ts",
    find: "value <= expected;",
    replaceBy: "value < expected;",
    killedBy: "src/scenarios/expectation.test.ts",
  },
  {
    name: "what is absent is not anything",
    file: "src/scenarios/expectation.ts",
    find: "return value !== expected;",
    replaceBy: "return value !== null && value !== expected;",
    killedBy: "src/scenarios/expectation.test.ts",
  },
  {
    name: "an absent figure is less than all others",
    file: "src/scenarios/expectation.ts",
    find: 'return typeof value === "number" && typeof expected === "number" && value < expected;',
    replaceBy:
      'return value === null || (typeof value === "number" && typeof expected === "number" && value < expected);',
    killedBy: "src/scenarios/expectation.test.ts",
  },
  {
    name: "runs that were not seen are never awaited",
    file: "src/scenarios/expectation-share.ts",
    find: "const undecided = fewest !== most;",
    replaceBy: "const undecided = fewest && !most;",
    killedBy: "src/scenarios/expectation-share.test.ts",
  },
  {
    name: "whatever is not true is false",
    file: "src/engine/flags/environment.ts",
    find: 'return text === "false" ? false : undefined;',
    replaceBy: "return false;",
    killedBy: "src/engine/flags/environment.test.ts",
  },
  {
    name: "a percentage may be beyond the whole",
    file: "src/engine/flags/environment.ts",
    find: "return ppm <= WHOLE_PPM ? ppm : undefined;",
    replaceBy: "return ppm;",
    killedBy: "src/engine/flags/environment.test.ts",
  },
  {
    name: "a tenth of a percent is read as a ten-thousandth",
    file: "src/engine/flags/environment.ts",
    find: '.padEnd(4, "0")',
    replaceBy: '.padStart(4, "0")',
    killedBy: "src/engine/flags/environment.test.ts",
  },
];
