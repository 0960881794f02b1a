/** Which format a trace has: by its name, or by its first lines. */
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import { nearestWord } from "../../scenarios/nearest-word.ts";
import { commonLog } from "./common-log.ts";
import { csv } from "./csv.ts";
import type { FormatOptions, TraceFormat } from "./trace-format.ts";

/** Every format that is read. */
const TRACE_FORMATS: readonly TraceFormat[] = [commonLog, csv];

/** Other names by which formats are known. */
const ALIASES: Readonly<Record<string, string>> = { common: "common-log", combined: "common-log", clf: "common-log" };

/** The format of a name, as in `--format NAME`. */
export function formatOfName(name: string, source: string = "--format"): Read<TraceFormat> {
  const word = ALIASES[name] ?? name;
  const format = TRACE_FORMATS.find((one) => one.name === word);
  if (format !== undefined) return { ok: true, value: format, warnings: [] };
  const names = TRACE_FORMATS.map((one) => one.name);
  const problem: Problem = {
    source,
    line: 0,
    column: 0,
    path: "",
    message: "this is no format of traces",
    found: name,
    allowed: names.join(", "),
    suggestion: nearestWord(name, [...names, ...Object.keys(ALIASES)]),
  };
  return { ok: false, problems: [problem] };
}

/** The format that is surest of the first lines (not blank), or a problem that says why each one is not it. */
export function detectFormat(firstLines: readonly string[], options: FormatOptions, source: string): Read<TraceFormat> {
  let best: TraceFormat | null = null;
  let bestConfidence = 0;
  const tried: string[] = [];
  for (const format of TRACE_FORMATS) {
    const { confidence, because } = format.recognises(firstLines, options);
    if (confidence > bestConfidence) {
      best = format;
      bestConfidence = confidence;
    }
    tried.push(`${format.name} (${because})`);
  }
  if (best !== null) return { ok: true, value: best, warnings: [] };
  const problem: Problem = {
    source,
    line: 0,
    column: 0,
    path: "",
    message: `the format of this trace cannot be told; tried: ${tried.join("; ")}`,
    found: null,
    allowed: `--format ${TRACE_FORMATS.map((one) => one.name).join(" or ")} says which`,
    suggestion: null,
  };
  return { ok: false, problems: [problem] };
}
