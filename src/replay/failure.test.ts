import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CLIENT_LEFT,
  defaultFailureRules,
  outcomeCodes,
  parseFailureRules,
  STATUS_FIRST_CLASS,
  STATUS_NO_ANSWER,
  STATUS_NOT_STATED,
  STATUS_UNFINISHED,
  unmetStatuses,
} from "./failure.ts";

const STATUSES = [
  0,
  200,
  404,
  429,
  499,
  500,
  503,
  STATUS_NO_ANSWER,
  STATUS_NOT_STATED,
  STATUS_UNFINISHED,
  STATUS_FIRST_CLASS,
];

function outcomesUnder(rules: string | null): Record<string, string> {
  const read = rules === null ? { ok: true as const, value: defaultFailureRules() } : parseFailureRules(rules);
  if (!read.ok) throw new Error("these rules are valid");
  const { byStatus, errorKinds } = outcomeCodes(read.value, STATUSES, ["Timeout"]);
  const name = (code: number): string =>
    code === 0 ? "served" : code === CLIENT_LEFT ? "left" : (errorKinds[code - 1] ?? "?");
  return Object.fromEntries(STATUSES.map((status) => [status, name(byStatus[status] ?? -1)]));
}

describe("failure", () => {
  it("by default: 500 and above, no answer, an error class; clients that left have no outcome", () => {
    expect(outcomesUnder(null)).toEqual({
      0: "left",
      200: "served",
      404: "served",
      429: "served",
      499: "left",
      500: "500",
      503: "503",
      [STATUS_NO_ANSWER]: "no answer",
      [STATUS_NOT_STATED]: "served",
      [STATUS_UNFINISHED]: "left",
      [STATUS_FIRST_CLASS]: "Timeout",
    });
  });

  it("says what is given of statuses that neither HTTP nor any row has", () => {
    const words = fc.constantFrom("5xx", "4xx", "6xx", "9XX", "429", "600", "999", "598-601", "600-700", "950-999");
    const statuses = fc.uniqueArray(fc.constantFrom(200, 429, 500, 503, 600, 650, 700, 949, 950, 999));
    fc.assert(
      fc.property(fc.uniqueArray(words, { minLength: 1 }), statuses, (given, met) => {
        const rules = parseFailureRules(given.join(" , "));
        if (!rules.ok) throw new Error("these rules are valid");
        const { errorKinds } = outcomeCodes(
          rules.value,
          met.toSorted((a, b) => a - b),
          [],
        );
        const isOf = (word: string, status: number): boolean =>
          /xx$/iu.test(word)
            ? String(status).startsWith(word.slice(0, 1))
            : status >= Number(word.split("-")[0]) && status <= Number(word.split("-").at(-1));
        expect(unmetStatuses(rules.value, errorKinds)).toEqual(
          given.filter((word) => Number(word.slice(0, 1)) > 5 && !met.some((status) => isOf(word, status))),
        );
      }),
    );
    expect(unmetStatuses(defaultFailureRules(), [])).toEqual([]);
  });

  it("does not say it where there are too many kinds to tell", () => {
    const rules = parseFailureRules("4xx,5xx,9xx");
    if (!rules.ok) throw new Error("these rules are valid");
    const statuses = Array.from({ length: 100 }, (_, i) => 400 + i);
    const classes = Array.from({ length: 250 }, (_, i) => STATUS_FIRST_CLASS + i);
    const { errorKinds } = outcomeCodes(rules.value, [...statuses, ...classes], classes.map(String));
    expect(unmetStatuses(rules.value, errorKinds)).toEqual([]);
  });

  it("is what --errors lists, and no other status", () => {
    expect(outcomesUnder("503,429")).toMatchObject({
      404: "served",
      429: "429",
      499: "left",
      500: "served",
      503: "503",
    });
    expect(outcomesUnder("4xx")).toMatchObject({ 404: "404", 429: "429", 499: "left", 500: "served" });
    expect(outcomesUnder("499,0")).toMatchObject({ 0: "0", 499: "499", 404: "served" });
    expect(outcomesUnder("400-450")).toMatchObject({ 404: "404", 429: "429", 500: "served" });
  });

  it("says of every wrong word what is wrong", () => {
    const read = parseFailureRules("5xx,huge,600-500,,42");
    expect(read.ok ? [] : read.problems.map((problem) => problem.found)).toEqual(["huge", "600-500", "nothing", "42"]);
  });

  it("puts more kinds than there are codes into the last", () => {
    const statuses = Array.from({ length: 400 }, (_, i) => 500 + i);
    const { byStatus, errorKinds } = outcomeCodes(defaultFailureRules(), statuses, []);
    expect(errorKinds.length).toBe(254);
    expect(errorKinds[253]).toBe("other failure");
    expect(byStatus[500]).toBe(2);
    expect(byStatus[751]).toBe(253);
    expect(byStatus[752]).toBe(254);
    expect(byStatus[899]).toBe(254);
  });
});
