import { describe, expect, it } from "vitest";
import { complainOfSegment, parseSegment } from "./segment-name.ts";

describe("the name of a segment", () => {
  it("is one value of one or more dimensions", () => {
    expect(parseSegment("region=eu")).toEqual({ ok: true, value: { region: "eu" } });
    expect(parseSegment(" region = eu , plan=pro ")).toEqual({ ok: true, value: { region: "eu", plan: "pro" } });
  });

  it.each(["eu", "region=", "region=eu plan=pro", "region=eu,region=us", ""])("is not %j", (text) => {
    expect(parseSegment(text).ok).toBe(false);
  });

  it("must be one of the users' own", () => {
    const known = { region: ["eu", "us"] };
    expect(complainOfSegment({ region: "eu" }, known)).toEqual([]);
    expect(complainOfSegment({ region: "er" }, known)).toMatchObject([{ found: "region=er", suggestion: "region=eu" }]);
    expect(complainOfSegment({ constructor: "eu" }, {})).toMatchObject([{ message: "the users have no such segment" }]);
  });
});
