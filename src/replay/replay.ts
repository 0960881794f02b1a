/** A rehearsal on a recorded trace: checked options, a plan, the run, and what the trace and the models gave to it. */
import type { OperatorCommand } from "../engine/deployment/operator.ts";
import type { Policy } from "../engine/deployment/policy.ts";
import { SAFE_FLAGS, type FeatureFlags } from "../engine/flags/feature-flags.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { DAY_US, SECOND_US } from "../engine/kernel/units.ts";
import type { RehearsalPlan, SlowedLimits } from "../engine/plan.ts";
import type { ScenarioRecord } from "../engine/result.ts";
import type { RoutingPlan } from "../engine/routing/routing-plan.ts";
import type { Fault } from "../engine/service/fault.ts";
import { ERROR_KINDS_MAX, errorKindsOf } from "../engine/service/error-kinds.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import { rehearseKeepingState, type RehearseOptions } from "../engine/stack.ts";
import { isoFromEpochUs } from "./calendar.ts";
import type { Trace } from "./columns.ts";
import { recordTrace, replayNotes } from "./replayed-trace.ts";
import { createSourcesByPhase } from "./sources-by-phase.ts";
import { arrivalsAtRate, createTraceWorld } from "./trace-world.ts";

/** How a trace is replayed; everything that is not given has the default named here. */
export interface ReplayOptions {
  /** Name of the rehearsal in reports: the trace's path by default. */
  readonly scenario?: string;
  /** `1`. */
  readonly seed?: string;
  /** How many times as fast requests arrive: 1. */
  readonly rate?: number;
  /** How many users stand for each recorded one: 1. */
  readonly amplify?: number;
  /** For what the trace does not say of the baseline: `defaultBaseline`. */
  readonly baseline?: VersionModel | null;
  /** For what the trace does not say of the candidate: just as the baseline. */
  readonly candidate?: VersionModel | null;
  /** How far in recorded time a request may be whose outcome stands in for an unrecorded one: 10 min. 0: none does. */
  readonly resampleWithinUs?: number;
  /** The safe defaults. */
  readonly flags?: FeatureFlags;
  readonly pinnedFlags?: Partial<FeatureFlags>;
  /** How long after a change of the flags the router sees it: 1 s. */
  readonly propagationUs?: number;
  /** Several routers, or another rule of bucketing: one plain router. */
  readonly routing?: RoutingPlan;
  readonly faults?: readonly Fault[];
  readonly operator?: readonly OperatorCommand[];
  /** More than twice the baseline's latency and more than 100 ms later. */
  readonly slowed?: SlowedLimits;
  /** The run ends here even if the trace goes on: never by default. */
  readonly horizonUs?: number;
}

/** Most keys that an amplified trace may have, and most requests that may arrive in any two seconds. */
const AMPLIFIED_KEYS_MAX = 100_000_000;
const TWO_SECONDS_REQUESTS_MAX = 50_000_000;

/** Longest time that a trace may span at its rate: a date that was damaged would make the run endless. */
const SPAN_US_MAX = 366 * DAY_US;

