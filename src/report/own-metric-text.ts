/** Metrics of a scenario's own: what each version's served requests were worth, by phase. */
import type { OwnFigures } from "../engine/monitor/monitor-record.ts";
import type { ScenarioRecord } from "../engine/result.ts";
import { cut, padLeft, padRight } from "./line-layout.ts";
import { formatCountShort } from "./number-format.ts";
import type { Theme } from "./theme.ts";

const PHASE_WIDTH = 12;
const METRIC_WIDTH = 26;
const FIGURE_WIDTH = 14;
const SHOWN = ["rate", "mean", "p50", "p95"] as const;

/** One line per phase and figure; empty where the scenario has no metrics of its own. */
export function ownMetricLines({ phases }: Pick<ScenarioRecord, "phases">, theme: Theme): string[] {
  const rows = phases.flatMap(({ name, baseline, candidate }) =>
    Object.entries(candidate.metrics ?? {}).flatMap(([metric, ofCandidate]) => {
      const ofBaseline = baseline.metrics?.[metric];
      return SHOWN.filter((figure) => ofCandidate[figure] !== undefined).map((figure) => ({
        phase: name,
        cells: [`${metric}.${figure}`, write(ofBaseline, figure), write(ofCandidate, figure), countOf(ofCandidate)],
      }));
    }),
  );
  if (rows.length === 0) return [];
  return [
    `  ${theme.bold("Metrics of its own")}`,
    theme.faint(line("", ["", "baseline", "candidate", "served"])),
    ...rows.map(({ phase, cells }, i) => line(phase === rows[i - 1]?.phase ? "" : phase, cells)),
  ];
}

function countOf({ samples }: OwnFigures): string {
  return formatCountShort(samples);
}

function write(figures: OwnFigures | undefined, figure: (typeof SHOWN)[number]): string {
  const value = figures?.[figure] ?? null;
  if (value === null) return "-";
  if (figure === "rate") return `${Number((value * 100).toPrecision(4))}%`;
  const text = String(Number(value.toPrecision(6)));
  return cut(figures?.unit === undefined ? text : `${text} ${figures.unit}`, FIGURE_WIDTH - 1);
}

function line(phase: string, [metric = "", ...figures]: readonly string[]): string {
  const name = `    ${padRight(cut(phase, PHASE_WIDTH), PHASE_WIDTH)} ${padRight(cut(metric, METRIC_WIDTH - 1), METRIC_WIDTH)}`;
  const [baseline = "", candidate = "", samples = ""] = figures;
  return `${name}${padLeft(baseline, FIGURE_WIDTH)}${padLeft(candidate, FIGURE_WIDTH)}${padLeft(samples, 9)}`;
}
