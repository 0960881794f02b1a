/** `rehearse replay`: rehearses a policy on the traffic of a recorded trace. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { modelWarnings } from "../report/trace-text.ts";
import { readImportSettings } from "../replay/import-settings.ts";
import { rehearseTrace, type ReplayOptions as TraceOptions } from "../replay/replay.ts";
import { loadPolicy } from "../scenarios/built-in.ts";
import { complain } from "../scenarios/complaint.ts";
import { readFileText } from "../scenarios/file-text.ts";
import { parsePositiveDuration } from "../scenarios/quantity.ts";
import { readVersions, type Versions } from "../scenarios/version-file.ts";
import { readStartingPoint } from "./environment-settings.ts";
import { EXIT } from "./exit-code.ts";
import { readIncidentList, watchIncidents } from "./incidents.ts";
import { BrokenRehearsal } from "./internal-error.ts";
import { printRecords, type PrintOptions } from "./print-records.ts";
import { ofOption, reportProblems, reportWarnings, wholeProblem } from "./problem-report.ts";
import { startProgress } from "./progress.ts";
import { isJournal, replayJournal } from "./replay-journal.ts";
import { isRecording, replayRecording } from "./replay-recording.ts";
import { reproducingCommand } from "./reproducing-command.ts";
import type { Surroundings } from "./surroundings.ts";
import { readTraceOf, type TraceOptionsText } from "./trace-source.ts";

/** Options of `rehearse replay`. */
export interface ReplayOptions extends TraceOptionsText, PrintOptions {
  /** Absent: a recording's own. */
  readonly policy?: string;
  readonly candidate?: string;
  readonly rate?: number;
  readonly amplify?: number;
  readonly resample?: string;
  /** A file of known incidents. */
  readonly incidents?: string;
  readonly seed?: string;
  readonly flagsFromEnv?: true;
  readonly check?: true;
  readonly strict?: true;
}

/** Replays the trace or recording of a file, or the trace of standard input (`-`). Resolves to the exit code. */
export async function replay(
  argv: readonly string[],
  file: string,
  options: ReplayOptions,
  surroundings: Surroundings,
): Promise<number> {
  if (await isRecording(file)) return replayRecording(argv, file, options, surroundings);
  if (await isJournal(file)) return replayJournal(argv, file, options, surroundings);
  const { policy } = options;
  if (policy !== undefined) return replayTrace(argv, file, { ...options, policy }, surroundings);
  const allowed = "--policy NAME or FILE; only recordings and journals, as plain files, have a policy of their own";
  const problem = wholeProblem("--policy", "a trace is replayed under a policy", { found: "none", allowed });
  return reportProblems([problem], surroundings.stderr);
}

