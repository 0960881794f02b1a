/** Lines of JSON that are alike, read many at a time by a template of one of them. */
import type { JsonScanner } from "../json-scanner.ts";
import { templateOfLine } from "../json-template.ts";
import { JSON_ABSENT, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING } from "../json-values.ts";
import { LINE_BYTES_MAX, type LineTaker } from "../lines.ts";
import { cutText, isMatchable, matchPiece, type LineTemplate } from "../text-machine.ts";
import { BATCH_ROWS, type PlainLayout } from "./plain-batch.ts";
import { createPlainRows, type PlainRows, type RowParts } from "./plain-rows.ts";

/** Lines that are alike. */
export interface AlikeLines {
  readonly template: LineTemplate;
  /** The value that is a target, or a request line; -1: none. */
  readonly targetValue: number;
  readonly rows: PlainRows;
}

/** Which paths of a scanner say what; of several, the first that has a value in a row counts. */
export interface JsonGroups {
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly user: readonly number[];
  readonly address: readonly number[];
  readonly agent: readonly number[];
  readonly request: readonly number[];
  readonly method: readonly number[];
  readonly route: readonly number[];
  readonly status: readonly number[];
  readonly latency: readonly number[];
  /** By latency, microseconds of its unit. */
  readonly latencyUnits: readonly number[];
  readonly version: readonly number[];
  readonly bytes: readonly number[];
}

interface FoundCell {
  /** -1: nothing of the group is there. */
  readonly cell: number;
  readonly path: number;
  /** Whether nothing else of the group is there. */
  readonly isOnly: boolean;
}

/**
 * What lines have in common with the line `[from, to)`, which the scanner read last, and which is a row; null: they cannot
 * be read together.
 */
export function alikeLines(
  scanner: JsonScanner,
  groups: JsonGroups,
  parts: RowParts,
  bytes: Buffer,
  from: number,
  to: number,
): AlikeLines | null {
  const { kinds, starts, spilled } = scanner;
  const { template, starts: valueStarts } = templateOfLine(bytes, from, to);
  if (!isMatchable(template)) return null;
  // The first cell is the line.
  const cellOf = new Map(valueStarts.map((start, value) => [start, value + 1]));
  let isUsable = true;
  const find = (group: readonly number[]): FoundCell => {
    const there = group.filter((path) => kinds[path] === JSON_STRING || kinds[path] === JSON_NUMBER);
    const path = there[0] ?? -1;
    const cell = path === -1 ? -1 : spilled[path] === 1 ? undefined : cellOf.get(starts[path] as number);
    if (cell === undefined || group.some((one) => kinds[one] === JSON_BOOLEAN)) isUsable = false;
    return { cell: cell ?? -1, path, isOnly: there.length <= 1 };
  };
  const start = find(groups.start);
  const time = start.cell === -1 ? find(groups.end) : start;
  const hasEnds = start.cell !== -1 && groups.end.some((path) => kinds[path] !== JSON_ABSENT);
  const [latency, status, sent] = [find(groups.latency), find(groups.status), find(groups.bytes)];
  const [user, address, agent] = [find(groups.user), find(groups.address), find(groups.agent)];
  const [method, target, version] = [find(groups.method), find(groups.route), find(groups.version)];
  const request = target.cell === -1 ? find(groups.request).cell : -1;
  if (!isUsable || time.cell === -1 || (user.cell === -1 && address.cell === -1)) return null;
  const layout: PlainLayout = {
    cells: template.length,
    isJson: true,
    headerBytes: -1,
    time: time.cell,
    isEnd: start.cell === -1,
    isLatencyNeeded: hasEnds || !latency.isOnly,
    latency: latency.cell,
    latencyUnitUs: groups.latencyUnits[groups.latency.indexOf(latency.path)] ?? 1_000,
    status: status.cell,
    bytes: sent.cell,
    isBytesNeeded: !sent.isOnly,
    version: version.cell,
    user: user.cell,
    isUserNeeded: !user.isOnly,
    address: address.cell,
    agent: agent.cell,
    method: method.cell,
    target: target.cell,
    request,
  };
  const targetCell = target.cell === -1 ? request : target.cell;
  return { template, targetValue: targetCell === -1 ? -1 : targetCell - 1, rows: createPlainRows(layout, parts) };
}

/**
 * Reads the lines of a piece; how many there were, and how many of them were plain. The others go to `readOther` in their
 * turn, and so do all while `isHolding` says so.
 */
export function readAlike(
  { template, targetValue, rows }: AlikeLines,
  block: Buffer,
  from: number,
  to: number,
  firstLine: number,
  readOther: LineTaker,
  isHolding: () => boolean,
): { readonly lines: number; readonly plain: number } {
  const lines = matchPiece(block, from, to, template, targetValue);
  const text = cutText();
  const { bytes, starts, ends, lineCells } = text;
  let plain = 0;
  let cell = 0;
  for (let nth = 0; nth < lines; nth++) {
    const row = nth % BATCH_ROWS;
    if (row === 0) rows.look(text, nth, Math.min(lines - nth, BATCH_ROWS));
    if (rows.isPlain[row] === 1 && !isHolding()) {
      rows.append(row, firstLine + nth);
      plain++;
    } else {
      const start = starts[cell] as number;
      readOther(bytes, start, Math.min(ends[cell] as number, start + LINE_BYTES_MAX + 1), firstLine + nth);
    }
    cell = lineCells[nth] as number;
  }
  return { lines, plain };
}
