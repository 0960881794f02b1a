/**
 * The analytics of the candidate: one pass over typed columns, the bands from running sums. Prices are kept in whole
 * cents, so the sums are exact. Coded apart from the baseline's, and able to have its defects.
 */
import { BAND_BARS, BAND_DEVIATIONS, type Answer, type AnswerBar } from "./answer.ts";
import type { AnalyticsRequest, Candle, CandleRepository } from "./candle.ts";

/** What can be wrong with the candidate; the last is its store's. */
export const DEFECTS = ["shifted-interval", "wrong-deviation", "lost-type", "missing-method"] as const;
/** One defect. */
export type Defect = (typeof DEFECTS)[number];

/** `shifted-interval`: bars begin so many minutes too late. */
const SHIFT_MINUTES = 1;
const CENTS = 100;

interface BarColumns {
  readonly startMinute: Int32Array;
  readonly openCents: Int32Array;
  readonly highCents: Int32Array;
  readonly lowCents: Int32Array;
  readonly closeCents: Int32Array;
  readonly volume: Float64Array;
  count: number;
}

/** Answers a request, with the defects given; a store without what it needs is refused. */
export function analyseColumns(
  request: AnalyticsRequest,
  repository: Partial<CandleRepository>,
  defects: readonly Defect[],
): Answer {
  const { latestMinute, candlesBetween } = repository;
  if (latestMinute === undefined) return { kind: "refused", missing: "latestMinute" };
  if (candlesBetween === undefined) return { kind: "refused", missing: "candlesBetween" };
  const untilMinute = latestMinute(request.symbol) + 1;
  const candles = candlesBetween(request.symbol, untilMinute - request.lookbackMinutes, untilMinute);
  const shift = defects.includes("shifted-interval") ? SHIFT_MINUTES : 0;
  const columns = fillBars(candles, request.intervalMinutes, shift);
  return { kind: "bars", bars: readBars(columns, defects) };
}

function fillBars(candles: readonly Candle[], intervalMinutes: number, shift: number): BarColumns {
  const columns: BarColumns = {
    startMinute: new Int32Array(candles.length),
    openCents: new Int32Array(candles.length),
    highCents: new Int32Array(candles.length),
    lowCents: new Int32Array(candles.length),
    closeCents: new Int32Array(candles.length),
    volume: new Float64Array(candles.length),
    count: 0,
  };
  const { startMinute, openCents, highCents, lowCents, closeCents, volume } = columns;
  let at = -1;
  for (const candle of candles) {
    const start = Math.floor((candle.atMinute - shift) / intervalMinutes) * intervalMinutes + shift;
    const high = Math.round(candle.high * CENTS);
    const low = Math.round(candle.low * CENTS);
    if (at < 0 || startMinute[at] !== start) {
      at++;
      startMinute[at] = start;
      openCents[at] = Math.round(candle.open * CENTS);
      highCents[at] = high;
      lowCents[at] = low;
    } else {
      if (high > (highCents[at] as number)) highCents[at] = high;
      if (low < (lowCents[at] as number)) lowCents[at] = low;
    }
    closeCents[at] = Math.round(candle.close * CENTS);
    volume[at] = (volume[at] as number) + candle.volume;
  }
  columns.count = at + 1;
  return columns;
}

/** The variance of n values from their sum S and their squares' sum Q: (n Q - S S) / (n n), or / (n (n - 1)). */
function readBars(columns: BarColumns, defects: readonly Defect[]): AnswerBar[] {
  const losesType = defects.includes("lost-type");
  const divisor = BAND_BARS * (defects.includes("wrong-deviation") ? BAND_BARS - 1 : BAND_BARS);
  const { startMinute, openCents, highCents, lowCents, closeCents, volume, count } = columns;
  const bars: AnswerBar[] = [];
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const close = closeCents[i] as number;
    sum += close;
    squares += close * close;
    if (i >= BAND_BARS) {
      const left = closeCents[i - BAND_BARS] as number;
      sum -= left;
      squares -= left * left;
    }
    const isFull = i + 1 >= BAND_BARS;
    const middleCents = sum / BAND_BARS;
    const awayCents = BAND_DEVIATIONS * Math.sqrt((BAND_BARS * squares - sum * sum) / divisor);
    bars.push({
      startMinute: startMinute[i] as number,
      open: (openCents[i] as number) / CENTS,
      high: (highCents[i] as number) / CENTS,
      low: (lowCents[i] as number) / CENTS,
      close: close / CENTS,
      volume: losesType ? String(volume[i]) : (volume[i] as number),
      middle: isFull ? middleCents / CENTS : null,
      upper: isFull ? (middleCents + awayCents) / CENTS : null,
      lower: isFull ? (middleCents - awayCents) / CENTS : null,
    });
  }
  return bars;
}
