import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateShare, isShareSentence, splitShareSentence, type ShareLimit } from "./expectation-share.ts";

function split(text: string): unknown {
  const read = splitShareSentence(text);
  return read.ok ? read.value : read.complaints.map((complaint) => complaint.message);
}

const evaluate = (share: ShareLimit, met: number, seen: number, asked: number) =>
  evaluateShare({ text: "t", file: "f", line: 3, share }, met, seen, asked);

describe("splitShareSentence", () => {
  it("takes an outcome, or a whole expectation, out of the parentheses", () => {
    const limit = { operator: ">=", limitPpm: 990_000 };
    expect(split("P(rolled-back) >= 99%")).toEqual({ inner: "outcome is rolled-back", ...limit });
    expect(split(" P ( rollback.trigger is error-rate )>=99 %")).toEqual({
      inner: "rollback.trigger is error-rate",
      ...limit,
    });
    expect(split('P(ending contains "(x)") < 0.01%')).toEqual({
      inner: 'ending contains "(x)"',
      operator: "<",
      limitPpm: 100,
    });
  });

  it.each([
    ["P(rolled-back)", "this is not an expectation on a share"],
    ["P() > 1%", "the parentheses are empty"],
    ["P(completed) == 1%", "unknown comparison"],
    ["P(completed) > 0.5", "a share needs its percent sign, as in 0.5%"],
  ])("refuses %s", (text, message) => expect(split(text)).toEqual([message]));

  it("is not asked about figures that begin with a P", () => {
    expect(["P(x) > 1%", " P (x)"].map(isShareSentence)).toEqual([true, true]);
    expect(["phase is P(x)", "Policy is x"].map(isShareSentence)).toEqual([false, false]);
  });
});

describe("evaluateShare", () => {
  it("counts in integers: 99 of 100 are at least 99 %, and not more", () => {
    expect(evaluate({ operator: ">=", limitPpm: 990_000 }, 99, 100, 100).held).toBe(true);
    expect(evaluate({ operator: ">", limitPpm: 990_000 }, 99, 100, 100).held).toBe(false);
    expect(evaluate({ operator: "<=", limitPpm: 70_000 }, 7, 100, 100).held).toBe(true);
    expect(evaluate({ operator: "<", limitPpm: 70_000 }, 7, 100, 100).held).toBe(false);
  });

  it("says the count, the share and its Wilson interval", () => {
    // 5 of 20: (0.25 + 0.0960) / 1.1921 -+ 1.96 sqrt(0.009375 + 0.0024) / 1.1921.
    const { got } = evaluate({ operator: ">", limitPpm: 0 }, 5, 20, 20);
    expect(got).toBe("5 of 20 runs (25%, 95% interval 11.19% to 46.87%)");
    expect(evaluate({ operator: ">", limitPpm: 0 }, 1, 1, 1).got).toBe("1 of 1 run");
  });

  it("is undecided exactly where the runs that were not seen can still change it", () => {
    const share = { operator: ">=", limitPpm: 900_000 } as const;
    expect(evaluate(share, 5, 5, 10)).toMatchObject({ held: true, undecided: true });
    expect(evaluate(share, 3, 5, 10)).toMatchObject({ held: false });
    expect(evaluate(share, 3, 5, 10)).not.toHaveProperty("undecided");
    expect(evaluate(share, 9, 9, 10)).not.toHaveProperty("undecided");
  });

  it("never says otherwise of a part than of the whole, once it has decided", () => {
    const operator = fc.constantFrom("<", "<=", ">", ">=");
    const runs = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(operator, fc.integer({ min: 0, max: 1_000_000 }), runs, fc.nat(), (operator, limitPpm, met, at) => {
        const part = met.slice(0, 1 + (at % met.length));
        const count = (some: readonly boolean[]): number => some.filter(Boolean).length;
        const whole = evaluate({ operator, limitPpm }, count(met), met.length, met.length);
        const early = evaluate({ operator, limitPpm }, count(part), part.length, met.length);
        expect(whole.undecided).toBeUndefined();
        if (early.undecided !== true) expect(early.held).toBe(whole.held);
      }),
    );
  });
});
