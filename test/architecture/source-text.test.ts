import { describe, expect, it } from "vitest";
import { toRepositoryFile } from "../../scripts/repository/files.ts";
import { readImports } from "../../scripts/repository/imports.ts";
import { blankNonCode, lineAt } from "../../scripts/repository/source-text.ts";

describe("source text", () => {
  it.each([
    ["a(); // b", "a();     "],
    ["a(); /* b\nc */ d", "a();     \n     d"],
    ['a("b \\" c") + d', 'a("      ") + d'],
    ["a('//') + d", "a('  ') + d"],
    ["`a ${b(`c ${d} e`)} f` + g", "`  ${b(`  ${d}  `)}  ` + g"],
    ["`${{ a: { b } }}c`; d", "`${{ a: { b } }} `; d"],
    ['a = /[/"]b\\/c/g; d', "a = /        /g; d".replace("        ", " ".repeat(8))],
    ["a / b / c", "a / b / c"],
    ["(a) / 'b'", "(a) / ' '"],
    ["#!/usr/bin/env node\na", `${" ".repeat(19)}\na`],
  ])("blanks what is not code in %j", (text, expected) => {
    expect(blankNonCode(text)).toBe(expected);
  });

  it("keeps every offset and line", () => {
    const text = 'const a = `x\ny`;\n/** b\n */\nimport "c";\n';
    const code = blankNonCode(text);
    expect(code).toHaveLength(text.length);
    expect(code.split("\n").map(({ length }) => length)).toEqual(text.split("\n").map(({ length }) => length));
    expect(lineAt(text, text.indexOf("import"))).toBe(5);
  });

  it("reads every form of import", () => {
    const text = [
      'import a, { type B } from "./a.ts";',
      'import type { C } from "../c.ts";',
      "import {",
      "  d,",
      '} from "@scope/d/part";',
      'import "node:fs";',
      'export * as e from "./e.ts";',
      'export type { F } from "./f.ts";',
      'const g = await import("g");',
      'import type from "./type.ts";',
      'const from = "import";',
    ].join("\n");
    const file = toRepositoryFile("src/x/y.ts", text);
    expect(
      readImports(file).map(({ line, path, packageName, typeOnly }) => [line, path ?? packageName, typeOnly]),
    ).toEqual([
      [1, "src/x/a.ts", false],
      [2, "src/c.ts", true],
      [3, "@scope/d", false],
      [6, "node:", false],
      [7, "src/x/e.ts", false],
      [8, "src/x/f.ts", true],
      [9, "g", false],
      [10, "src/x/type.ts", false],
    ]);
  });
});
