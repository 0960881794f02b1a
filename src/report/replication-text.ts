/** The replications of a scenario in words: how often each outcome came, and how soon what went wrong was noticed. */
import type { ReplicationsRecord, RunShare, ScenarioRecord } from "../engine/result.ts";
import { formatDuration } from "./duration-format.ts";
import { hang, padLeft, padRight } from "./line-layout.ts";
import { formatCount, formatPlural } from "./number-format.ts";
import { outcomeWord } from "./outcome-word.ts";
import type { Theme } from "./theme.ts";

const WORD_WIDTH = 26;

/** The heading and the shares; empty where the scenario ran only once. */
export function replicationLines({ replications }: ScenarioRecord, theme: Theme): string[] {
  if (replications === undefined) return [];
  const { count, of, outcomes, triggers, expectations } = replications;
  const runs = count === of ? formatPlural(count, "run") : `${formatCount(count)} of ${formatPlural(of, "run")}`;
  const short = expectations.filter((expectation) => expectation.count < count);
  return [
    `  ${theme.bold("Replications")}  ${runs}, with intervals of 95%`,
    ...outcomes.map((row) => shareLine(outcomeWord(row.outcome), row)),
    ...triggers.map((row) => shareLine(`  by ${row.trigger}`, row)),
    ...delayLines(replications),
    ...short.flatMap((row) => hang(`    met in ${formatCount(row.count)} of ${formatCount(count)}: `, row.text)),
  ];
}

function shareLine(word: string, { count, share, low, high }: RunShare): string {
  const interval = `${percent(low)} to ${percent(high)}`;
  return `    ${padRight(word, WORD_WIDTH)}  ${padLeft(formatCount(count), 9)}  ${padLeft(percent(share), 7)}  ${interval}`;
}

/** A quantile that falls among the runs that detected nothing is longer than any that was seen. */
function delayLines({ detectionDelay, count }: ReplicationsRecord): string[] {
  const { detected, censored, p50Ms, p95Ms } = detectionDelay;
  if (detected === 0) return hang("    detection  ", "nothing was detected in any run");
  const quantile = (delayMs: number | null): string =>
    delayMs === null ? "not detected" : formatDuration(Math.round(delayMs));
  const silent = censored === 0 ? "" : `; ${formatCount(censored)} of ${formatCount(count)} detected nothing`;
  return hang("    detection  ", `P50 ${quantile(p50Ms)}, P95 ${quantile(p95Ms)} after the onset${silent}`);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}
