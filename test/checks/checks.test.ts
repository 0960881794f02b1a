import { afterAll, describe, expect, it } from "vitest";
import { type Files, PlantedTree, readManifest } from "./planted-tree.ts";

interface Fault {
  readonly name: string;
  readonly check: string;
  readonly plant: Files;
  /** What the check must say: the place and the fault. */
  readonly says: readonly (string | RegExp)[];
}

const tree = new PlantedTree();
afterAll(() => {
  tree.remove();
});

const STACK = "src/engine/stack.ts";
const KERNEL = "src/engine/kernel/luck.ts";

/** The stack with one more function, after the imports given. */
function stackWith(body: string, imports = ""): Files {
  return {
    [STACK]: `/** The parts wired together. */
import { drawLuck } from "./kernel/luck.ts";
${imports}
/** What may happen to a request. */
export type Outcome = { readonly kind: "served" } | { readonly kind: "failed" };

/** One request, decided by the seed. */
export function decideOutcome(seed: string): Outcome {
  ${body}
  return drawLuck(seed) < 0.5 ? { kind: "served" } : { kind: "failed" };
}
`,
  };
}

function engineBan(name: string, statement: string, says: string): Fault {
  return { name: `${name} in the engine`, check: "check:lint", plant: stackWith(statement), says: [STACK, says] };
}

const FAULTS: readonly Fault[] = [
  {
    name: "a wrong type",
    check: "check:types",
    plant: { "bench/main.ts": 'export const count: number = "one";\n' },
    says: ["bench/main.ts", "TS2322"],
  },
  {
    name: "an index that may miss",
    check: "check:types",
    plant: { "bench/main.ts": "const counts: number[] = [];\nexport const first: number = counts[0];\n" },
    says: ["bench/main.ts", "'number | undefined'"],
  },
  {
    name: "a floating promise",
    check: "check:lint",
    plant: { "bench/main.ts": "Promise.resolve(1);\n" },
    says: ["bench/main.ts", "no-floating-promises"],
  },
  {
    name: "a switch that forgets a kind",
    check: "check:lint",
    plant: {
      "src/report/text.ts": `import type { Outcome } from "../engine/stack.ts";
/** One word. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "served":
      return "served";
  }
  return "";
}
`,
    },
    says: ["src/report/text.ts", "switch-exhaustiveness-check", '"failed"'],
  },
  {
    name: "a sort without an order",
    check: "check:lint",
    plant: { "bench/main.ts": "console.log([10, 9].toSorted());\n" },
    says: ["bench/main.ts", "require-array-sort-compare"],
  },
  {
    name: "any",
    check: "check:lint",
    plant: { "bench/main.ts": "const a: any = 1;\nconsole.log(a);\n" },
    says: ["bench/main.ts", "no-explicit-any"],
  },
  {
    name: "a default export",
    check: "check:lint",
    plant: { "bench/main.ts": "export default 1;\n" },
    says: ["bench/main.ts", "no-default-export"],
  },
  {
    name: "an import cycle",
    check: "check:lint",
    plant: {
      "bench/main.ts": 'import { b } from "./beside.ts";\n\n/** A. */\nexport const a = (): number => b();\n',
      "bench/beside.ts": 'import { a } from "./main.ts";\n\n/** B. */\nexport const b = (): number => a();\n',
    },
    says: ["bench/main.ts", "no-cycle"],
  },
  {
    name: "console outside the command line",
    check: "check:lint",
    plant: { "src/report/text.ts": "console.log(1);\n" },
    says: ["src/report/text.ts", "no-console"],
  },
  {
    name: "process.exit outside the command line",
    check: "check:lint",
    plant: { "src/report/text.ts": "process.exit(1);\n" },
    says: ["src/report/text.ts", "Only src/cli ends the process"],
  },
  {
    name: "process.stdout outside the command line",
    check: "check:lint",
    plant: { "src/report/text.ts": 'process.stdout.write("a");\n' },
    says: ["src/report/text.ts", "Only src/cli prints"],
  },
  engineBan("Date", "if (new Date().getTime() > 1) drawLuck(seed);", "take virtual time"),
  engineBan("performance", "if (performance.now() > 1) drawLuck(seed);", "take virtual time"),
  engineBan("a timer", "setTimeout(() => drawLuck(seed), 1);", "Schedule an event in virtual time"),
  engineBan("Math.random", "if (Math.random() > 1) drawLuck(seed);", "named stream"),
  engineBan("Math.pow", "if (Math.pow(seed.length, 2) > 1) drawLuck(seed);", "differs between V8 versions"),
  engineBan("the environment", 'if (process.env["A"] === "1") drawLuck(seed);', "take what it needs as a parameter"),
  engineBan("console", "console.log(seed);", "write to the journal, or return data"),
  {
    name: "a file of the platform in the engine",
    check: "check:lint",
    plant: stackWith('readFileSync("a");', 'import { readFileSync } from "node:fs";\n'),
    says: [STACK, "The engine is pure"],
  },
  {
    name: "a power in the engine",
    check: "check:repository",
    plant: stackWith("if (seed.length ** 2 > 1) drawLuck(seed);"),
    says: [`${STACK}:9 arithmetic`, "differs in its last bit"],
  },
  {
    name: "a line out of format",
    check: "check:format",
    plant: { "bench/main.ts": "console.log( 'a' )\n" },
    says: ["bench/main.ts"],
  },
  {
    name: "an unused export",
    check: "check:unused",
    plant: {
      [KERNEL]:
        'import seedrandom from "seedrandom";\n/** Used. */\nexport function drawLuck(seed: string): number {\n  return seedrandom.alea(seed).quick();\n}\n/** Not used. */\nexport const spare = 1;\n',
    },
    says: ["Unused exports", "spare", KERNEL],
  },
  {
    name: "an export that only a test uses",
    check: "check:unused",
    plant: {
      "src/report/text.ts": `/** Text for people. */
import type { Outcome } from "../engine/stack.ts";

/** One word. */
export function describeOutcome(outcome: Outcome): string {
  return outcome.kind;
}

/** Two words. */
export function describeTwice(outcome: Outcome): string {
  return outcome.kind + outcome.kind;
}
`,
      "src/report/text.test.ts": `import { expect, it } from "vitest";
import { describeTwice } from "./text.ts";

it("says what happened", () => {
  expect(describeTwice({ kind: "served" })).toBe("servedserved");
});
`,
    },
    says: ["Unused exports", "describeTwice", "src/report/text.ts"],
  },
  {
    name: "an unused file",
    check: "check:unused",
    plant: { "src/engine/kernel/orphan.ts": "/** Not used. */\nexport const orphan = 1;\n" },
    says: ["Unused files", "src/engine/kernel/orphan.ts"],
  },
  {
    name: "an unused dependency",
    check: "check:unused",
    plant: { "package.json": tree.manifest(["zod"]) },
    says: ["Unused dependencies", "zod"],
  },
  {
    name: "a dependency that package.json does not name",
    check: "check:unused",
    plant: { "bench/main.ts": 'import { z } from "zod";\n\nconsole.log(z);\n' },
    says: ["Unlisted dependencies", "zod", "bench/main.ts"],
  },
  {
    name: "an upward import",
    check: "check:repository",
    plant: {
      [KERNEL]: '/** Chance. */\nimport type { Outcome } from "../stack.ts";\n\n/** A. */\nexport type A = Outcome;\n',
    },
    says: [`${KERNEL}:2 layers`, "upward import: src/engine/kernel must not know src/engine (src/engine/stack.ts)"],
  },
  {
    name: "a foreign package in the engine",
    check: "check:repository",
    plant: stackWith("z.string();", 'import { z } from "zod";\n'),
    says: [`${STACK}:3 packages`, "the engine may import only seedrandom, not zod"],
  },
  {
    name: "an export without a docstring",
    check: "check:repository",
    plant: { "src/report/text.ts": "export interface Undocumented {\n  readonly a: 1;\n}\n" },
    says: ["src/report/text.ts:1 docstrings", "Undocumented"],
  },
  {
    name: "a file without a test",
    check: "check:repository",
    plant: { "src/engine/kernel/untested.ts": "/** A. */\nexport function untested(): void {}\n" },
    says: ["src/engine/kernel/untested.ts:1 tests-beside"],
  },
];