async function replayTrace(
  argv: readonly string[],
  file: string,
  options: ReplayOptions & { readonly policy: string },
  surroundings: Surroundings,
): Promise<number> {
  const { stderr, env } = surroundings;
  const startedAtMs = surroundings.nowMs();
  const policy = loadPolicy(options.policy);
  const versions = readCandidate(options.candidate);
  const settings = readImportSettings(options);
  const resample = readResample(options.resample);
  const start = readStartingPoint(options.flagsFromEnv === true, env);
  const incidents = readIncidentList(options.incidents, settings.ok ? settings.value.zoneMinutes : null);
  const trace = settings.ok ? await readTraceOf(file, settings.value, options, surroundings) : settings;
  if (!policy.ok || !versions.ok || !start.ok || !trace.ok || !resample.ok || !incidents.ok) {
    const problems = [
      ...ofOption("--policy", options.policy, problemsOf([policy])),
      ...ofOption("--candidate", options.candidate ?? "", problemsOf([versions])),
      ...ofOption("--incidents", options.incidents ?? "", problemsOf([incidents])),
      ...problemsOf([resample, start, trace]),
    ];
    return reportProblems(problems, stderr);
  }
  const missing = Object.keys(policy.value.metrics ?? {});
  if (missing.length > 0) {
    const message = `the policy ${options.policy} speaks of metrics of a scenario's own, and the trace ${file} has none`;
    const complaint = complain(message, { found: missing.join(", "), allowed: "a policy without metrics" });
    return reportProblems([{ source: options.policy, line: 0, column: 0, path: "metrics", ...complaint }], stderr);
  }
  const warnings: Problem[] = [policy, versions, start, incidents, trace].flatMap((read) => [...read.warnings]);
  warnings.push(...start.value.unused([policy.value]));
  const importedAtMs = surroundings.nowMs();

  const seed = options.seed ?? "1";
  const command = reproducingCommand(argv, [seed], start.value.variables);
  const traceOptions: TraceOptions = {
    scenario: file,
    seed,
    ...(options.rate === undefined ? {} : { rate: options.rate }),
    ...(options.amplify === undefined ? {} : { amplify: options.amplify }),
    ...(resample.value === null ? {} : { resampleWithinUs: resample.value }),
    ...(start.value.flags === null ? {} : { flags: start.value.flags }),
    baseline: versions.value?.baseline ?? null,
    candidate: versions.value?.candidate ?? null,
  };
  if (incidents.value !== null) {
    const print = { ...options, command, check: options.check === true, strict: options.strict === true };
    const adjusted = start.value.adjust(policy.value);
    return watchIncidents(incidents.value, trace.value, adjusted, traceOptions, warnings, print, surroundings);
  }
  const progress = startProgress(surroundings);
  const spanUs = Math.max(trace.value.report.spanUs / (options.rate ?? 1), 1);
  const running = {
    check: options.check === true,
    onProgress: (atUs: number) => progress.update(Math.min(atUs / spanUs, 1), "replaying"),
  };
  let result: ReturnType<typeof rehearseTrace>;
  try {
    result = rehearseTrace(trace.value, start.value.adjust(policy.value), traceOptions, running);
  } catch (error) {
    throw new BrokenRehearsal(error, seed, command);
  } finally {
    progress.stop();
  }
  if (!result.ok) return reportProblems(result.problems, stderr);
  reportWarnings(warnings, stderr);
  const modelled = modelWarnings(result.value.trace);
  const all = [...warnings, ...modelled.map((one) => wholeProblem(file, one))];
  printRecords([result.value], all, command, options, surroundings);
  // For people it stands in the report.
  if (options.json === true) for (const one of modelled) stderr.write(`warning: ${one}\n`);
  const seconds = (fromMs: number, toMs: number): string => `${((toMs - fromMs) / 1_000).toFixed(1)} s`;
  stderr.write(
    `read in ${seconds(startedAtMs, importedAtMs)}, replayed in ${seconds(importedAtMs, surroundings.nowMs())}\n`,
  );
  return options.strict === true && all.length > 0 ? EXIT.warnings : EXIT.ok;
}

function readCandidate(file: string | undefined): Read<Versions | null> {
  if (file === undefined) return { ok: true, value: null, warnings: [] };
  const text = readFileText(file, file, "a candidate");
  return text.ok ? readVersions(text.value, file) : text;
}

/** Null: not given. */
function readResample(text: string | undefined): Read<number | null> {
  if (text === undefined) return { ok: true, value: null, warnings: [] };
  if (text.trim() === "never") return { ok: true, value: 0, warnings: [] };
  const duration = parsePositiveDuration(text);
  if (duration.ok) return { ok: true, value: duration.value, warnings: [] };
  const problems = duration.complaints.map((complaint): Problem => ({
    source: "--resample",
    line: 0,
    column: 0,
    path: "",
    ...complaint,
  }));
  return { ok: false, problems: problems.map((problem) => ({ ...problem, allowed: "a time such as 10m, or never" })) };
}

function problemsOf(reads: readonly Read<unknown>[]): Problem[] {
  return reads.flatMap((read) => (read.ok ? [] : read.problems));
}
