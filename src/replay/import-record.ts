/** What an import saw, in the shape of reports and of `--json`. */
import { msFromUs, SECOND_US } from "../engine/kernel/units.ts";
import type { ImportRecord } from "../engine/import-record.ts";
import { isoFromEpochUs } from "./calendar.ts";
import type { TraceFacts } from "./finish-trace.ts";

/** The import's figures of a trace; its rows are not looked at. */
export function importRecord({ report, count }: Pick<TraceFacts, "report" | "count">): ImportRecord {
  return {
    format: report.format,
    rows: report.rows,
    accepted: report.accepted,
    rejected: report.rejected,
    rejections: report.rejections,
    outOfOrder: report.outOfOrder,
    misplaced: report.misplaced,
    outOfOrderMsMax: msFromUs(report.outOfOrderUsMax),
    duplicates: report.duplicates,
    withoutLatency: report.withoutLatency,
    clientLeft: report.clientLeft,
    unfinished: report.unfinished,
    outsideRange: report.outsideRange,
    replayed: count,
    failures: report.failures,
    versions: {
      baseline: report.onBaseline,
      candidate: report.onCandidate,
      unknown: count - report.onBaseline - report.onCandidate,
      unknownAre: report.namesBaseline ? "neither" : "baseline",
      others: report.otherVersions,
    },
    holes: report.holes,
    longestHoles: report.longestHoles.map((hole) => ({ atMs: msFromUs(hole.fromUs), ms: msFromUs(hole.us) })),
    sharingStart: report.sharingStart,
    sharingStartMax: report.sharingStartMax,
    perSecond: report.spanUs > 0 ? (count * SECOND_US) / report.spanUs : null,
    spanMs: msFromUs(report.spanUs),
    startsAt: isoFromEpochUs(report.startsAtEpochUs),
    keys: report.keys,
    routes: report.routes,
  };
}
