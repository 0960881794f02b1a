/** `rehearse replay --incidents`: what the rules of a policy see of known incidents. */
import type { Policy } from "../engine/deployment/policy.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { renderIncidents, type IncidentDocument } from "../report/incident-text.ts";
import type { Trace } from "../replay/columns.ts";
import { placeIncidents, readIncidents, type Incident } from "../replay/incidents/incident-file.ts";
import { judgeRules } from "../replay/incidents/judge-incidents.ts";
import { watchOnly, watchRules } from "../replay/incidents/watch-rules.ts";
import { restsOnModel } from "../replay/incidents/model-rule.ts";
import { planReplay, type ReplayOptions } from "../replay/replay.ts";
import { recordTrace, replayNotes } from "../replay/replayed-trace.ts";
import { createSourcesByPhase } from "../replay/sources-by-phase.ts";
import { orderTrace } from "../report/trace-json.ts";
import { modelWarnings } from "../report/trace-text.ts";
import { readFileText } from "../scenarios/file-text.ts";
import { EXIT } from "./exit-code.ts";
import type { PrintOptions } from "./print-records.ts";
import { reportProblems, reportWarnings, warningRecord, wholeProblem } from "./problem-report.ts";
import { wantsAscii, wantsColour, type Surroundings } from "./surroundings.ts";

/** Known incidents as they stand in a file. */
export interface IncidentList {
  readonly file: string;
  readonly incidents: readonly Incident[];
}

/** Reads the file of `--incidents`; null: it was not given. */
export function readIncidentList(file: string | undefined, zoneMinutes: number | null): Read<IncidentList | null> {
  if (file === undefined) return { ok: true, value: null, warnings: [] };
  const text = readFileText(file, file, "a file of incidents");
  const read = text.ok ? readIncidents(text.value, file, zoneMinutes) : text;
  return read.ok ? { ...read, value: { file, incidents: read.value } } : read;
}

/** Watches a trace under a policy and says what its rules saw. Gives the exit code. */
export function watchIncidents(
  { file, incidents }: IncidentList,
  trace: Trace,
  policy: Policy,
  replayOptions: ReplayOptions,
  warnings: readonly Problem[],
  print: PrintOptions & { readonly command: string; readonly check: boolean; readonly strict: boolean },
  { stdout, stderr, env }: Surroundings,
): number {
  const { report } = trace;
  const placed = placeIncidents(incidents, file, trace);
  const plan = planReplay(trace, watchOnly(policy), replayOptions);
  if (!placed.ok || !plan.ok) {
    return reportProblems(
      [placed, plan].flatMap((read) => (read.ok ? [] : read.problems)),
      stderr,
    );
  }
  const { rate = 1 } = replayOptions;
  const atRate = placed.value.map((one) => ({ ...one, fromUs: one.fromUs / rate, toUs: one.toUs / rate }));
  const sources = createSourcesByPhase();
  const { rules, untilUs, worldState, phases } = watchRules(plan.value, print.check, sources.see);
  const traceRecord = recordTrace(trace, replayOptions, worldState, sources.phases(phases, worldState));
  const modelled = modelWarnings(traceRecord);
  const told = [...warnings, ...placed.warnings];
  const all = [...told, ...modelled.map((one) => wholeProblem(report.source, one))];
  const document: IncidentDocument = {
    schema: "rehearse.incidents/1",
    command: print.command,
    trace: report.source,
    policy: policy.name,
    watchedMs: untilUs / 1_000,
    traceRecord: orderTrace(traceRecord),
    incidents: atRate.map((one) => ({ ...one, fromMs: one.fromUs / 1_000, toMs: one.toUs / 1_000 })),
    rules: judgeRules(policy, rules, atRate).map((rule) => ({
      ...rule,
      restsOnModel: rule.lookedAtMs > 0 && restsOnModel(rule.metric, traceRecord),
    })),
    warnings: all.map(warningRecord),
    notes: [
      ...replayNotes(trace, replayOptions),
      ...atRate
        .filter(({ fromUs }) => fromUs < 0)
        .map(({ name }) => `${name} began before the trace does: its delay counts from the first row`),
      ...(untilUs < report.spanUs / rate
        ? ["the rollout was over before the trace was: what came later was not watched"]
        : []),
    ],
  };
  reportWarnings(told, stderr);
  // For people it stands in the report.
  if (print.json === true) for (const one of modelled) stderr.write(`warning: ${one}\n`);
  const look = { colour: wantsColour(stdout, env), ascii: wantsAscii(print.ascii === true, env) };
  stdout.write(print.json === true ? `${JSON.stringify(document, null, 2)}\n` : renderIncidents(document, look));
  return print.strict && all.length > 0 ? EXIT.warnings : EXIT.ok;
}
