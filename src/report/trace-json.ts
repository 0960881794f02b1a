/** What a replay saw in its trace, as it stands in documents. */
import type { OutcomeSources, PartSources, TraceRecord, TraceSources } from "../engine/trace-record.ts";

/** The record with its fields in the order of documents. */
export function orderTrace(record: TraceRecord): TraceRecord {
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
    misplaced: record.misplaced,
    outOfOrderMsMax: record.outOfOrderMsMax,
    duplicates: record.duplicates,
    withoutLatency: record.withoutLatency,
    clientLeft: record.clientLeft,
    unfinished: record.unfinished,
    outsideRange: record.outsideRange,
    replayed: record.replayed,
    failures: record.failures,
    versions: {
      baseline: record.versions.baseline,
      candidate: record.versions.candidate,
      unknown: record.versions.unknown,
      unknownAre: record.versions.unknownAre,
      others: {
        rows: record.versions.others.rows,
        distinct: record.versions.others.distinct,
        most: record.versions.others.most.map(({ version, rows }) => ({ version, rows })),
      },
    },
    holes: record.holes,
    longestHoles: record.longestHoles.map((hole) => ({ atMs: hole.atMs, ms: hole.ms })),
    sharingStart: record.sharingStart,
    sharingStartMax: record.sharingStartMax,
    perSecond: record.perSecond,
    spanMs: record.spanMs,
    startsAt: record.startsAt,
    keys: record.keys,
    routes: record.routes,
    rate: record.rate,
    amplify: record.amplify,
    ...sources(record),
    phases: record.phases.map((phase) => ({ phase: phase.phase, ...sources(phase) })),
  };
}

function sources(of: TraceSources): TraceSources {
  const { baseline, counterfactual, candidate } = of.sources;
  return {
    ...counts(of),
    sources: { baseline: parts(baseline), counterfactual: parts(counterfactual), candidate: parts(candidate) },
  };
}

function parts({ result, latency }: PartSources): PartSources {
  return { result: counts(result), latency: counts(latency) };
}

function counts({ recorded, resampled, modelled }: OutcomeSources): OutcomeSources {
  return { recorded, resampled, modelled };
}
