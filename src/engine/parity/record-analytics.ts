/** The analytics of the baseline: plain, over lists of records, everything computed anew for every bar. */
import { BAND_BARS, BAND_DEVIATIONS, type Answer, type AnswerBar } from "./answer.ts";
import type { AnalyticsRequest, Candle, CandleRepository } from "./candle.ts";

interface Bar extends Omit<Candle, "atMinute"> {
  readonly startMinute: number;
}

/** Answers a request. */
export function analyseRecords(request: AnalyticsRequest, repository: CandleRepository): Answer {
  const latest = repository.latestMinute(request.symbol);
  const candles = repository.candlesBetween(request.symbol, latest + 1 - request.lookbackMinutes, latest + 1);
  const bars = aggregate(candles, request.intervalMinutes);
  return { kind: "bars", bars: bars.map((bar, i) => ({ ...bar, ...bandsAt(bars, i) })) };
}

/** Candles by the bar that they fall into: bars begin at multiples of the interval; there is none without candles. */
function aggregate(candles: readonly Candle[], intervalMinutes: number): Bar[] {
  const groups = new Map<number, Candle[]>();
  for (const candle of candles) {
    const startMinute = candle.atMinute - (candle.atMinute % intervalMinutes);
    const group = groups.get(startMinute);
    if (group === undefined) groups.set(startMinute, [candle]);
    else group.push(candle);
  }
  return [...groups].map(([startMinute, group]) => ({
    startMinute,
    open: group[0]?.open ?? 0,
    high: Math.max(...group.map((candle) => candle.high)),
    low: Math.min(...group.map((candle) => candle.low)),
    close: group.at(-1)?.close ?? 0,
    volume: group.reduce((sum, candle) => sum + candle.volume, 0),
  }));
}

/** The bands at a bar (John Bollinger: the mean of the last 20 closes, and 2 population deviations to each side). */
function bandsAt(bars: readonly Bar[], index: number): Pick<AnswerBar, "middle" | "upper" | "lower"> {
  if (index + 1 < BAND_BARS) return { middle: null, upper: null, lower: null };
  const closes = bars.slice(index + 1 - BAND_BARS, index + 1).map((bar) => bar.close);
  const middle = closes.reduce((sum, close) => sum + close, 0) / BAND_BARS;
  const variance = closes.reduce((sum, close) => sum + (close - middle) * (close - middle), 0) / BAND_BARS;
  const away = BAND_DEVIATIONS * Math.sqrt(variance);
  return { middle, upper: middle + away, lower: middle - away };
}
