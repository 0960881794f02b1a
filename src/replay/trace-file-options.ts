/** Options that say how a log is read, asked of a trace file: it was read already. */
import type { Problem } from "../engine/kernel/problem.ts";
import type { ImportSettings } from "./import-settings.ts";

/**
 * A problem for each option that a trace file can no longer heed. `--errors` and `--max-rejected` are heeded, and so is
 * `--zone` where other options' times are in it: `zoneServes`, or a range of time.
 */
export function foreignToTraceFile(
  { format, columns, versions, startEpochUs, zoneMinutes, range }: ImportSettings,
  file: string,
  zoneServes: boolean,
): Problem[] {
  const hasRange = range.from !== null || range.to !== null;
  const foreign: (readonly [string, boolean])[] = [
    ["--format", format !== null],
    ["--columns", columns !== null],
    ["--versions", (versions ?? null) !== null],
    ["--start", startEpochUs !== null],
    ["--zone", zoneMinutes !== null && !hasRange && !zoneServes],
  ];
  return foreign
    .filter(([, isGiven]) => isGiven)
    .map(([source]) => ({
      source,
      line: 0,
      column: 0,
      path: "",
      message: `${file} is a trace file, in which this was settled when the log was read`,
      found: null,
      allowed: "the log itself, perhaps converted anew with this option",
      suggestion: null,
    }));
}
