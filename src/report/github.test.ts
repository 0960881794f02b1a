import { describe, expect, it } from "vitest";
import { PASSED, ROLLED_BACK, sampleDocument } from "../../test/cli/sample-record.ts";
import { renderAnnotations, renderSummary } from "./github.ts";

const document = {
  ...sampleDocument([PASSED, ROLLED_BACK]),
  warnings: [{ rule: "blind-rule", file: "p.yaml", line: 7, path: "triggers[0]", message: "blind: 1%" }],
};

describe("annotations", () => {
  it("stand at the line of every expectation that failed, one line each, escaped", () => {
    const lines = renderAnnotations(document, (file) => `sub/${file}`).split("\n");
    expect(lines).toEqual([
      "::error file=sub/scenarios/bad.yaml,line=31,title=shop/bad-candidate::expected outcome is completed, got rolled-back%0Arollback at 12m 11.25s in CANARY: error-rate: candidate.errorRate 31.36%25 > 10%25, last 1m, 118 samples (50 needed)",
      "::warning file=sub/p.yaml,line=7,title=blind-rule::triggers[0]: blind: 1%25",
      "",
    ]);
  });

  it("keep a title from ending early", () => {
    const [line] = renderAnnotations(
      sampleDocument([{ ...ROLLED_BACK, scenario: "a,b::c\u001b[1m" }]),
      (file) => file,
    ).split("\n");
    expect(line).toContain("title=a%2Cb%3A%3Ac::expected");
  });
});

describe("the summary", () => {
  it("has failures first, a table of all, and the command", () => {
    const text = renderSummary(document);
    expect(text).toContain(
      "### Rehearsals: 1 passed, 1 failed\n\n**shop/bad-candidate**\n\n- scenarios/bad.yaml:31: expected outcome",
    );
    const rows = text.split("\n").filter((line) => /^\| \S/u.test(line) && !line.startsWith("| |"));
    expect(rows.map((row) => row.split(" | ").slice(0, 2))).toEqual([
      ["| ❌", "shop/bad-candidate"],
      ["| ✅", "shop/good-candidate"],
    ]);
    expect(text).toContain("```sh\nrehearse run scenarios --seed 42\n```");
  });

  it("shows names as they are, never as Markdown", () => {
    const text = renderSummary(sampleDocument([{ ...PASSED, scenario: "a|b *c* <i>\nd" }]));
    expect(text).toContain("| ✅ | a\\|b \\*c\\* \\<i\\> d | setbull-v2 |");
  });
});
