/** The records of a run or replay on standard output, for people or for programs. */
import type { ScenarioRecord } from "../engine/result.ts";
import type { Problem } from "../engine/kernel/problem.ts";
import { renderDocument } from "../report/console.ts";
import { renderJson } from "../report/json.ts";
import { warningRecord } from "./problem-report.ts";
import { wantsAscii, wantsColour, type Surroundings } from "./surroundings.ts";

/** How records are printed. */
export interface PrintOptions {
  readonly json?: true;
  readonly ascii?: true;
}

/** Prints the records as one document. What it warns of is said to people on standard error, which is the caller's. */
export function printRecords(
  results: readonly ScenarioRecord[],
  warnings: readonly Problem[],
  command: string,
  options: PrintOptions,
  { stdout, env }: Surroundings,
): void {
  const document = { schema: "rehearse.run/1", command, results, warnings: warnings.map(warningRecord) } as const;
  const theme = { colour: wantsColour(stdout, env), ascii: wantsAscii(options.ascii === true, env) };
  stdout.write(options.json === true ? renderJson(document) : renderDocument(document, theme));
}
