/** From the rows in the order of the file to a trace: outcomes decided, sorted by start, counted, numbered. */
import { allocateColumns, allocateReplayed, VERSION_BASELINE } from "./columns.ts";
import type { Columns, ImportedColumns, Trace, TraceBuilder } from "./columns.ts";
import { OTHER } from "./dictionary.ts";
import { createDisorder, measureDisorder } from "./disorder.ts";
import { createDuplicateSearch, searchDuplicates } from "./duplicates.ts";
import { CLIENT_LEFT, outcomeCodes, STATUS_UNFINISHED, writeFailureRules, type FailureRules } from "./failure.ts";
import { countReplayed, createReplayedCount, replayedFigures } from "./import-report.ts";
import { listOtherVersions } from "./other-versions.ts";
import { listRejections } from "./rejections.ts";
import { BLOCK_ROWS, mergedBlocks, sortedBlocks } from "./row-blocks.ts";

/** Routes that keep their name: the busiest; the rest becomes `other`. */
const NAMED_ROUTES_MAX = 200;

/** What else goes into the report. */
export interface TraceDescription {
  readonly source: string;
  readonly format: string;
  readonly notes: readonly string[];
  readonly failure: FailureRules;
}

/** All of a trace but its rows. */
export type TraceFacts = Omit<Trace, "columns" | "outcome">;

/** Where the rows of a trace go, block by block. */
export interface TraceSink {
  /** Called once, before any row. */
  readonly begin: (rows: number) => void;
  /** The next `rows` rows; the arrays are overwritten afterwards. */
  readonly write: (columns: Columns, outcome: Uint8Array, rows: number) => void;
}

/** The trace of what a builder holds. It may have no row at all: then every accepted row's client left. */
export function finishTrace(builder: TraceBuilder, description: TraceDescription): Trace {
  let columns: Columns = allocateReplayed(0);
  let outcome = new Uint8Array(0);
  let done = 0;
  const facts = finishInto(builder, description, {
    begin: (rows) => {
      columns = allocateReplayed(rows);
      outcome = new Uint8Array(rows);
    },
    write: (block, codes, rows) => {
      columns.startUs.set(block.startUs.subarray(0, rows), done);
      columns.key.set(block.key.subarray(0, rows), done);
      columns.route.set(block.route.subarray(0, rows), done);
      columns.status.set(block.status.subarray(0, rows), done);
      columns.latencyUs.set(block.latencyUs.subarray(0, rows), done);
      columns.version.set(block.version.subarray(0, rows), done);
      columns.bytes.set(block.bytes.subarray(0, rows), done);
      columns.line.set(block.line.subarray(0, rows), done);
      outcome.set(codes.subarray(0, rows), done);
      done += rows;
    },
  });
  return { ...facts, columns, outcome };
}

/** Finishes what a builder holds, in memory or on disk, and gives its rows to a sink. */
export function finishInto(builder: TraceBuilder, description: TraceDescription, sink: TraceSink): TraceFacts {
  const { runs } = builder;
  const isOnDisk = runs !== null && runs.lengths.length > 0;
  const disorder = isOnDisk ? runs.disorder : createDisorder();
  if (!isOnDisk) {
    measureDisorder(disorder, builder.columns.startUs, builder.count);
  } else if (builder.count > 0) {
    runs.put(builder.columns, builder.count);
    builder.count = 0;
  }

  const seen = seeRows(builder);
  const { byStatus, errorKinds } = outcomeCodes(description.failure, seen.statuses, builder.errorClasses.names);
  const tally = tallyRows(builder, byStatus);
  const { routes, renumbered } = nameBusiestRoutes(tally.requestsByRoute, builder.routes.names);
  const startsAtEpochUs = tally.count > 0 ? tally.firstUs : 0;
  const count = createReplayedCount(tally.count, tally.count > 0 ? tally.lastUs - tally.firstUs : 0);
  const duplicates = createDuplicateSearch();
  const blockRows = Math.min(seen.accepted, BLOCK_ROWS);
  const outcome = new Uint8Array(blockRows);
  const replayed = allocateColumns(blockRows);
  sink.begin(tally.count);
  const blocks = isOnDisk ? mergedBlocks(runs, blockRows) : sortedBlocks(builder.columns, builder.count);
  for (const block of blocks) {
    searchDuplicates(duplicates, block.columns, block.count);
    let rows = 0;
    for (let i = 0; i < block.count; i++) {
      const code = byStatus[block.columns.status[i] as number] as number;
      if (code === CLIENT_LEFT) continue;
      outcome[rows] = code;
      replayed.startUs[rows] = (block.columns.startUs[i] as number) - startsAtEpochUs;
      replayed.key[rows] = block.columns.key[i] as number;
      replayed.route[rows] = renumbered[block.columns.route[i] as number] as number;
      replayed.status[rows] = block.columns.status[i] as number;
      replayed.latencyUs[rows] = block.columns.latencyUs[i] as number;
      replayed.version[rows] = block.columns.version[i] as number;
      replayed.bytes[rows] = block.columns.bytes[i] as number;
      replayed.line[rows] = block.columns.line[i] as number;
      rows++;
    }
    countReplayed(count, replayed, rows);
    sink.write(replayed, outcome, rows);
  }

  const notes = [...description.notes];
  const others = listOtherVersions(builder.otherVersions);
  // A part of a log that names its baseline elsewhere says so.
  const namesBaseline = seen.namesBaseline || builder.otherVersions.neither > 0;
  if (others.distinct === 1 && !namesBaseline && count.onCandidate === 0) {
    notes.push(`rows name one version, ${others.most[0]?.version}: all are taken for the baseline's`);
  }
  if (builder.routes.names.length > NAMED_ROUTES_MAX) {
    notes.push(
      `the ${NAMED_ROUTES_MAX} busiest of ${builder.routes.names.length} routes keep their name, the rest is "${OTHER}"`,
    );
  }
  return {
    count: tally.count,
    keys: builder.keys.names,
    routes,
    errorKinds,
    report: {
      source: description.source,
      format: description.format,
      rows: seen.accepted + builder.rejections.count,
      accepted: seen.accepted,
      rejected: builder.rejections.count,
      rejections: listRejections(builder.rejections),
      outOfOrder: disorder.stepsBack,
      misplaced: disorder.misplaced,
      outOfOrderUsMax: disorder.usMax,
      duplicates: duplicates.count,
      ...replayedFigures(count),
      namesBaseline,
      otherVersions: others,
      clientLeft: seen.accepted - tally.count - seen.unfinished,
      unfinished: seen.unfinished,
      outsideRange: 0,
      failures: writeFailureRules(description.failure),
      startsAtEpochUs,
      keys: builder.keys.names.length,
      routes: builder.routes.names.length,
      notes,
    },
  };
}

