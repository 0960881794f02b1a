/** `rehearse trace info` of what `run --record` wrote: its figures, without running it. */
import { describeRecording } from "../replay/recording/describe-recording.ts";
import { renderRecording } from "../report/recording-text.ts";
import { planScenario } from "../scenarios/runner.ts";
import { EXIT } from "./exit-code.ts";
import { reportProblems, reportWarnings } from "./problem-report.ts";
import { foreignOptions, readRowsOf, readSheetOf, sheetWarnings } from "./replay-recording.ts";
import { wantsAscii, wantsColour, type Surroundings } from "./surroundings.ts";
import type { TraceInfoOptions } from "./trace.ts";

/** Says what is in a recording, having read all of it. Resolves to the exit code. */
export async function recordingInfo(
  file: string,
  options: TraceInfoOptions,
  { stdout, stderr, env }: Surroundings,
): Promise<number> {
  const foreign = foreignOptions(options, "no option that says how a log is read");
  const sheet = readSheetOf(file);
  if (!sheet.ok || foreign.length > 0) {
    return reportProblems([...foreign, ...(sheet.ok ? [] : sheet.problems)], stderr);
  }
  const { scenario, policy, seed, flags } = sheet.value.order;
  const { world } = planScenario(scenario, policy, seed, flags === null ? {} : { baseFlags: flags });
  const rows = await readRowsOf(file, sheet.value, world);
  if (!rows.ok) return reportProblems(rows.problems, stderr);
  reportWarnings(sheetWarnings(file, sheet.value), stderr);
  const recording = describeRecording(sheet.value, rows.value, world);
  if (options.json === true) {
    stdout.write(`${JSON.stringify({ schema: "rehearse.recording/1", file, recording }, null, 2)}\n`);
  } else {
    const look = { colour: wantsColour(stdout, env), ascii: wantsAscii(options.ascii === true, env) };
    stdout.write(renderRecording(file, recording, look));
  }
  return EXIT.ok;
}
