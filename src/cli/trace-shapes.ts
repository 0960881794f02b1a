/** Reads the traces that scenarios have the shape of their traffic from. */
import { invariant } from "../engine/kernel/assert.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { VaryingArrivals } from "../engine/traffic/traffic.ts";
import { arrivalsOfTrace } from "../replay/arrival-shape.ts";
import type { Trace } from "../replay/columns.ts";
import { cutTrace } from "../replay/cut-trace.ts";
import { readImportSettings } from "../replay/import-settings.ts";
import { readTrace } from "../replay/read-trace.ts";
import { foreignToTraceFile } from "../replay/trace-file-options.ts";
import { looksLikeTraceFile } from "../replay/trace-file/read-trace-file.ts";
import { readScenario } from "../scenarios/scenario-file.ts";
import type { TraceShapes, TraceTraffic } from "../scenarios/traffic-trace.ts";
import { wholeProblem } from "./problem-report.ts";

/** Most steps of a shape: each takes some bytes, in every thread. */
const STEPS_MAX = 1_000_000;
/** Most requests per second, as for rates that are written out. */
const PER_SECOND_MAX = 100_000_000;

const ANY_SHAPE: VaryingArrivals = {
  kind: "varying",
  points: [{ atUs: 0, perSecond: 1 }],
  repeatUs: null,
  spacing: "poisson",
};

/** The shapes of all traces that these scenarios name, each read once. */
export async function readTraceShapes(
  sources: readonly { readonly text: string; readonly file: string }[],
): Promise<TraceShapes> {
  const wanted = new Map<string, TraceTraffic>();
  for (const { text, file } of sources) {
    // Most scenarios have none, and need not be read twice.
    if (!/\btrace\b/u.test(text)) continue;
    readScenario(text, file, (trace) => {
      wanted.set(JSON.stringify(trace), trace);
      return { ok: true, value: ANY_SHAPE, warnings: [] };
    });
  }
  const shapes = new Map<string, Read<VaryingArrivals>>();
  for (const [key, trace] of wanted) shapes.set(key, await readShape(trace));
  return (trace) => {
    const shape = shapes.get(JSON.stringify(trace));
    invariant(shape !== undefined, `a trace that was not read: ${trace.path}`);
    return shape;
  };
}

async function readShape({
  path,
  step,
  rate,
  scale,
  maxRejected,
  ...how
}: TraceTraffic): Promise<Read<VaryingArrivals>> {
  const settings = readImportSettings({ ...how, maxRejected: maxRejected ?? "0%" });
  if (!settings.ok) return { ok: false, problems: settings.problems.map(inScenario) };
  const foreign = looksLikeTraceFile(path) ? foreignToTraceFile(settings.value, path, false) : [];
  if (foreign.length > 0) return { ok: false, problems: foreign.map(inScenario) };
  const whole = await readTrace(path, settings.value);
  if (!whole.ok) return { ok: false, problems: whole.problems.map(inScenario) };
  const read = cutTrace(whole.value, settings.value.range);
  if (!read.ok) return { ok: false, problems: read.problems.map(inScenario) };
  const trace = atRate(read.value, rate);
  const steps = Math.ceil(((trace.columns.startUs[trace.count - 1] ?? 0) + 1) / step);
  if (steps > STEPS_MAX) {
    const details = { found: String(steps), allowed: `at most ${STEPS_MAX}: a longer step` };
    return refuse("step", "the trace has too many steps", details);
  }
  const shape = arrivalsOfTrace(trace, step);
  const points = shape.points.map(({ atUs, perSecond }) => ({ atUs, perSecond: perSecond * scale }));
  const peak = points.reduce((most, { perSecond }) => Math.max(most, perSecond), 0);
  if (peak > PER_SECOND_MAX) {
    const details = { found: `${peak}/s`, allowed: `up to ${PER_SECOND_MAX}/s` };
    return refuse("scale", "the trace becomes too busy", details);
  }
  return {
    ok: true,
    value: { ...shape, points },
    warnings: [...read.warnings, ...whole.warnings, ...leftOut(trace, path)],
  };
}

function atRate(trace: Trace, rate: number): Trace {
  if (rate === 1) return trace;
  const startUs = trace.columns.startUs.slice(0, trace.count).map((us) => Math.floor(us / rate));
  return { ...trace, columns: { ...trace.columns, startUs } };
}

/** Rows that the shape leaves out although they were asked for. */
function leftOut({ report }: Trace, path: string): Problem[] {
  const warnings: Problem[] = [];
  const [first] = report.rejections;
  if (report.rejected > 0 && first !== undefined) {
    const message = `${report.rejected} of ${report.rows} rows cannot be read, most of them: ${first.reason}`;
    warnings.push({ ...wholeProblem(path, message), line: first.firstLines[0]?.line ?? 0, column: 1 });
  }
  const withoutOutcome = report.clientLeft + report.unfinished;
  if (withoutOutcome > 0) {
    const message = `${withoutOutcome} requests have no outcome (the client left, or they were not over) and are left out`;
    warnings.push({ ...wholeProblem(path, message), path: "file" });
  }
  return warnings;
}

/** What is said of an option of `replay` is here said of the key of that name. */
function inScenario(problem: Problem): Problem {
  const allowed = problem.allowed?.replace("--max-rejected", "traffic.trace.maxRejected") ?? null;
  if (problem.line > 0) return { ...problem, allowed };
  const [option = ""] = problem.source.split(" ");
  const key = /^--[a-z-]+$/u.test(option)
    ? option.slice(2).replace(/-([a-z])/u, (_, letter: string) => letter.toUpperCase())
    : "";
  return { ...problem, allowed, path: key };
}

function refuse(
  key: string,
  message: string,
  details: { readonly found: string; readonly allowed: string },
): Read<never> {
  return { ok: false, problems: [{ ...wholeProblem("", message, details), path: key }] };
}
