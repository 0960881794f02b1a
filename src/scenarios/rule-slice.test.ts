import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RuleSlice } from "../engine/deployment/policy.ts";
import { findMetric } from "../engine/monitor/catalogue.ts";
import { writeRule } from "./rule-sentence.ts";
import { sliceRuleName, takeSlice } from "./rule-slice.ts";
import { conditionOf, parseRule } from "./rule.ts";

const word = fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/);
const sliceArbitrary: fc.Arbitrary<RuleSlice> = fc
  .record({
    route: fc.option(fc.string({ minLength: 1, maxLength: 20 })),
    segments: fc.uniqueArray(fc.tuple(word, word), { maxLength: 2, selector: ([name]) => name }),
  })
  .filter(({ route, segments }) => route !== null || segments.length > 0)
  .map(({ route, segments }) => ({
    ...(route === null ? {} : { route }),
    ...(segments.length === 0 ? {} : { segment: segments.map((pair) => pair.join("=")).join(" and ") }),
  }));

function sliceOf(sentence: string): RuleSlice | undefined {
  const read = parseRule(sentence, "trigger");
  if (!read.ok) throw new Error(read.complaints.map((complaint) => complaint.message).join("; "));
  return read.value.slice;
}

describe("slices in rules", () => {
  it("are read after the metric", () => {
    expect(sliceOf('errorRate of "GET /b" > 5%')).toEqual({ route: "GET /b" });
    expect(sliceOf("errorRate in region=eu > 5% over 2m, in CANARY")).toEqual({ segment: "region=eu" });
    expect(sliceOf('latency.p99 of "a \\"b\\" > 1%" in region=eu  and plan=pro>2s')).toEqual({
      route: 'a "b" > 1%',
      segment: "region=eu and plan=pro",
    });
    expect(sliceOf("errorRate > 5% in CANARY")).toBe(undefined);
    expect(sliceOf("burnRate of 99.9% > 14.4 over 1h and 5m")).toBe(undefined);
  });

  it("are written back as they are read", () => {
    fc.assert(
      fc.property(sliceArbitrary, fc.constantFrom("gate", "trigger", "alert"), (slice, kind) => {
        const condition = {
          metric: "candidate.errorRate",
          operator: ">",
          limit: 50_000,
          window: { kind: "sliding", lengthUs: 60_000_000 },
          minSamples: 50,
          slice,
        } as const;
        const read = parseRule(writeRule(condition), kind);
        expect(read.ok && conditionOf(read.value, kind)).toEqual(condition);
      }),
    );
  });

  it.each([
    ["errorRate of GET /b > 5%", "this is not a slice of the traffic"],
    ["errorRate in eu > 5%", "this is not a slice of the traffic"],
    ['errorRate of "" > 5%', "this is not the name of a route"],
    ["errorRate in a=b and a=c > 5%", "this segment names a dimension twice"],
    ['health.ok of "GET /b" < 1', "health.ok is of the whole system: it has no slices"],
    ["system.health in region=eu < 2", "system.health is of the whole system: it has no slices"],
  ])("%s: %s", (sentence, message) => {
    const read = parseRule(sentence, "trigger");
    expect(read.ok ? [] : read.complaints.map((complaint) => complaint.message)).toEqual([message]);
  });

  it("name rules that have no name", () => {
    const metric = findMetric("candidate.errorRate")!.metric;
    expect(sliceRuleName(metric, { route: "GET /b/:id" })).toBe("error-rate-of-get-b-id");
    expect(sliceRuleName(metric, { segment: "region=eu" })).toBe("error-rate-in-region-eu");
    expect(takeSlice("errorRate > 5%")).toEqual({ rest: "errorRate > 5%", slice: null, complaints: [] });
  });
});
