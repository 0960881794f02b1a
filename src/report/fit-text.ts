/** How well models fit a trace, for people: a line and a plot for each distribution. */
import type { GoodnessOfFit } from "../replay/fit/fitted.ts";
import { createTheme, type Theme } from "./theme.ts";

const PLOT_WIDTH = 64;
const PLOT_HEIGHT = 10;

/** All distributions, each with its distance and plot, at most 80 columns wide. */
export function renderFits(
  fits: readonly GoodnessOfFit[],
  look: { readonly colour: boolean; readonly ascii: boolean },
): string {
  const theme = createTheme(look);
  const [seen, fitted, both] = look.ascii ? ["*", "o", "@"] : ["●", "○", "◉"];
  const legend = `  ${seen} rows up to a value, ${fitted} the fitted distribution, ${both} both`;
  return `${[legend, ...fits.flatMap((fit) => fitLines(fit, theme, [seen, fitted, both]))].join("\n")}\n`;
}

function fitLines(fit: GoodnessOfFit, theme: Theme, marks: readonly string[]): string[] {
  const { what, model, values, distance, critical } = fit;
  const verdict = distance <= critical ? "cannot be told apart" : "differs";
  const mark = distance <= critical ? "good" : "unknown";
  return [
    "",
    `  ${theme.bold(what)}`,
    `    ${model}`,
    `    ${theme.paint(mark, `${theme.glyph(mark)} ${verdict}`)}: distance ${distance.toFixed(4)}, critical ${critical.toFixed(4)} for ${values}`,
    ...plot(fit, marks),
  ];
}

/** Shares from bottom to top, values from left to right: by their logarithm where they span more than a factor of 20. */
function plot({ curve, unit }: GoodnessOfFit, marks: readonly string[]): string[] {
  const first = curve.find(({ value }) => value > 0)?.value ?? 0;
  const last = curve.at(-1)?.value ?? 0;
  const isLogarithmic = first > 0 && last / first > 20;
  const placeOf = (value: number): number => (isLogarithmic ? Math.log(Math.max(value, first)) : value);
  const from = placeOf(isLogarithmic ? first : (curve[0]?.value ?? 0));
  const width = placeOf(last) - from;
  const grid = Array.from({ length: PLOT_HEIGHT + 1 }, () => Array.from({ length: PLOT_WIDTH }, () => 0));
  for (const { value, seen, fitted } of curve) {
    const column = width === 0 ? 0 : Math.round(((placeOf(value) - from) / width) * (PLOT_WIDTH - 1));
    for (const [bit, share] of [seen, fitted].entries()) {
      const cells = grid[PLOT_HEIGHT - Math.round(share * PLOT_HEIGHT)];
      if (cells !== undefined) cells[column] = (cells[column] ?? 0) | (bit + 1);
    }
  }
  const rows = grid.map((cells, row) => {
    const share = row % 5 === 0 ? `${Math.round((1 - row / PLOT_HEIGHT) * 100)}%` : "";
    return `    ${share.padStart(5)} |${cells.map((cell) => (cell === 0 ? " " : (marks[cell - 1] ?? ""))).join("")}`.trimEnd();
  });
  const low = short(isLogarithmic ? first : (curve[0]?.value ?? 0));
  const high = `${short(last)} ${unit}${isLogarithmic ? " (log)" : ""}`;
  const gap = Math.max(PLOT_WIDTH - low.length - high.length, 1);
  return [...rows, `${" ".repeat(10)}+${"-".repeat(PLOT_WIDTH)}`, `${" ".repeat(11)}${low}${" ".repeat(gap)}${high}`];
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
