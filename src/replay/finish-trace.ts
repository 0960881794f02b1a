/** From the rows in the order of the file to a trace: outcomes decided, sorted by start, counted, numbered. */
import { gatherColumns } from "./columns.ts";
import type { Columns, Trace, TraceBuilder } from "./columns.ts";
import { OTHER } from "./dictionary.ts";
import { CLIENT_LEFT, outcomeCodes, STATUS_UNFINISHED, type FailureRules } from "./failure.ts";
import { describeReplayed } from "./import-report.ts";
import { listRejections } from "./rejections.ts";
import { sortedOrder } from "./stable-sort.ts";

/** Routes that keep their name: the busiest; the rest becomes `other`. */
const NAMED_ROUTES_MAX = 200;

/** What else goes into the report. */
export interface TraceDescription {
  readonly source: string;
  readonly format: string;
  readonly notes: readonly string[];
  readonly failure: FailureRules;
}

/** The trace of what a builder holds. It may have no row at all: then every accepted row's client left. */
export function finishTrace(builder: TraceBuilder, description: TraceDescription): Trace {
  const accepted = builder.count;
  const imported = builder.columns;
  const { byStatus, errorKinds } = outcomeCodes(
    description.failure,
    distinctStatuses(imported.status, accepted),
    builder.errorClasses.names,
  );
  const order = sortedOrder(imported.startUs, accepted);
  const disorder = measureDisorder(imported.startUs, accepted);
  const duplicates = countDuplicates(imported, order);
  const replayed = order.filter((row) => byStatus[imported.status[row] as number] !== CLIENT_LEFT);
  const columns = gatherColumns(imported, replayed);
  const count = replayed.length;
  let unfinished = 0;
  for (let row = 0; row < accepted; row++) if (imported.status[row] === STATUS_UNFINISHED) unfinished++;
  const outcome = new Uint8Array(count);
  for (let i = 0; i < count; i++) outcome[i] = byStatus[columns.status[i] as number] as number;

  const startsAtEpochUs = count > 0 ? (columns.startUs[0] as number) : 0;
  for (let i = 0; i < count; i++) columns.startUs[i] = (columns.startUs[i] as number) - startsAtEpochUs;
  const routes = nameBusiestRoutes(columns.route, builder.routes.names);
  const notes = [...description.notes];
  if (builder.routes.names.length > NAMED_ROUTES_MAX) {
    notes.push(
      `the ${NAMED_ROUTES_MAX} busiest of ${builder.routes.names.length} routes keep their name, the rest is "${OTHER}"`,
    );
  }
  return {
    count,
    columns,
    outcome,
    keys: builder.keys.names,
    routes,
    errorKinds,
    report: {
      source: description.source,
      format: description.format,
      rows: accepted + builder.rejections.count,
      accepted,
      rejected: builder.rejections.count,
      rejections: listRejections(builder.rejections),
      outOfOrder: disorder.rows,
      outOfOrderUsMax: disorder.usMax,
      duplicates,
      ...describeReplayed(columns),
      clientLeft: accepted - count - unfinished,
      unfinished,
      outsideRange: 0,
      startsAtEpochUs,
      keys: builder.keys.names.length,
      routes: builder.routes.names.length,
      notes,
    },
  };
}

function distinctStatuses(statuses: Uint16Array, count: number): number[] {
  const seen = new Uint8Array(65_536);
  for (let i = 0; i < count; i++) seen[statuses[i] as number] = 1;
  return [...seen.keys()].filter((status) => seen[status] === 1);
}

function measureDisorder(startUs: Float64Array, count: number): { readonly rows: number; readonly usMax: number } {
  let latest = Number.NEGATIVE_INFINITY;
  let previous = Number.NEGATIVE_INFINITY;
  let rows = 0;
  let usMax = 0;
  for (let i = 0; i < count; i++) {
    const start = startUs[i] as number;
    if (start < previous) rows++;
    if (start > latest) latest = start;
    else if (latest - start > usMax) usMax = latest - start;
    previous = start;
  }
  return { rows, usMax };
}

/** Equal rows start at the same time, so only rows of one time are compared: by fingerprint and key, as one number. */
function countDuplicates(columns: Columns, order: Uint32Array): number {
  const { startUs, fingerprint, key } = columns;
  let duplicates = 0;
  for (let from = 0; from < order.length;) {
    const start = startUs[order[from] as number] as number;
    let to = from + 1;
    while (to < order.length && startUs[order[to] as number] === start) to++;
    if (to - from > 1) {
      const marks = new Float64Array(to - from);
      for (let i = from; i < to; i++) {
        const row = order[i] as number;
        marks[i - from] = (fingerprint[row] as number) * 2 ** 21 + ((key[row] as number) & 0x1f_ffff);
      }
      marks.sort();
      for (let i = 1; i < marks.length; i++) if (marks[i] === marks[i - 1]) duplicates++;
    }
    from = to;
  }
  return duplicates;
}

/** Renumbers the route column so that the busiest come first (equally busy: first seen); returns their names. */
function nameBusiestRoutes(route: Uint32Array, names: readonly string[]): readonly string[] {
  const requests = new Float64Array(names.length);
  for (let i = 0; i < route.length; i++) requests[route[i] as number] = (requests[route[i] as number] as number) + 1;
  const busiest = [...names.keys()]
    .filter((index) => names[index] !== OTHER && (requests[index] as number) > 0)
    .sort((a, b) => (requests[b] as number) - (requests[a] as number) || a - b)
    .slice(0, NAMED_ROUTES_MAX);
  const renumbered = new Uint32Array(names.length).fill(busiest.length);
  busiest.forEach((index, position) => (renumbered[index] = position));
  let others = busiest.length === 0;
  for (let i = 0; i < route.length; i++) {
    route[i] = renumbered[route[i] as number] as number;
    if (route[i] === busiest.length) others = true;
  }
  const named = busiest.map((index) => names[index] ?? OTHER);
  return others ? [...named, OTHER] : named;
}
