/** Which format a trace has: by its name, or by its first lines. */
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import { nearestWord } from "../../scenarios/nearest-word.ts";
import { LINE_PREFIXES, withoutPrefix } from "../line-prefix.ts";
import type { LinePrefix } from "../line-wrapping.ts";
import { alb } from "./alb.ts";
import { caddy } from "./caddy.ts";
import { cloudfront } from "./cloudfront.ts";
import { commonLog } from "./common-log.ts";
import { csv } from "./csv.ts";
import { envoy } from "./envoy.ts";
import { haproxy } from "./haproxy.ts";
import { jtl } from "./jtl.ts";
import { jsonLines } from "./json-lines.ts";
import { k6Csv } from "./k6-csv.ts";
import { k6Json } from "./k6-json.ts";
import { nginxJson } from "./nginx-json.ts";
import { otlp } from "./otlp.ts";
import { spansCsv } from "./spans-csv.ts";
import type { FormatOptions, TraceFormat } from "./trace-format.ts";
import { traefikJson } from "./traefik-json.ts";
import { vegetaCsv } from "./vegeta-csv.ts";
import { vegetaJson } from "./vegeta-json.ts";
import { w3c } from "./w3c.ts";

/** Every format that is read. */
const TRACE_FORMATS: readonly TraceFormat[] = [
  commonLog,
  csv,
  nginxJson,
  envoy,
  caddy,
  traefikJson,
  alb,
  cloudfront,
  w3c,
  haproxy,
  k6Csv,
  vegetaCsv,
  jtl,
  spansCsv,
  k6Json,
  vegetaJson,
  otlp,
  jsonLines,
];

/** Other names by which formats are known. */
const ALIASES: Readonly<Record<string, string>> = {
  common: "common-log",
  combined: "common-log",
  clf: "common-log",
  apache: "common-log",
  nginx: "common-log",
  "traefik-clf": "common-log",
  traefik: "traefik-json",
  "envoy-json": "envoy",
  "aws-alb": "alb",
  iis: "w3c",
  jmeter: "jtl",
  json: "json-lines",
  jsonl: "json-lines",
  ndjson: "json-lines",
  otel: "otlp",
  k6: "k6-csv",
  vegeta: "vegeta-csv",
  spans: "spans-csv",
};

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

/** The format whose document a file is that begins like this (Latin-1), as far as it is not `named` otherwise; or null. */
export function documentFormat(beginning: string, named: TraceFormat | null): TraceFormat | null {
  const formats = named === null ? TRACE_FORMATS : [named];
  return formats.find((one) => one.recognisesDocument?.(beginning) === true) ?? null;
}

/** A format, and what stands before each of its lines. */
export interface Detected {
  readonly format: TraceFormat;
  readonly prefix: LinePrefix | null;
}

/** What the formats say of some lines: the surest one, and why each is not it. */
interface Look {
  readonly format: TraceFormat | null;
  readonly confidence: number;
  readonly because: readonly string[];
}

function look(lines: readonly string[], formats: readonly TraceFormat[], options: FormatOptions): Look {
  let best: TraceFormat | null = null;
  let bestConfidence = 0;
  const reasons = formats.map((format) => {
    const { confidence, because } = format.recognises(lines, options);
    if (confidence > bestConfidence) {
      best = format;
      bestConfidence = confidence;
    }
    return `${format.name} (${because})`;
  });
  return { format: best, confidence: bestConfidence, because: reasons };
}

/**
 * The format that is surest of the first lines (not blank), with or without a collector's prefix before them, or a
 * problem that says why each one is not it. Where the format is `named`, only the prefix is told by the lines.
 */
export function detectFormat(
  firstLines: readonly string[],
  options: FormatOptions,
  source: string,
  named: TraceFormat | null = null,
): Read<Detected> {
  const formats = named === null ? TRACE_FORMATS : [named];
  let best: Detected | null = null;
  let bestConfidence = 0;
  const looked: string[] = [];
  for (const prefix of LINE_PREFIXES) {
    const lines = withoutPrefix(prefix, firstLines);
    if (lines === null) continue;
    looked.push(prefix.name);
    const { format, confidence, because } = look(lines, formats, options);
    if (format !== null && confidence > bestConfidence) {
      best = { format, prefix };
      bestConfidence = confidence;
    }
    // As it stands, an object of JSON around each line would be taken for a row.
    if (!prefix.isAround) continue;
    if (best !== null) return { ok: true, value: best, warnings: [] };
    if (named === null) return untold(source, ` behind the prefix of ${prefix.name}`, because, []);
  }
  // As sure as that with the prefix in front is not enough: it would be a part of the first cell.
  const asItStands = look(firstLines, formats, options);
  const { format, confidence } = asItStands;
  if (format !== null && confidence > bestConfidence) best = { format, prefix: null };
  best ??= named === null ? null : { format: named, prefix: null };
  return best === null ? untold(source, "", asItStands.because, looked) : { ok: true, value: best, warnings: [] };
}

function untold(source: string, where: string, because: readonly string[], looked: readonly string[]): Read<never> {
  const behind = looked.length === 0 ? "" : `; nor behind the prefix of ${looked.join(", ")}`;
  const problem: Problem = {
    source,
    line: 0,
    column: 0,
    path: "",
    message: `the format of this trace cannot be told; tried${where}: ${because.join("; ")}${behind}`,
    found: null,
    allowed: `--format with one of ${TRACE_FORMATS.map((one) => one.name).join(", ")}`,
    suggestion: null,
  };
  return { ok: false, problems: [problem] };
}
