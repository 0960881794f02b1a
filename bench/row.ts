/** What the bench says: one row per thing measured, each beside its peer or its floor in the same run. */

/** One row, as `--json` prints it. */
export interface BenchRow {
  readonly name: string;
  /** Of `ours` and `theirs`. */
  readonly unit: string;
  readonly ours: number;
  /** What it is measured against; empty where the goal is a figure. */
  readonly against: string;
  /** The peer's figure, or the floor's; null where the goal is a figure. */
  readonly theirs: number | null;
  /** ours / theirs; null where the goal is a figure. */
  readonly ratio: number | null;
  /** The ratio asked for, or the figure where there is no peer; null where nothing is asked. */
  readonly goal: number | null;
  /** Whether the goal is met; null where nothing is asked, and in a quick run. */
  readonly met: boolean | null;
}

/** A group of rows that are measured together. */
export interface BenchSuite {
  /** What `--filter` looks in, with the names of the rows. */
  readonly name: string;
  readonly measure: (effort: Effort) => Promise<readonly BenchRow[]>;
}

/** How much work to put in: `quick` is for seeing that it runs, and judges nothing. */
export type Effort = "full" | "quick";

/** A row with a peer or a floor: the goal is a ratio, to be reached or exceeded. */
export function comparedRow(
  name: string,
  unit: string,
  ours: number,
  against: string,
  theirs: number,
  goal: number | null,
): BenchRow {
  const ratio = ours / theirs;
  return { name, unit, ours, against, theirs, ratio, goal, met: goal === null ? null : ratio >= goal };
}

/** A row by itself: the goal is a figure, to be reached or exceeded. */
export function absoluteRow(name: string, unit: string, ours: number, goal: number): BenchRow {
  return { name, unit, ours, against: "", theirs: null, ratio: null, goal, met: ours >= goal };
}

/** A row with a peer whose ratio must not exceed the goal. */
export function boundedRow(
  name: string,
  unit: string,
  ours: number,
  against: string,
  theirs: number,
  goal: number,
): BenchRow {
  const ratio = ours / theirs;
  return { name, unit, ours, against, theirs, ratio, goal, met: ratio <= goal };
}

/** Rows of a run that was too short to judge any of them by. */
export function unjudgedRows(rows: readonly BenchRow[]): readonly BenchRow[] {
  return rows.map((row) => ({ ...row, met: null }));
}

/** The rows as a table for people. */
export function tableOfRows(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${figure(row.ours)} ${row.unit}`,
    row.theirs === null ? "" : `${row.against}: ${figure(row.theirs)}`,
    row.ratio === null ? "" : `${figure(row.ratio)} x`,
    row.goal === null ? "" : `goal ${figure(row.goal)}${row.ratio === null ? "" : " x"}`,
    verdictOf(row),
  ]);
  const widths = cells.reduce<number[]>(
    (most, line) => line.map((cell, column) => Math.max(cell.length, most[column] ?? 0)),
    [],
  );
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Only in a quick run is something asked and not judged. */
function verdictOf(row: BenchRow): string {
  if (row.met === null) return row.goal === null ? "" : "not judged (quick)";
  return row.met ? "met" : "NOT MET";
}

/** Three significant digits, with thousands and millions marked. */
function figure(value: number): string {
  if (Math.abs(value) >= 1e6) return `${Number((value / 1e6).toPrecision(3))} M`;
  if (Math.abs(value) >= 1e4) return `${Number((value / 1e3).toPrecision(3))} k`;
  return String(Number(value.toPrecision(3)));
}
