/** `run --record`: a run's requests in a file, and what they do not say in the file beside it. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import type { Problem } from "../engine/kernel/problem.ts";
import type { RehearsalPlan } from "../engine/plan.ts";
import type { RunRecord } from "../engine/result.ts";
import { openColumnFile, type ColumnFile } from "../replay/recording/column-file.ts";
import {
  headOf,
  RECORDING_FORMATS,
  recordingFormatOf,
  rowText,
  type TextFormat,
} from "../replay/recording/recorded-row.ts";
import { recordWorld, type RecordedWorld } from "../replay/recording/record-world.ts";
import { sheetFileOf, writeSheet, type RecordedOrder } from "../replay/recording/sealed-sheet.ts";
import type { Rehearsal } from "../scenarios/built-in.ts";
import { packageVersion } from "./package-files.ts";
import { wholeProblem } from "./problem-report.ts";
import type { RunSettings } from "./run-settings.ts";
import { openTextFile } from "./text-file.ts";

/** Characters that wait before their digest is taken. */
const WAITING_LENGTH_MAX = 65_536;

/** A recording that is being written. */
export interface Recorder extends RecordedWorld {
  /** After the run: writes what still waits, and the file beside it. */
  readonly end: (record: RunRecord, order: RecordedOrder) => void;
  readonly close: () => void;
}

/** What is wrong with a wish to record: one run is recorded, in which nothing feeds back. */
export function recordingProblems(
  file: string,
  rehearsals: readonly Rehearsal[],
  settings: RunSettings,
  isWatched: boolean,
): Problem[] {
  const { isMeant } = settings;
  const problems = oneRunProblems("--record", rehearsals, settings, isWatched);
  const refuse = (message: string, found: string | null, allowed: string): void => {
    problems.push(wholeProblem("--record", message, { found, allowed }));
  };
  if (recordingFormatOf(file) === null) {
    const endings = RECORDING_FORMATS.map((format) => `.${format}`).join(", ");
    refuse("a recording is written by its file's ending", file, `a file that ends with one of ${endings}`);
  }
  const runs = rehearsals.filter(({ scenario }) => isMeant(scenario.name));
  const fed = runs.length === 1 && runs[0]?.scenario.resources !== undefined;
  if (fed) {
    const message = "what becomes of a request depends on the requests before it: rows do not say it";
    refuse(message, "a scenario with resources", "a scenario without, or --journal");
  }
  return problems;
}

/** What is wrong where an option is about one run. */
export function oneRunProblems(
  option: string,
  rehearsals: readonly Rehearsal[],
  { replications, isMeant }: RunSettings,
  isWatched: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (found: string, allowed: string): void => {
    problems.push(wholeProblem(option, "this is written of one run", { found, allowed }));
  };
  if (isWatched) refuse("--watch", `${option} without --watch`);
  const runs = rehearsals.filter(({ scenario }) => isMeant(scenario.name));
  if (runs.length > 1) refuse(`${runs.length} scenarios`, "one scenario, or --filter");
  if (replications !== null) refuse(`--replications ${replications}`, "no --replications");
  return problems;
}

/** Starts recording the plan's world to a file whose ending says the format. */
export function createRecorder({ world }: RehearsalPlan, file: string): Recorder {
  const format = recordingFormatOf(file) ?? "csv";
  const output = format === "trace" ? openColumnFile(file) : openRowText(file, format);
  let rows = 0;
  const recorded = recordWorld(world, (row) => {
    rows++;
    output.write(row);
  });
  return {
    ...recorded,
    end: (record, order) => {
      const sheet = {
        program: packageVersion(),
        format,
        rows,
        sha256: output.end(),
        endedAtUs: Math.round(record.endedAtMs * 1_000),
        digest: record.digest,
        order,
      };
      writeFileSync(sheetFileOf(file), writeSheet(sheet));
    },
    close: output.close,
  };
}

/** Rows as text; the digest at the end is that of the file. */
function openRowText(file: string, format: TextFormat): ColumnFile {
  const output = openTextFile(file);
  const hash = createHash("sha256");
  let waiting = headOf(format);
  const flush = (): void => {
    hash.update(waiting);
    output.write(waiting);
    waiting = "";
  };
  return {
    write: (row) => {
      waiting += rowText(format, row);
      if (waiting.length >= WAITING_LENGTH_MAX) flush();
    },
    end: () => {
      flush();
      return hash.digest("hex");
    },
    close: output.close,
  };
}
