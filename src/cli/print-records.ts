/** The records of a run or replay on standard output, for people or for programs. */
import type { ScenarioRecord } from "../engine/result.ts";
import { renderDocument } from "../report/console.ts";
import { renderJson } from "../report/json.ts";
import { wantsAscii, wantsColour, type Surroundings } from "./surroundings.ts";

/** How records are printed. */
export interface PrintOptions {
  readonly json?: true;
  readonly ascii?: true;
}

/** Prints the records as one document. */
export function printRecords(
  results: readonly ScenarioRecord[],
  command: string,
  options: PrintOptions,
  { stdout, env }: Surroundings,
): void {
  const document = { schema: "rehearse.run/1", command, results } as const;
  const theme = { colour: wantsColour(stdout, env), ascii: wantsAscii(options.ascii === true, env) };
  stdout.write(options.json === true ? renderJson(document) : renderDocument(document, theme));
}
