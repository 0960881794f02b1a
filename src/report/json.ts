/** The machine-readable document: one JSON value, the fields always in the same order. */
import type {
  Decision,
  Evidence,
  ExpectationRecord,
  Impact,
  PhaseRecord,
  RollbackRecord,
  RunDocument,
  ScenarioRecord,
  TraceRecord,
  VersionFigures,
} from "../engine/result.ts";

/** The document as JSON text that ends in a newline. The same document always gives the same bytes. */
export function renderJson(document: RunDocument): string {
  const ordered: RunDocument = {
    schema: document.schema,
    command: document.command,
    results: document.results.map(scenario),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function scenario(record: ScenarioRecord): ScenarioRecord {
  return {
    scenario: record.scenario,
    policy: record.policy,
    seed: record.seed,
    outcome: record.outcome,
    endedAtMs: record.endedAtMs,
    ending: record.ending,
    phases: record.phases.map(phase),
    decisions: record.decisions.map(decision),
    events: record.events.map(decision),
    rollback: record.rollback === null ? null : rollback(record.rollback),
    impact: impact(record.impact),
    inFlight: record.inFlight,
    trace: record.trace === null ? null : trace(record.trace),
    expectations: record.expectations.map(expectation),
    notes: [...record.notes],
    digest: record.digest,
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
    errors: version.errors,
    fallbacks: version.fallbacks,
    p50Ms: version.p50Ms,
    p95Ms: version.p95Ms,
    p99Ms: version.p99Ms,
    p999Ms: version.p999Ms,
    meanMs: version.meanMs,
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
    value: seen.value,
    operator: seen.operator,
    limit: seen.limit,
    windowMs: seen.windowMs,
    window: seen.window,
    samples: seen.samples,
    minSamples: seen.minSamples,
    holds: seen.holds,
    approximate: seen.approximate,
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
    })),
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

function trace(record: TraceRecord): TraceRecord {
  return {
    format: record.format,
    rows: record.rows,
    accepted: record.accepted,
    rejected: record.rejected,
    rejections: record.rejections.map((rejection) => ({
      reason: rejection.reason,
      count: rejection.count,
      firstLines: rejection.firstLines.map((first) => ({ line: first.line, text: first.text })),
    })),
    outOfOrder: record.outOfOrder,
    outOfOrderMsMax: record.outOfOrderMsMax,
    duplicates: record.duplicates,
    withoutLatency: record.withoutLatency,
    clientLeft: record.clientLeft,
    spanMs: record.spanMs,
    startsAt: record.startsAt,
    keys: record.keys,
    routes: record.routes,
    rate: record.rate,
    amplify: record.amplify,
    recorded: record.recorded,
    resampled: record.resampled,
    modelled: record.modelled,
  };
}

function expectation(record: ExpectationRecord): ExpectationRecord {
  return { text: record.text, held: record.held, got: record.got, file: record.file, line: record.line };
}
