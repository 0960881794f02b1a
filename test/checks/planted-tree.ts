/** A small project of its own under the real settings, to plant faults into. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** Files by path from the project's root, with their text. */
export type Files = Readonly<Record<string, string>>;

/** What a check said. */
export interface CheckOutcome {
  readonly passed: boolean;
  readonly output: string;
}

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const REPOSITORY = join(import.meta.dirname, "..", "..");
const SETTINGS = [
  ".oxlintrc.json",
  ".oxfmtrc.json",
  "knip.json",
  "knip.production.json",
  "tsconfig.json",
  "vitest.config.ts",
];
const RULES = ["scripts/check.ts", "scripts/check-repository.ts", "scripts/repository", "test/architecture"];

/** A tree that every check passes: a little of each layer, the first package allowed in the engine, a test beside. */
const CLEAN: Files = {
  // The runner's settings name it; the tree has no property tests to seed.
  "test/random-seed.ts": `/** Seeds of property tests: there are none. */
import "vitest";
`,
  "src/engine/kernel/luck.ts": `/** Chance. */
import seedrandom from "seedrandom";

/** A number in [0, 1) that the seed alone decides. */
export function drawLuck(seed: string): number {
  return seedrandom.alea(seed).quick();
}
`,
  "src/engine/kernel/luck.test.ts": `import { expect, it } from "vitest";
import { drawLuck } from "./luck.ts";

it("is decided by the seed", () => {
  expect(drawLuck("a")).toBe(drawLuck("a"));
});
`,
  "src/engine/stack.ts": `/** The parts wired together. */
import { drawLuck } from "./kernel/luck.ts";

/** What may happen to a request. */
export type Outcome = { readonly kind: "served" } | { readonly kind: "failed" };

/** One request, decided by the seed. */
export function decideOutcome(seed: string): Outcome {
  return drawLuck(seed) < 0.5 ? { kind: "served" } : { kind: "failed" };
}
`,
  "src/engine/stack.test.ts": `import { expect, it } from "vitest";
import { decideOutcome } from "./stack.ts";

it("is decided by the seed", () => {
  expect(decideOutcome("a")).toEqual(decideOutcome("a"));
});
`,
  "src/report/text.ts": `/** Text for people. */
import type { Outcome } from "../engine/stack.ts";

/** One word. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "served":
      return "served";
    case "failed":
      return "failed";
  }
}
`,
  "src/report/text.test.ts": `import { expect, it } from "vitest";
import { describeOutcome } from "./text.ts";

it("says what happened", () => {
  expect(describeOutcome({ kind: "served" })).toBe("served");
});
`,
  "src/index.ts": `/** Public names. */
export { decideOutcome } from "./engine/stack.ts";
`,
  "src/cli/main.ts": `#!/usr/bin/env node
/** The command. */
import { decideOutcome } from "../engine/stack.ts";
import { describeOutcome } from "../report/text.ts";

console.log(describeOutcome(decideOutcome("1")));
`,
  "bench/main.ts": "/** The bench. */\nconsole.log(1);\n",
};

/** The clean tree in a new temporary folder. The caller removes it. */
export class PlantedTree {
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "rehearse-checks-"));
    symlinkSync(join(REPOSITORY, "node_modules"), join(this.root, "node_modules"), "dir");
    for (const name of SETTINGS) copyFileSync(join(REPOSITORY, name), join(this.root, name));
    for (const name of RULES) cpSync(join(REPOSITORY, name), join(this.root, name), { recursive: true });
    this.write({ ...CLEAN, "package.json": this.manifest([]) });
  }

  /** Writes files over what stands there. */
  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true });
      writeFileSync(join(this.root, path), text);
    }
  }

  /** Takes the planted files out again, and puts back those of the clean tree that they covered. */
  restore(files: Files): void {
    for (const path of Object.keys(files)) rmSync(join(this.root, path), { force: true });
    const covered = Object.entries(CLEAN).filter(([path]) => path in files);
    this.write(Object.fromEntries(covered));
    this.write({ "package.json": this.manifest([]) });
  }

  /** The repository's own manifest, with the packages that the clean tree uses and these besides. */
  manifest(unusedPackages: readonly string[]): string {
    const { scripts, dependencies, devDependencies, ...rest } = readManifest();
    const kept = Object.entries(scripts).filter(([name]) => /^(?:check|test|bench)\b/.test(name));
    // Tools that a script names; the compiler, its types, and the linter's other half, which none does.
    const used = kept
      .map(([, command]) => command)
      .join(" ")
      .concat(" typescript oxlint-tsgolint @types/node @types/seedrandom");
    const tools = Object.entries(devDependencies).filter(([name]) => used.includes(name));
    const packages = ["seedrandom", ...unusedPackages].map((name) => [name, dependencies[name]]);
    const manifest = {
      ...rest,
      bin: {},
      scripts: Object.fromEntries(kept),
      dependencies: Object.fromEntries(packages) as unknown,
      devDependencies: Object.fromEntries(tools),
    };
    return `${JSON.stringify(manifest, null, 2)}\n`;
  }

  /** Runs one of the repository's check scripts here, as `npm run check` does there. */
  check(script: string): CheckOutcome {
    const command = readManifest().scripts[script];
    if (command === undefined) throw new Error(`package.json has no script ${script}`);
    const path = [join(REPOSITORY, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter);
    const { status, stdout, stderr } = spawnSync(command, {
      cwd: this.root,
      shell: true,
      encoding: "utf8",
      env: { ...process.env, PATH: path, NO_COLOR: "1" },
    });
    return { passed: status === 0, output: stdout + stderr };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The repository's package.json, as far as checks need it. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as Manifest;
}
