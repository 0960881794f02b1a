import { describe, expect, it } from "vitest";
import { describeProblem, type Problem } from "./problem.ts";

const problem: Problem = {
  source: "a.yaml",
  line: 3,
  column: 7,
  path: "phases[0].traffic",
  message: "a share is at most 100%",
  found: "101%",
  allowed: "0% to 100%",
  suggestion: null,
};

describe("describeProblem", () => {
  it("says where, what is wrong, what was found and what is allowed, on one line", () => {
    expect(describeProblem(problem)).toBe(
      "a.yaml:3:7: phases[0].traffic: a share is at most 100%; found 101%; allowed: 0% to 100%",
    );
  });

  it("leaves out what there is not, and suggests the nearest word", () => {
    const bare = { ...problem, line: 0, path: "", found: null, allowed: null, suggestion: "traffic" };
    expect(describeProblem(bare)).toBe("a.yaml: a share is at most 100%; did you mean traffic?");
  });
});
