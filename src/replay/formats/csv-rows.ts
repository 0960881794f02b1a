/** From the cells of a CSV record to a row of the trace, or to the reason why it is none. */
import { complain, type Complaint } from "../../scenarios/complaint.ts";
import {
  acceptedRows,
  appendRow,
  fingerprintOf,
  NO_BYTES,
  NO_LATENCY,
  VERSION_UNKNOWN,
  type TraceBuilder,
} from "../columns.ts";
import { indexOf } from "../dictionary.ts";
import { STATUS_FIRST_CLASS, STATUS_NOT_STATED } from "../failure.ts";
import { countOf, reject } from "../rejections.ts";
import { routeName } from "../route-name.ts";
import { epochUsFromText, WITHOUT_ZONE } from "../timestamps.ts";
import {
  ERROR_CLASS,
  isAbsent,
  latencyUsOf,
  NOT_A_LATENCY,
  NOT_A_STATUS,
  statusOf,
  TOO_LONG,
  versionOf,
} from "./csv-cells.ts";
import type { CsvLayout } from "./csv-columns.ts";
import { LATENCY_TOO_LONG } from "./trace-format.ts";

const NO_ZONE = "time without a zone";
/** Rows without a zone before one was accepted, after which reading on is pointless. */
const WITHOUT_ZONE_MAX = 20;

/** Reads records; one per trace. */
export interface CsvRows {
  /** Lines at which the records begin that are still to be read, in order. */
  readonly lineNumbers: number[];
  readRow(cells: readonly string[]): void;
  fatal(): readonly (Complaint & { readonly line: number })[];
  notes(): readonly string[];
}

/** A reader of records with this layout. Cells are Latin-1. */
export function createCsvRows(builder: TraceBuilder, layout: CsvLayout, zoneMinutes: number | null): CsvRows {
  const { indexOf: at, latencyUnitUs } = layout;
  const lineNumbers: number[] = [];
  let read = 0;
  let withoutKey = 0;
  let unknownVersions = 0;
  let firstWithoutZone = 0;

  const cell = (cells: readonly string[], index: number): string => (index === -1 ? "" : (cells[index] ?? "").trim());

  const keyOf = (cells: readonly string[], line: number): string => {
    const user = cell(cells, at.user);
    if (!isAbsent(user)) return user;
    const address = cell(cells, at.address);
    if (!isAbsent(address)) return at.agent === -1 ? address : `${address} ${cell(cells, at.agent)}`;
    withoutKey++;
    return `line:${line}`;
  };

  const readRow = (cells: readonly string[]): void => {
    const line = lineNumbers[read++] ?? 0;
    if (read === lineNumbers.length) {
      lineNumbers.length = 0;
      read = 0;
    }
    const refuse = (reason: string): void => reject(builder.rejections, reason, line, cells.join(","));
    if (layout.cells > 0 && cells.length !== layout.cells) return refuse("not as many cells as the header has");

    const isEnd = at.timestamp === -1;
    const timeUs = epochUsFromText(cell(cells, isEnd ? at.end : at.timestamp), zoneMinutes);
    if (timeUs === WITHOUT_ZONE) {
      if (firstWithoutZone === 0) firstWithoutZone = line;
      return refuse(NO_ZONE);
    }
    if (Number.isNaN(timeUs)) return refuse("unreadable time");
    const latencyUs = at.latency === -1 ? NO_LATENCY : latencyUsOf(cell(cells, at.latency), latencyUnitUs);
    if (latencyUs === NOT_A_LATENCY) return refuse("unreadable latency");
    if (latencyUs === TOO_LONG) return refuse(LATENCY_TOO_LONG);
    const statusCell = cell(cells, at.status);
    let status = at.status === -1 ? STATUS_NOT_STATED : statusOf(statusCell);
    if (status === NOT_A_STATUS) return refuse("no such status");
    if (status === ERROR_CLASS) status = STATUS_FIRST_CLASS + indexOf(builder.errorClasses, statusCell.slice(0, 80));
    const bytesCell = cell(cells, at.bytes);
    const bytes = isAbsent(bytesCell) ? NO_BYTES : Number(bytesCell);
    if (!Number.isFinite(bytes) || (bytes < 0 && bytes !== NO_BYTES)) return refuse("unreadable number of bytes");

    const version = at.version === -1 ? VERSION_UNKNOWN : versionOf(cell(cells, at.version));
    if (at.version !== -1 && version === VERSION_UNKNOWN) unknownVersions++;
    let fingerprint = 0;
    for (const text of cells) fingerprint = fingerprintOf(text, fingerprint);
    appendRow(
      builder,
      isEnd && latencyUs !== NO_LATENCY ? timeUs - latencyUs : timeUs,
      indexOf(builder.keys, keyOf(cells, line)),
      indexOf(builder.routes, routeName(cell(cells, at.method), cell(cells, at.route))),
      status,
      latencyUs,
      version,
      bytes,
      line,
      fingerprint,
    );
  };

  return {
    lineNumbers,
    readRow,
    fatal: () => {
      const without = countOf(builder.rejections, NO_ZONE);
      const accepted = acceptedRows(builder);
      if (without <= accepted || (without < WITHOUT_ZONE_MAX && accepted > 0)) return [];
      const message = "the times name no zone, and none was given";
      return [
        {
          ...complain(message, { found: NO_ZONE, allowed: "--zone +00:00, --zone +03:30, …" }),
          line: firstWithoutZone,
        },
      ];
    },
    notes: () => {
      const notes: string[] = [];
      if (withoutKey > 0) notes.push(`${withoutKey} rows name no user and no address: each is routed on its own`);
      if (unknownVersions > 0)
        notes.push(`${unknownVersions} rows name a version that is neither baseline nor candidate`);
      if (at.status === -1) notes.push("the trace has no status: every recorded request counts as served");
      if (layout.latencyUnitAssumed) {
        const unit = latencyUnitUs === 1_000 ? "milliseconds" : "seconds";
        notes.push(`the latency column names no unit: taken as ${unit}`);
      }
      return notes;
    },
  };
}
