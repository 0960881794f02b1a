/** The phases of a run: a bar of where each lay in time, and below it what each version did in it. */
import type { PhaseRecord, PhaseVerdict, ScenarioRecord, VersionFigures } from "../engine/result.ts";
import { formatDuration, formatLatency } from "./duration-format.ts";
import { cut, LINE_WIDTH, padLeft, padRight, textWidth } from "./line-layout.ts";
import { formatCountShort, formatPercent, formatShareShort } from "./number-format.ts";
import type { Mark, Theme } from "./theme.ts";

const NAME_WIDTH_MAX = 16;
const BAR_WIDTH = 18;

const VERDICTS: Readonly<Record<PhaseVerdict, { readonly mark: Mark; readonly word: string }>> = {
  advanced: { mark: "good", word: "advanced" },
  "rolled-back": { mark: "bad", word: "rolled back" },
  held: { mark: "unknown", word: "still in it" },
  overridden: { mark: "moved", word: "overridden" },
};

/** One bar per stay in a phase, then the table of both versions' figures. Empty where no phase was entered. */
export function phaseLines(record: ScenarioRecord, theme: Theme): string[] {
  if (record.phases.length === 0) return [`  ${theme.bold("Phases")}  none was entered`];
  const nameWidth = Math.min(Math.max(...record.phases.map((phase) => textWidth(phase.name))), NAME_WIDTH_MAX);
  return [
    `  ${theme.bold("Phases")}`,
    ...record.phases.map((phase) => barLine(phase, record.endedAtMs, nameWidth, theme)),
    "",
    figureRow(["", "", "requests", "errors", "fallbacks", "mean", "p50", "p99"], theme.faint),
    ...record.phases.flatMap((phase) => [
      figureRow([phase.name, "baseline", ...figures(phase.baseline)], (text) => text),
      figureRow(["", "candidate", ...figures(phase.candidate)], (text) => text),
    ]),
  ];
}

function barLine(phase: PhaseRecord, endedAtMs: number, nameWidth: number, theme: Theme): string {
  const { mark, word } = VERDICTS[phase.verdict];
  const name = padRight(cut(phase.name, nameWidth), nameWidth);
  const share = padLeft(formatPercent(phase.trafficPercent), 7);
  const stay = formatDuration(phase.leftAtMs - phase.enteredAtMs);
  const from = formatDuration(phase.enteredAtMs);
  const words = `${theme.glyph(mark)} ${word}`;
  const line = `    ${name}${share}  ${bar(phase, endedAtMs, theme)}  ${theme.paint(mark, words)}`;
  const room = LINE_WIDTH - 4 - nameWidth - 7 - 2 - BAR_WIDTH - 2 - textWidth(words);
  const long = ` after ${stay}, from ${from}`;
  const short = ` after ${stay}`;
  return line + (textWidth(long) <= room ? long : textWidth(short) <= room ? short : "");
}

/** Where the phase lies between the start and the end of the run; a stay too short to see is one piece wide. */
function bar(phase: PhaseRecord, endedAtMs: number, theme: Theme): string {
  const scale = endedAtMs > 0 ? BAR_WIDTH / endedAtMs : 0;
  const from = Math.min(Math.floor(phase.enteredAtMs * scale), BAR_WIDTH - 1);
  const to = Math.min(Math.max(Math.ceil(phase.leftAtMs * scale), from + 1), BAR_WIDTH);
  return theme.barEmpty.repeat(from) + theme.barFull.repeat(to - from) + theme.barEmpty.repeat(BAR_WIDTH - to);
}

function figures(version: VersionFigures): string[] {
  return [
    formatCountShort(version.requests),
    formatShareShort(version.errors, version.attempts),
    formatCountShort(version.fallbacks),
    formatLatency(version.meanMs),
    formatLatency(version.p50Ms),
    formatLatency(version.p99Ms),
  ];
}

const FIGURE_WIDTHS = [11, 8, 10, 8, 8, 9] as const;
const FIGURE_NAME_WIDTH = 12;

function figureRow(cells: readonly string[], paint: (text: string) => string): string {
  const [name = "", version = "", ...numbers] = cells;
  const row = FIGURE_WIDTHS.map((width, index) => padLeft(numbers[index] ?? "", width)).join("");
  return paint(`    ${padRight(cut(name, FIGURE_NAME_WIDTH), FIGURE_NAME_WIDTH)} ${padRight(version, 9)}${row}`);
}
