/**
 * docs/systems.md is true: every row of a system is there, everything that a row names exists, every scenario that it
 * names passes, and every built-in scenario is named. (That its tests pass is seen where they run: in this same run.)
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtInScenarios, loadRehearsal, type Rehearsal } from "../../src/scenarios/built-in.ts";
import { rehearseScenario } from "../../src/scenarios/runner.ts";
import { ROOT } from "../cli/rehearse.ts";

/** The systems, by the letter of their rows, with how many rows they have. */
const SYSTEMS = [
  { letter: "A", heading: "A. setbull-v2", suite: "setbull-v2", rows: 15 },
  { letter: "B", heading: "B. ultra-fast-analyzer", suite: "ultra-fast-analyzer", rows: 11 },
];

interface Row {
  readonly row: string;
  readonly what: string;
  readonly names: readonly string[];
}

const PAGE = readFileSync(join(ROOT, "docs/systems.md"), "utf8");
const BUILT_IN = new Map(builtInScenarios().map((one) => [one.name, one]));

/** The rows below a heading. */
function rowsBelow(heading: string): Row[] {
  const section = PAGE.split(/^## /mu).find((one) => one.startsWith(`${heading}\n`)) ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| row |"));
  return lines.map((line) => {
    const [, row = "", what = "", shown = "", ...rest] = line.split("|").map((cell) => cell.trim());
    expect(rest).toEqual([""]);
    return { row, what, names: [...shown.matchAll(/`([^`]+)`/gu)].map((name) => name[1] ?? "") };
  });
}

const TABLES = SYSTEMS.map((system) => ({ ...system, table: rowsBelow(system.heading) }));
const NAMES = [...new Set(TABLES.flatMap(({ table }) => table.flatMap(({ names }) => names)))];
const TESTS = NAMES.filter((name) => name.endsWith(".test.ts"));
const SCENARIOS = NAMES.filter((name) => !TESTS.includes(name));

/** The rehearsal of a name: of a built-in scenario, or of a file. */
function rehearsalOf(name: string): Rehearsal {
  const builtIn = BUILT_IN.get(name);
  const read =
    builtIn === undefined ? loadRehearsal(join(ROOT, name), name) : loadRehearsal(builtIn.path, builtIn.file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

describe("docs/systems.md", () => {
  it.each(TABLES)("has every row of $heading once, in order, each with what shows it", ({ letter, rows, table }) => {
    expect(table.map(({ row }) => row)).toEqual(Array.from({ length: rows }, (_, index) => `${letter}${index + 1}`));
    for (const { what, names } of table) {
      expect(what).not.toBe("");
      expect(names).not.toEqual([]);
    }
  });

  it("names scenarios that exist", () => {
    const missing = SCENARIOS.filter((name) => !BUILT_IN.has(name) && !existsSync(join(ROOT, name)));
    expect(missing).toEqual([]);
  });

  it("names test files that are run", () => {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const list = [vitest, "list", "--filesOnly", "--json"];
    const listed = JSON.parse(execFileSync(process.execPath, list, { cwd: ROOT, encoding: "utf8" })) as {
      readonly file: string;
    }[];
    const files = new Set(listed.map(({ file }) => file));
    expect(TESTS.length).toBeGreaterThan(5);
    expect(TESTS.filter((name) => !files.has(join(ROOT, name)))).toEqual([]);
  });

  it("names every built-in scenario", () => {
    const suites = TABLES.filter(({ table }) => table.length > 0).map(({ suite }) => `${suite}/`);
    const unnamed = [...BUILT_IN.keys()].filter((name) => {
      return suites.some((suite) => name.startsWith(suite)) && !NAMES.includes(name);
    });
    expect(unnamed).toEqual([]);
  });
});

describe("the scenarios that it names", () => {
  // Slow ones are read, but are not run here: `rehearse run --slow` runs them.
  const rehearsals = SCENARIOS.map((name) => ({ name, ...rehearsalOf(name) }));

  it.each(rehearsals.filter(({ scenario }) => !scenario.slow))("$name passes", ({ scenario, policy }) => {
    const { expectations } = rehearseScenario(scenario, policy, null);
    expect(expectations.length).toBeGreaterThan(0);
    expect(expectations.filter(({ held }) => !held)).toEqual([]);
  });
});
