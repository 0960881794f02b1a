import { describe, expect, it } from "vitest";
import { checkArithmetic } from "../../scripts/repository/arithmetic.ts";
import { checkDocstrings } from "../../scripts/repository/docstrings.ts";
import { type Rule, toRepositoryFile } from "../../scripts/repository/files.ts";
import { checkLeftovers } from "../../scripts/repository/leftovers.ts";
import { checkNames } from "../../scripts/repository/names.ts";
import { checkPackages } from "../../scripts/repository/packages.ts";
import { checkTestsBeside } from "../../scripts/repository/tests-beside.ts";

type Tree = Readonly<Record<string, string>>;

const find = (rule: Rule, tree: Tree): readonly string[] =>
  rule(Object.entries(tree).map(([path, text]) => toRepositoryFile(path, text))).map(
    ({ path, line, message }) => `${path}:${line} ${message}`,
  );

describe("packages", () => {
  it("keeps all but seedrandom out of the engine", () => {
    expect(find(checkPackages, { "src/engine/stack.ts": 'import { z } from "zod";\n' })).toEqual([
      "src/engine/stack.ts:1 the engine may import only seedrandom, not zod; do it at the edge and pass the result in",
    ]);
    for (const specifier of ["node:fs", "simple-statistics", "seedrandom-extra", "@scope/seedrandom", "react"]) {
      expect(find(checkPackages, { "src/engine/kernel/a.ts": `import x from "${specifier}";\n` })).toHaveLength(1);
    }
    const allowed = 'import seedrandom from "seedrandom";\n';
    expect(find(checkPackages, { "src/engine/kernel/a.ts": allowed })).toEqual([]);
    expect(find(checkPackages, { "src/engine/kernel/a.test.ts": 'import fc from "fast-check";\n' })).toEqual([]);
  });

  it("keeps the terminal UI's packages in src/tui", () => {
    for (const specifier of ["ink", "react", "react/jsx-runtime"]) {
      expect(find(checkPackages, { "src/cli/main.ts": `import { x } from "${specifier}";\n` })[0]).toContain("src/tui");
      expect(find(checkPackages, { "src/tui/screen.ts": `import { x } from "${specifier}";\n` })).toEqual([]);
    }
  });
});

describe("arithmetic", () => {
  it.each(["x ** 2", "2 ** exponent", "12 ** 3", "2 ** 0.5", "x **= 2", "1.2 ** 3"])(
    "refuses %s in the engine",
    (power) => {
      const tree = { "src/engine/kernel/a.ts": `/** A. */\nexport const a = ${power};\n` };
      expect(find(checkArithmetic, tree)).toEqual([
        "src/engine/kernel/a.ts:2 ** differs in its last bit between versions of V8; multiply, shift, or write 2 ** with a number",
      ]);
    },
  );

  it("allows exact powers of two, words in comments, and the edge", () => {
    expect(find(checkArithmetic, { "src/engine/a.ts": "/** a ** b */\nconst a = 2 ** 32 + x * 2 ** -20;\n" })).toEqual(
      [],
    );
    expect(find(checkArithmetic, { "src/report/a.ts": "const a = x ** 2;\n" })).toEqual([]);
  });
});

describe("names and sizes", () => {
  it("wants concepts, in kebab-case", () => {
    expect(find(checkNames, { "src/engine/utils/clock.ts": "" })[0]).toContain('"utils" is a kind, not a concept');
    expect(find(checkNames, { "src/engine/helpers.test.ts": "" })[0]).toContain('"helpers" is a kind');
    expect(find(checkNames, { "src/report/jsonReport.ts": "" })[0]).toContain("jsonReport.ts is not kebab-case");
    expect(find(checkNames, { "src/reportText/json.ts": "" })[0]).toContain("folder reportText is not kebab-case");
    expect(find(checkNames, { "src/engine/kernel/event-queue.property.test.ts": "" })).toEqual([]);
  });

  it("wants at most 350 lines in src", () => {
    expect(find(checkNames, { "src/engine/a.ts": "\n".repeat(350) })).toEqual([]);
    expect(find(checkNames, { "src/engine/a.ts": "\n".repeat(351) })).toEqual([
      "src/engine/a.ts:351 351 lines, at most 350; give each concept a file of its own",
    ]);
  });
});

