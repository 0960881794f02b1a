import { describe, expect, it } from "vitest";
import { PASSED, REPLICATED, ROLLED_BACK, sampleDocument } from "../../test/cli/sample-record.ts";
import { renderJunit } from "./junit.ts";

describe("the JUnit report", () => {
  it("has a suite per scenario and a case per expectation, with place, expected, got and evidence", () => {
    const xml = renderJunit(sampleDocument([ROLLED_BACK, PASSED]));
    expect(xml).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="rehearse" tests="3" failures="1" errors="0" skipped="0">/u,
    );
    expect(xml).toContain('<testsuite name="shop/bad-candidate" tests="2" failures="1" errors="0" skipped="0">');
    expect(xml).toContain(
      '<testcase classname="shop/bad-candidate" name="outcome is completed" file="scenarios/bad.yaml:31">',
    );
    expect(xml).toContain('<failure message="expected outcome is completed, got rolled-back" type="expectation">');
    expect(xml).toContain(
      "scenarios/bad.yaml:31\nrollback at 12m 11.25s in CANARY: error-rate: candidate.errorRate 31.36% > 10%",
    );
    expect(xml).toContain('<property name="command" value="rehearse run scenarios --seed 42"/>');
    expect(xml.match(/<\/?testsuite /gu)).toHaveLength(2);
  });

  it("has no time in it, passes what expects nothing, and skips what a shard cannot say", () => {
    const xml = renderJunit(sampleDocument([{ ...PASSED, expectations: [] }, REPLICATED]));
    expect(xml).not.toMatch(/time/u);
    expect(xml).toContain('name="ran: rolled back"');
    expect(xml).toContain('<testsuite name="shop/good-candidate" tests="2" failures="0" errors="0" skipped="1">');
    expect(renderJunit(sampleDocument([PASSED]))).toBe(renderJunit(sampleDocument([PASSED])));
  });

  it("is well-formed whatever the words hold", () => {
    const nasty = `\u001b[31mred\u001b[0m & <b> "x" \u0000\u0007\u0085\uFFFE\uD800 ok`;
    const [failed] = ROLLED_BACK.expectations;
    if (failed === undefined) throw new Error("the sample has no expectations");
    const expectation = { ...failed, text: nasty, got: nasty, file: "]]>]]>" };
    const xml = renderJunit(sampleDocument([{ ...ROLLED_BACK, scenario: nasty, expectations: [expectation] }]));
    expect(/<failure[^]*<\/failure>/u.exec(xml)?.[0].match(/\]\]>/gu)).toHaveLength(1);
    expect(xml).toContain("red &amp; &lt;b> &quot;x&quot;  ok");
    // Tab, line feed, and what XML 1.0 calls a character, without halves.
    expect(xml).toMatch(/^[\t\n\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
    expect(xml).not.toContain("[31m");
  });
});
