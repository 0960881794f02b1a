import { describe, expect, it } from "vitest";
import { PASSED, sampleDocument } from "../../test/cli/sample-record.ts";
import { renderDocument } from "./console.ts";
import { renderJson } from "./json.ts";
import { routingLines } from "./routing-text.ts";
import { createTheme } from "./theme.ts";

const routing = {
  routers: 5,
  bucketing: "unleash",
  stickiness: "default",
  slowestUpdateMs: 9_500,
  flips: 4_321,
  routerFlips: 1_234,
  tornUsers: 77,
};

describe("the text of the routing", () => {
  it("says who met two routers that disagreed", () => {
    const text = renderDocument(sampleDocument([{ ...PASSED, routing }]), { colour: false, ascii: false });
    expect(text).toMatch(/Routing {2}5 routers, unleash bucketing\n/u);
    expect(text).toMatch(/9.5s {2}at most from a change of the flags/u);
    expect(text).toMatch(/4,321 {2}requests decided otherwise/u);
    expect(text).toMatch(/1,234 {2}of them because two routers knew different shares\n +77 {2}users met/u);
    for (const line of text.split("\n").filter((one) => !one.startsWith("reproduce")))
      expect(line.length).toBeLessThan(81);
  });

  it("says nothing of disagreements where there is one router, and nothing at all of a plain one", () => {
    const theme = createTheme({ colour: false, ascii: false });
    const lines = routingLines({ ...routing, routers: 1, stickiness: "request" }, theme);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("1 router, unleash bucketing, sticky by request");
    expect(routingLines(undefined, theme)).toEqual([]);
  });

  it("stands in the JSON, whole", () => {
    const document = JSON.parse(renderJson(sampleDocument([{ ...PASSED, routing }]))) as { results: unknown[] };
    expect(document.results[0]).toMatchObject({ routing });
  });
});
