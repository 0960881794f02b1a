/** The machine-readable document: one JSON value, the fields always in the same order. */
import { DECISION_KINDS } from "../engine/result.ts";
import type {
  Decision,
  Evidence,
  ExpectationRecord,
  Impact,
  PhaseRecord,
  RollbackRecord,
  RoutingRecord,
  RunDocument,
  ScenarioRecord,
  ShardRecord,
  VersionFigures,
  WarningRecord,
} from "../engine/result.ts";
import { orderReplications } from "./replication-json.ts";
import { orderTrace } from "./trace-json.ts";

/** The document as JSON text that ends in a newline. The same document always gives the same bytes. */
export function renderJson(document: RunDocument): string {
  const { warnings, shard } = document;
  const ordered: RunDocument = {
    schema: document.schema,
    command: document.command,
    ...(shard === undefined ? {} : { shard: part(shard) }),
    results: document.results.map(scenario),
    ...(warnings === undefined ? {} : { warnings: warnings.map(warning) }),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/**
 * The document as JSON Lines: first a line that holds everything but the results, then one line for each of them, as
 * it stands in the document.
 */
export function renderJsonLines(document: RunDocument): string {
  const { schema, command, shard, warnings } = document;
  const head = {
    schema,
    command,
    ...(shard === undefined ? {} : { shard: part(shard) }),
    warnings: warnings?.map(warning) ?? [],
  };
  return [head, ...document.results.map(scenario)].map((line) => `${JSON.stringify(line)}\n`).join("");
}

function part({ index, count, version, command, bail, suite }: ShardRecord): ShardRecord {
  const entries = suite.map(({ scenario, seed, replications, configuration }) => {
    return { scenario, seed, replications, configuration };
  });
  return { index, count, version, command, bail, suite: entries };
}

function warning(record: WarningRecord): WarningRecord {
  return { rule: record.rule, file: record.file, line: record.line, path: record.path, message: record.message };
}

/** A record as it is printed: decisions keep to the kinds that programs rely on, the rest of the trail is events. */
type PrintedRecord = ScenarioRecord & { readonly events: readonly Decision[] };

const IS_DECISION: ReadonlySet<string> = new Set(DECISION_KINDS);

function scenario(record: ScenarioRecord): PrintedRecord {
  const trail = record.decisions.map(decision);
  return {
    scenario: record.scenario,
    policy: record.policy,
    seed: record.seed,
    outcome: record.outcome,
    endedAtMs: record.endedAtMs,
    ...(record.calendarStartMs === undefined ? {} : { calendarStartMs: record.calendarStartMs }),
    ending: record.ending,
    phases: record.phases.map(phase),
    decisions: trail.filter(({ kind }) => IS_DECISION.has(kind)),
    events: trail.filter(({ kind }) => !IS_DECISION.has(kind)),
    rollback: record.rollback === null ? null : rollback(record.rollback),
    impact: impact(record.impact),
    inFlight: record.inFlight,
    ...(record.routing === undefined ? {} : { routing: routing(record.routing) }),
    ...(record.resources === undefined ? {} : { resources: record.resources }),
    ...(record.errors === undefined ? {} : { errors: record.errors }),
    ...(record.slices === undefined ? {} : { slices: record.slices }),
    ...(record.monitor === undefined ? {} : { monitor: record.monitor }),
    ...(record.parity === undefined ? {} : { parity: record.parity }),
    ...(record.pipeline === undefined ? {} : { pipeline: record.pipeline }),
    trace: record.trace === null ? null : orderTrace(record.trace),
    expectations: record.expectations.map(expectation),
    notes: [...record.notes],
    digest: record.digest,
    ...(record.replications === undefined ? {} : { replications: orderReplications(record.replications) }),
  };
}

function phase(record: PhaseRecord): PhaseRecord {
  return {
    name: record.name,
    trafficPercent: record.trafficPercent,
    enteredAtMs: record.enteredAtMs,
    leftAtMs: record.leftAtMs,
    verdict: record.verdict,
    baseline: figures(record.baseline),
    candidate: figures(record.candidate),
  };
}

function figures(version: VersionFigures): VersionFigures {
  return {
    requests: version.requests,
    attempts: version.attempts,
    errors: version.errors,
    fallbacks: version.fallbacks,
    p50Ms: version.p50Ms,
    p95Ms: version.p95Ms,
    p99Ms: version.p99Ms,
    p999Ms: version.p999Ms,
    meanMs: version.meanMs,
    ...(version.metrics === undefined ? {} : { metrics: version.metrics }),
  };
}

function decision(record: Decision): Decision {
  return {
    sequence: record.sequence,
    atMs: record.atMs,
    phase: record.phase,
    kind: record.kind,
    by: record.by,
    reason: record.reason,
    evidence: record.evidence === null ? null : evidence(record.evidence),
    looked: record.looked.map(evidence),
  };
}

function evidence(seen: Evidence): Evidence {
  return {
    rule: seen.rule,
    metric: seen.metric,
    ...(seen.slice === undefined ? {} : { slice: seen.slice }),
    value: seen.value,
    operator: seen.operator,
    limit: seen.limit,
    windowMs: seen.windowMs,
    window: seen.window,
    samples: seen.samples,
    minSamples: seen.minSamples,
    holds: seen.holds,
    approximate: seen.approximate,
    ...(seen.statistic === undefined ? {} : { statistic: seen.statistic }),
    ...(seen.invalid === undefined ? {} : { invalid: seen.invalid }),
  };
}

function rollback(record: RollbackRecord): RollbackRecord {
  return {
    trigger: record.trigger,
    onsetAtMs: record.onsetAtMs,
    detectedAtMs: record.detectedAtMs,
    revertedAtMs: record.revertedAtMs,
    verifiedAtMs: record.verifiedAtMs,
    steps: record.steps.map((step) => ({
      name: step.name,
      startedAtMs: step.startedAtMs,
      endedAtMs: step.endedAtMs,
      result: step.result,
      ...(step.attempt === undefined ? {} : { attempt: step.attempt }),
      ...(step.promisedMs === undefined ? {} : { promisedMs: step.promisedMs }),
    })),
    ...(record.promises === undefined
      ? {}
      : {
          promises: record.promises.map(({ what, promisedMs, tookMs, kept }) => ({ what, promisedMs, tookMs, kept })),
        }),
    ...(record.cutOff === undefined ? {} : { cutOff: record.cutOff }),
    ...(record.harmedByRestart === undefined ? {} : { harmedByRestart: record.harmedByRestart }),
  };
}

function impact(record: Impact): Impact {
  return {
    requests: record.requests,
    candidateRequests: record.candidateRequests,
    failedRequests: record.failedRequests,
    harmedRequests: record.harmedRequests,
    slowedRequests: record.slowedRequests,
    savedByFallback: record.savedByFallback,
    usersExposed: record.usersExposed,
  };
}

function routing(record: RoutingRecord): RoutingRecord {
  return {
    routers: record.routers,
    bucketing: record.bucketing,
    stickiness: record.stickiness,
    slowestUpdateMs: record.slowestUpdateMs,
    flips: record.flips,
    routerFlips: record.routerFlips,
    tornUsers: record.tornUsers,
  };
}

function expectation(record: ExpectationRecord): ExpectationRecord {
  const { text, held, got, file, line, undecided } = record;
  return { text, held, got, file, line, ...(undecided === undefined ? {} : { undecided }) };
}