describe("tests beside", () => {
  const test = 'import { a } from "./a.ts";\n';

  it.each([
    "export function a(): void {}\n",
    "export const a = (b: number): number => b;\n",
    'export { b } from "./b.ts";\n',
    "run();\n",
    "export class A {}\n",
  ])("wants a test in the same folder for what does something: %s", (text) => {
    const finding = ["src/engine/a.ts:1 no test in its folder reaches it; write src/engine/a.test.ts"];
    expect(find(checkTestsBeside, { "src/engine/a.ts": text })).toEqual(finding);
    expect(find(checkTestsBeside, { "src/engine/a.ts": text, "src/engine/a.test.ts": "" })).toEqual(finding);
    expect(find(checkTestsBeside, { "src/engine/a.ts": text, "src/engine/a.test.ts": test })).toEqual([]);
    const besideAnother = { "src/engine/a.ts": text, "src/engine/b.test.ts": test, "src/engine/b.ts": "type B = 1;\n" };
    expect(find(checkTestsBeside, besideAnother)).toEqual([]);
    const elsewhere = { "src/engine/a.ts": text, "test/a.test.ts": 'import { a } from "../src/engine/a.ts";\n' };
    expect(find(checkTestsBeside, elsewhere)).toEqual(finding);
  });

  it("asks none of what test/ runs", () => {
    expect(find(checkTestsBeside, { "src/cli/list.ts": "list();\n", "src/index.ts": "run();\n" })).toEqual([]);
    expect(find(checkTestsBeside, { "src/climate.ts": "list();\n" })).toHaveLength(1);
  });

  it("asks none of types and constants", () => {
    const text =
      'import type { B } from "./b.ts";\n\n/** An a; no function a(). */\nexport interface A {\n  readonly b: (c: B) => B;\n}\nexport const A = 1;\n';
    expect(find(checkTestsBeside, { "src/engine/a.ts": text })).toEqual([]);
  });

  it("wants a source for every test", () => {
    expect(find(checkTestsBeside, { "src/engine/a.test.ts": "" })[0]).toContain("no src/engine/a.ts beside it");
    expect(find(checkTestsBeside, { "src/a.b.test.ts": "", "src/a.ts": "export type A = 1;\n" })).toEqual([]);
  });
});

describe("docstrings", () => {
  it.each([
    "function a(): void {}",
    "async function a(): Promise<void> {}",
    "const a = 1;",
    "class a {}",
    "interface a {}",
    "type a = 1;",
  ])("wants one above: export %s", (declaration) => {
    expect(find(checkDocstrings, { "src/a.ts": `// Not a docstring.\nexport ${declaration}\n` })).toEqual([
      "src/a.ts:2 export a has no docstring; say above it what it is, with shapes, units and errors",
    ]);
    expect(find(checkDocstrings, { "src/a.ts": `/** An a. */\nexport ${declaration}\n` })).toEqual([]);
  });

  it("asks overloads once, and re-exports never", () => {
    const overloads = "/** A. */\nexport function a(b: 1): 1;\nexport function a(b: 2): 2;\n";
    expect(find(checkDocstrings, { "src/a.ts": overloads })).toEqual([]);
    expect(
      find(checkDocstrings, { "src/a.ts": 'export { a } from "./b.ts";\nexport type { B } from "./b.ts";\n' }),
    ).toEqual([]);
  });
});

describe("leftovers", () => {
  const machinePath = ["", "home", "someone", "project"].join("/");
  const unfinished = ["TO", "DO"].join("");

  it("finds paths of one machine, but not in recorded logs", () => {
    expect(find(checkLeftovers, { "docs/guide.md": `Open ${machinePath}.\n` })[0]).toContain("a path of one machine");
    expect(find(checkLeftovers, { "fixtures/traces/small.log": `GET ${machinePath}\n` })).toEqual([]);
    expect(find(checkLeftovers, { "docs/guide.md": "Open /home or src/home/page/one.\n" })).toEqual([]);
  });

  it("finds foreign registries in the lock file", () => {
    const lock = (host: string): Tree => ({ "package-lock.json": `{ "resolved": "https://${host}/a.tgz" }\n` });
    expect(find(checkLeftovers, lock("registry.example.org"))).toHaveLength(1);
    expect(find(checkLeftovers, lock("registry.npmjs.org"))).toEqual([]);
  });

  it("finds unfinished work, tests that do not count, and silenced checks", () => {
    expect(find(checkLeftovers, { "src/a.ts": `// ${unfinished}: more\n` })[0]).toContain("src/a.ts:1 ");
    for (const call of ["it.only", "describe.skip", "test.each.only", "it.todo"]) {
      expect(find(checkLeftovers, { "src/a.test.ts": `\n${call}("x");\n` })[0]).toContain(`src/a.test.ts:2 ${call}`);
    }
    expect(find(checkLeftovers, { "src/a.test.ts": 'describe.skipIf(missing)("x");\n// it.only\n' })).toEqual([]);
    const silencers = ["oxlint-", "eslint-"]
      .map((tool) => `${tool}disable-next-line`)
      .concat(["@ts-", "ignore"].join(""));
    for (const silencer of silencers) {
      expect(find(checkLeftovers, { "src/a.ts": `// ${silencer}\n` })[0]).toContain("a silenced check");
    }
  });
});