describe("npm run check", () => {
  it("runs every check that is shown here, and only those", () => {
    const listed = Object.keys(readManifest().scripts).filter((name) => name.startsWith("check:"));
    // publint needs the built package, so .ci/run runs it after the build.
    expect(new Set([...FAULTS.map(({ check }) => check), "check:package"])).toEqual(new Set(listed));
  });

  it.each([...new Set(FAULTS.map(({ check }) => check))])("%s passes a clean tree", (check) => {
    const { passed, output } = tree.check(check);
    expect(passed, output).toBe(true);
  });

  it("is one command that runs them all, and says which failed", () => {
    expect(tree.check("check").output).toMatch(/^(?:ok +check:[a-z]+ +[0-9.]+ s\n){5}$/);
    const plant = { "bench/main.ts": "Promise.resolve( 1 );\n" };
    tree.write(plant);
    const { passed, output } = tree.check("check");
    tree.restore(plant);
    expect(passed).toBe(false);
    expect(output).toContain("no-floating-promises");
    expect(output).toContain("2 of 5 checks failed: check:lint, check:format");
  });

  it.each(FAULTS)("$check finds $name", ({ check, plant, says }) => {
    tree.write(plant);
    const { passed, output } = tree.check(check);
    tree.restore(plant);
    expect(passed, output).toBe(false);
    for (const words of says) expect(output).toMatch(words);
  });
});
