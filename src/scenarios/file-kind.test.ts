import { describe, expect, it } from "vitest";
import { fileKindOf } from "./file-kind.ts";

describe("fileKindOf", () => {
  it.each([
    ["# a comment: yes\n\nscenario: bad day\npolicy: setbull-v2\n", "scenario"],
    ["---\npolicy: mine\nphases: []\n", "policy"],
    ["latency: x 0.5\n", "versions"],
    ['"candidate":\n  errors: + 1%\n', "versions"],
    ["name: ci\non: push\n", null],
    ["- a list\n", null],
    ["", null],
  ])("%j is %s", (text, kind) => {
    expect(fileKindOf(text)).toBe(kind);
  });
});
