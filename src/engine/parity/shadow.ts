/** One shadow request: both versions answer it, and the answers are compared. */
import { deriveStream, type Stream } from "../kernel/random.ts";
import { drawRequest, repositoryOf, type CandleRepository } from "./candle.ts";
import { analyseColumns, type Defect } from "./column-analytics.ts";
import { compareAnswers, type Difference } from "./compare-answers.ts";
import { analyseRecords } from "./record-analytics.ts";

/** The stream that shadow requests are drawn from. */
export function shadowStream(seed: string): Stream {
  return deriveStream(seed, "parity/requests");
}

/** The differences between the two answers to the shadow request with this number; none: they agree. */
export function compareShadow(stream: Stream, number: number, defects: readonly Defect[]): Difference[] {
  const { request, candles } = drawRequest(stream, number);
  const repository = repositoryOf(request.symbol, candles);
  const { latestMinute } = repository;
  const candidates: Partial<CandleRepository> = defects.includes("missing-method") ? { latestMinute } : repository;
  return compareAnswers(analyseRecords(request, repository), analyseColumns(request, candidates, defects));
}
