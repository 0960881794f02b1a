import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BAND_BARS, type Answer, type AnswerBar } from "./answer.ts";
import { drawRequest, repositoryOf, type AnalyticsRequest, type Candle } from "./candle.ts";
import { analyseColumns, DEFECTS, type Defect } from "./column-analytics.ts";
import { BAND_TOLERANCE, compareAnswers, type Mismatch } from "./compare-answers.ts";
import { analyseRecords } from "./record-analytics.ts";
import { compareShadow, shadowStream } from "./shadow.ts";

/** The definition, a third time: bars by looking at every candle, bands by exact integers of cents. */
function defined({ intervalMinutes, lookbackMinutes }: AnalyticsRequest, all: readonly Candle[]): AnswerBar[] {
  const last = all.at(-1)!.atMinute;
  const candles = all.filter(({ atMinute }) => atMinute > last - lookbackMinutes);
  const starts = new Set(candles.map(({ atMinute }) => Math.floor(atMinute / intervalMinutes) * intervalMinutes));
  const inBar = (start: number): Candle[] =>
    candles.filter(({ atMinute }) => atMinute >= start && atMinute < start + intervalMinutes);
  const sorted = [...starts].toSorted((a, b) => a - b);
  const closes = sorted.map((start) => BigInt(Math.round(inBar(start).at(-1)!.close * 100)));
  return sorted.map((startMinute, i) => {
    const bar = inBar(startMinute);
    const plain = {
      startMinute,
      open: bar[0]!.open,
      high: bar.map(({ high }) => high).toSorted((a, b) => b - a)[0]!,
      low: bar.map(({ low }) => low).toSorted((a, b) => a - b)[0]!,
      close: bar.at(-1)!.close,
      volume: bar.map(({ volume }) => volume).reduce((a, b) => a + b),
    };
    if (i < BAND_BARS - 1) return { ...plain, middle: null, upper: null, lower: null };
    const window = closes.slice(i - BAND_BARS + 1, i + 1);
    const n = BigInt(BAND_BARS);
    const sum = window.reduce((a, b) => a + b);
    // n^2 times the variance of the population: the sum over all pairs of (x - y)^2, each pair once.
    let pairs = 0n;
    for (const [j, x] of window.entries()) for (const y of window.slice(j + 1)) pairs += (x - y) * (x - y);
    const away = (2 * Math.sqrt(Number(pairs))) / BAND_BARS / 100;
    const middle = Number(sum) / Number(n) / 100;
    return { ...plain, middle, upper: middle + away, lower: middle - away };
  });
}

const request = fc.record({ seed: fc.string({ maxLength: 4 }), number: fc.nat(5_000_000) });

function bars(answer: Answer): readonly AnswerBar[] {
  return answer.kind === "bars" ? answer.bars : [];
}

/** What has to be equal. */
function plain({ startMinute, open, high, low, close, volume }: AnswerBar): unknown[] {
  return [startMinute, open, high, low, close, volume];
}

describe("the reference workload", () => {
  it("is what a third definition says, by either version, within the stated tolerance", () => {
    let banded = 0;
    fc.assert(
      fc.property(request, ({ seed, number }) => {
        const { request: asked, candles } = drawRequest(shadowStream(seed), number);
        const repository = repositoryOf(asked.symbol, candles);
        const exact = defined(asked, candles);
        banded += exact.filter(({ middle }) => middle !== null).length;
        for (const answer of [analyseRecords(asked, repository), analyseColumns(asked, repository, [])]) {
          expect(bars(answer).map(plain)).toEqual(exact.map(plain));
          for (const [i, bar] of bars(answer).entries()) {
            for (const band of ["middle", "upper", "lower"] as const) {
              const want = exact[i]![band];
              if (want === null) expect(bar[band]).toBeNull();
              else
                expect(Math.abs(Number(bar[band]) - Number(want))).toBeLessThanOrEqual(
                  (BAND_TOLERANCE / 2) * Number(exact[i]!.middle),
                );
            }
          }
        }
        expect(compareShadow(shadowStream(seed), number, [])).toEqual([]);
      }),
      { numRuns: 60, seed: 5 },
    );
    expect(banded).toBeGreaterThan(200);
  });

  it("starts bars at multiples of the interval, with minutes missing, and takes the same candles each time", () => {
    const { request: asked, candles } = drawRequest(shadowStream("7"), 3);
    const answer = bars(analyseRecords(asked, repositoryOf(asked.symbol, candles)));
    expect(answer.length).toBeGreaterThan(10);
    for (const bar of answer) expect(Number(bar.startMinute) % asked.intervalMinutes).toBe(0);
    expect(candles.length).toBeLessThan(asked.lookbackMinutes);
    expect(drawRequest(shadowStream("7"), 3)).toEqual({ request: asked, candles });
    expect(repositoryOf(asked.symbol, candles).latestMinute("other")).toBe(-1);
  });

  it.each<[Defect, Mismatch, number]>([
    ["shifted-interval", "time", 1],
    ["lost-type", "type", 1],
    ["missing-method", "refused", 1],
    ["wrong-deviation", "deviation", 0.5],
  ])("finds %s as %s and as nothing else", (defect, kind, leastShare) => {
    const found = Array.from({ length: 200 }, (_, number) => compareShadow(shadowStream("1"), number, [defect]));
    const kinds = new Set(found.flat().map((difference) => difference.kind));
    expect([...kinds]).toEqual([kind]);
    expect(found.filter((differences) => differences.length > 0).length).toBeGreaterThanOrEqual(200 * leastShare);
  });

  it("finds each of several defects at once, but bands are not compared where bars are not", () => {
    const { length } = DEFECTS;
    expect(length).toBe(4);
    const both = Array.from({ length: 40 }, (_, i) =>
      compareShadow(shadowStream("1"), i, ["lost-type", "wrong-deviation"]),
    );
    expect(new Set(both.flat().map(({ kind }) => kind))).toEqual(new Set(["type", "deviation"]));
  });

  it("finds a price that differs, a bar too many, and agrees on two refusals", () => {
    const bar = { startMinute: 5, open: 1, high: 2, low: 1, close: 1, volume: 3, middle: 1, upper: 2, lower: 0 };
    const of = (...all: AnswerBar[]): Answer => ({ kind: "bars", bars: all });
    const kinds = (one: Answer, other: Answer): Mismatch[] => compareAnswers(one, other).map(({ kind }) => kind);
    expect(kinds(of(bar), of({ ...bar, close: 1.01 }))).toEqual(["value"]);
    expect(kinds(of(bar), of({ ...bar, middle: 1 + 1e-8, upper: 9 }))).toEqual(["value"]);
    expect(kinds(of(bar), of({ ...bar, upper: 2 + 1e-8 }))).toEqual(["deviation"]);
    expect(kinds(of(bar), of({ ...bar, upper: 2 + 5e-10 }))).toEqual([]);
    expect(kinds(of(bar), of({ ...bar, upper: null }))).toEqual(["type"]);
    expect(kinds(of(bar), of(bar, { ...bar, startMinute: 10 }))).toEqual(["time"]);
    const refused: Answer = { kind: "refused", missing: "latestMinute" };
    expect(kinds(refused, refused)).toEqual([]);
    expect(kinds(refused, of(bar))).toEqual(["refused"]);
    expect(analyseColumns(drawRequest(shadowStream("1"), 1).request, {}, [])).toEqual(refused);
  });
});