/** All rows of a builder in any order, block by block. */
function eachBlock(builder: TraceBuilder, look: (columns: ImportedColumns, rows: number) => void): void {
  const { runs, columns, count } = builder;
  if (count > 0) look(columns, count);
  if (runs === null || runs.lengths.length === 0) return;
  const block = allocateColumns(Math.min(runs.rows, BLOCK_ROWS));
  runs.lengths.forEach((_, run) => {
    let from = 0;
    for (let rows = runs.get(run, 0, block); rows > 0; rows = runs.get(run, from, block)) {
      look(block, rows);
      from += rows;
    }
  });
}

interface SeenRows {
  readonly accepted: number;
  readonly unfinished: number;
  /** Whether a row is said to be the baseline's, whatever became of it: what counts as failed is asked anew of traces. */
  readonly namesBaseline: boolean;
  /** Each once, ascending. */
  readonly statuses: readonly number[];
}

function seeRows(builder: TraceBuilder): SeenRows {
  const byStatus = new Float64Array(65_536);
  let accepted = 0;
  let namesBaseline = false;
  eachBlock(builder, ({ status, version }, rows) => {
    accepted += rows;
    namesBaseline ||= version.subarray(0, rows).includes(VERSION_BASELINE);
    for (let i = 0; i < rows; i++) byStatus[status[i] as number] = (byStatus[status[i] as number] as number) + 1;
  });
  const statuses = [...byStatus.keys()].filter((status) => (byStatus[status] as number) > 0);
  return { accepted, unfinished: byStatus[STATUS_UNFINISHED] as number, namesBaseline, statuses };
}

/** What is known of the replayed rows before they are in order. */
interface RowTally {
  count: number;
  firstUs: number;
  lastUs: number;
  readonly requestsByRoute: Float64Array;
}

function tallyRows(builder: TraceBuilder, byStatus: Uint8Array): RowTally {
  const requestsByRoute = new Float64Array(builder.routes.names.length);
  const tally: RowTally = { count: 0, firstUs: Infinity, lastUs: -Infinity, requestsByRoute };
  eachBlock(builder, ({ status, startUs, route }, rows) => {
    let { count, firstUs, lastUs } = tally;
    for (let i = 0; i < rows; i++) {
      if (byStatus[status[i] as number] === CLIENT_LEFT) continue;
      const us = startUs[i] as number;
      if (us < firstUs) firstUs = us;
      if (us > lastUs) lastUs = us;
      requestsByRoute[route[i] as number] = (requestsByRoute[route[i] as number] as number) + 1;
      count++;
    }
    Object.assign(tally, { count, firstUs, lastUs });
  });
  return tally;
}

/** Numbers the routes so that the busiest come first (equally busy: first seen); the names, and the new number of each. */
function nameBusiestRoutes(
  requests: Float64Array,
  names: readonly string[],
): { readonly routes: readonly string[]; readonly renumbered: Uint32Array } {
  const busiest = [...names.keys()]
    .filter((index) => names[index] !== OTHER && (requests[index] as number) > 0)
    .sort((a, b) => (requests[b] as number) - (requests[a] as number) || a - b)
    .slice(0, NAMED_ROUTES_MAX);
  const renumbered = new Uint32Array(names.length).fill(busiest.length);
  busiest.forEach((index, position) => (renumbered[index] = position));
  const others =
    busiest.length === 0 || requests.some((count, index) => count > 0 && renumbered[index] === busiest.length);
  const named = busiest.map((index) => names[index] ?? OTHER);
  return { routes: others ? [...named, OTHER] : named, renumbered };
}