/** The plan of a replay, or what is wrong with its options. A trace that ends before the rollout does ends the run. */
export function planReplay(trace: Trace, policy: Policy, options: ReplayOptions = {}): Read<RehearsalPlan> {
  const { rate = 1, amplify = 1, seed = "1", baseline = null, candidate = null } = options;
  const problems = [
    ...ratesProblems(trace, rate, amplify),
    ...modelProblems(baseline),
    ...segmentProblems(baseline, candidate),
    ...kindProblems(trace, options),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const world = createTraceWorld(trace, {
    rate,
    amplify,
    baseline,
    candidate,
    seed,
    ...(options.resampleWithinUs === undefined ? {} : { resampleWithinUs: options.resampleWithinUs }),
    errorKinds: (options.faults ?? []).flatMap((fault) => fault.errorKind ?? []),
  });
  const plan: RehearsalPlan = {
    scenario: options.scenario ?? trace.report.source,
    seed,
    // Two ticks after the last request: the end of the trace comes first.
    horizonUs: options.horizonUs ?? (Math.ceil((world.endsAtUs ?? 0) / policy.tickUs) + 2) * policy.tickUs,
    policy,
    flags: options.flags ?? SAFE_FLAGS,
    pinnedFlags: options.pinnedFlags ?? {},
    propagationUs: options.propagationUs ?? SECOND_US,
    ...(options.routing === undefined ? {} : { routing: options.routing }),
    faults: options.faults ?? [],
    operator: options.operator ?? [],
    slowed: options.slowed ?? { factor: 2, addUs: 100_000 },
    world,
  };
  return { ok: true, value: plan, warnings: [] };
}

/** Rehearses a policy on a trace. The record's notes say what was assumed of what the trace does not tell. */
export function rehearseTrace(
  trace: Trace,
  policy: Policy,
  options: ReplayOptions = {},
  running: RehearseOptions = {},
): Read<ScenarioRecord> {
  const plan = planReplay(trace, policy, options);
  if (!plan.ok) return plan;
  const sources = createSourcesByPhase();
  const { record, worldState } = rehearseKeepingState(plan.value, { ...running, onState: sources.see });
  const value: ScenarioRecord = {
    ...record,
    notes: [...record.notes, ...replayNotes(trace, options)],
    trace: recordTrace(trace, options, worldState, sources.phases(record.phases, worldState)),
    expectations: [],
  };
  return { ok: true, value, warnings: [] };
}

function ratesProblems(trace: Trace, rate: number, amplify: number): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isFinite(rate) || rate <= 0) {
    problems.push(optionProblem("--rate", "the rate must be above 0", String(rate), "x and a number, as in x35"));
  }
  if (!Number.isInteger(amplify) || amplify < 1) {
    problems.push(
      optionProblem("--amplify", "users cannot be multiplied by this", String(amplify), "a whole number from 1"),
    );
  }
  if (problems.length > 0) return problems;
  if (trace.report.spanUs / rate > SPAN_US_MAX) {
    const days = Math.ceil(trace.report.spanUs / DAY_US);
    const message = `the trace spans ${days} days from ${isoFromEpochUs(trace.report.startsAtEpochUs)}, too long to replay`;
    const found = rate === 1 ? `${days} days` : `${days} days at a rate of x${rate}`;
    const allowed = "at most 366 days at the rate: --from and --to replay a part of it, --rate all of it faster";
    problems.push(optionProblem(rate === 1 ? trace.report.source : "--rate", message, found, allowed));
  }
  const keys = trace.keys.length * amplify;
  if (keys > AMPLIFIED_KEYS_MAX) {
    const message = `${trace.keys.length} recorded users would become ${keys}`;
    problems.push(optionProblem("--amplify", message, String(amplify), `at most ${AMPLIFIED_KEYS_MAX} users`));
  }
  const requests = busiestTwoSeconds(arrivalsAtRate(trace.columns.startUs, rate)) * amplify;
  if (amplify > 1 && requests > TWO_SECONDS_REQUESTS_MAX) {
    const message = `${requests} requests would arrive within two seconds`;
    problems.push(optionProblem("--amplify", message, String(amplify), `at most ${TWO_SECONDS_REQUESTS_MAX}`));
  }
  return problems;
}

function modelProblems(baseline: VersionModel | null): Problem[] {
  if (baseline === null) return [];
  const models = [baseline, ...Object.values(baseline.routes)];
  const relative = models.some((model) => model.latency?.kind === "relative" || model.errors?.kind === "relative");
  if (!relative) return [];
  return [
    optionProblem("baseline", "the baseline cannot be relative to itself", "a relative model", "models of its own"),
  ];
}

/** A trace does not say who is in which segment. */
function segmentProblems(baseline: VersionModel | null, candidate: VersionModel | null): Problem[] {
  return Object.entries({ baseline, candidate }).flatMap(([name, version]) =>
    (version?.segments ?? []).length === 0
      ? []
      : [optionProblem(name, "a trace has no segments of users", "models by segment", "models by route")],
  );
}

/** A trace may have used up all codes of failures. */
function kindProblems(trace: Trace, { baseline, candidate, faults }: ReplayOptions): Problem[] {
  const versions = [baseline ?? null, candidate ?? null].filter((version) => version !== null);
  const others = (faults ?? []).flatMap((fault) => fault.errorKind ?? []);
  const kinds = errorKindsOf(trace.errorKinds, versions, others);
  if (kinds.length <= ERROR_KINDS_MAX) return [];
  const found = `${trace.errorKinds.length} in the trace, ${kinds.length} in all`;
  return [optionProblem("candidate", "there are too many kinds of failure", found, `at most ${ERROR_KINDS_MAX}`)];
}

/** Most rows that arrive within any two seconds. */
function busiestTwoSeconds(atUs: Float64Array): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < atUs.length; to++) {
    while ((atUs[to] as number) - (atUs[from] as number) >= 2 * SECOND_US) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

function optionProblem(source: string, message: string, found: string, allowed: string): Problem {
  return { source, line: 0, column: 0, path: "", message, found, allowed, suggestion: null };
}
