import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import { readYaml } from "./yaml-text.ts";

function problems(text: string): string[] {
  const read = readYaml(text, "f.yaml", "a policy");
  return (read.ok ? read.value.problems : read.problems).map(describeProblem);
}

function valueOf(text: string): unknown {
  const read = readYaml(text, "f.yaml", "a policy");
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join("\n"));
  return read.value.value;
}

describe("YAML", () => {
  it("is of the 1.2 core schema: no dates, and yes is a word", () => {
    expect(valueOf("a: yes\nb: 2024-01-01\nc: true\nd: 010\ne: ~\nf: + 2s\ng: 12:30")).toEqual({
      a: "yes",
      b: "2024-01-01",
      c: true,
      d: 10,
      e: null,
      f: "+ 2s",
      g: "12:30",
    });
  });

  it("may use anchors, aliases and merge keys", () => {
    expect(valueOf("a: &a { x: 1 }\nb: *a\nc: { <<: *a, y: 2 }")).toEqual({
      a: { x: 1 },
      b: { x: 1 },
      c: { x: 1, y: 2 },
    });
  });

  it.each([
    ["", "f.yaml: the file is empty, so it is not a policy"],
    ["# only a comment\n", "f.yaml: the file is empty, so it is not a policy"],
    ["- a\n- b", "f.yaml:1:1: a policy is a mapping of keys to values at its top; found a list"],
    ["just words", "f.yaml:1:1: a policy is a mapping of keys to values at its top; found a single value"],
    ["a: \u0000", "f.yaml: the file is not text, so it is not a policy; allowed: YAML in UTF-8"],
    ["a: \uFFFD", "f.yaml: the file is not text, so it is not a policy; allowed: YAML in UTF-8"],
    ["a:\n\t- b", "f.yaml:2:1: a tab is not allowed as indentation in YAML: use spaces"],
    ["a: 1\n---\nb: 2", "f.yaml:2:1: a second document begins here (---): one file holds one document"],
    ["a: *b", "f.yaml:1:4: the alias *b has no anchor &b before it"],
    ["a: 1\nb: 2\na: 3", "f.yaml:3:1: this key is given twice in the same mapping; allowed: each key once"],
    ["a: !!js/function x", "f.yaml:1:4: YAML: unresolved tag: tag:yaml.org,2002:js/function"],
  ])("refuses %j", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it("reports every mistake of syntax", () => {
    expect(problems("a: *x\nb: *y\nc: [1").length).toBe(3);
  });

  it("refuses aliases that multiply", () => {
    const level = (name: string, below: string): string =>
      `${name}: &${name} [${Array(12).fill(`*${below}`).join(", ")}]\n`;
    expect(problems(`a: &a [1]\n${level("b", "a")}${level("c", "b")}${level("d", "c")}`)).toEqual([
      "f.yaml: the aliases of this file multiply into too many values; allowed: at most 100 uses of an alias",
    ]);
  });

  it("refuses what is far too long to be written by hand", () => {
    expect(problems(`a: ${"x".repeat(2_000_001)}`)).toEqual([expect.stringContaining("too long to be a policy")]);
  });

  it("knows where values and keys stand, through aliases and merges as well", () => {
    const read = readYaml("a: &a\n  x: 1\nb: *a\nc:\n  <<: *a\n  y: [7, 8]\nd:\n", "f.yaml", "a policy");
    if (!read.ok) throw new Error("not read");
    const { placeOfKey, placeOfValue } = read.value;
    expect(placeOfValue(["c", "y", 1])).toEqual({ line: 6, column: 10 });
    expect(placeOfKey(["c", "y"])).toEqual({ line: 6, column: 3 });
    expect(placeOfValue(["b", "x"])).toEqual({ line: 2, column: 6 });
    expect(placeOfValue(["c", "x"])).toEqual({ line: 2, column: 6 });
    // Nothing stands after d: its key is the place. What is missing altogether is pointed at from above.
    expect(placeOfValue(["d"])).toEqual({ line: 7, column: 1 });
    expect(placeOfValue(["c", "missing", "below"])).toEqual({ line: 5, column: 3 });
    // Of a key that is given twice, the last value is read.
    const twice = readYaml("a: 1\na: 2", "f.yaml", "a policy");
    expect(twice.ok && twice.value.placeOfValue(["a"])).toEqual({ line: 2, column: 4 });
  });
});
