/** A trace as CSV that imports to the same rows: a time, key, method, route, status, latency, version and bytes each. */
import { isoFromEpochUs } from "./calendar.ts";
import { NO_BYTES, NO_LATENCY, VERSION_BASELINE, VERSION_CANDIDATE, type Trace } from "./columns.ts";
import { csvCell } from "./csv-cell.ts";
import { NOT_STATED_WORD, STATUS_FIRST_CLASS, STATUS_NO_ANSWER, STATUS_NOT_STATED } from "./failure.ts";
import { writeKeyCell } from "./formats/key-cells.ts";
import { NEITHER_WORD } from "./version-words.ts";

const HEADER = "timestamp,user,method,route,status,latency_us,version,bytes\n";
/** Rows per piece of text. */
const PIECE_ROWS = 1_024;

/**
 * The text of a trace, piece by piece, in the order of starts. Of routes it has the names that reports show (`other`
 * stays `other`), and of rows whose client left nothing, as they have no outcome.
 */
export function* traceCsv(trace: Trace): Generator<string, void, void> {
  const { columns, count, keys, errorKinds, outcome, report } = trace;
  const routes = trace.routes.map(methodAndPath);
  const keyCells = new Map<number, string>();
  const cellOfKey = (key: number): string => {
    let cell = keyCells.get(key);
    if (cell === undefined) keyCells.set(key, (cell = csvCell(writeKeyCell(keys[key] ?? ""))));
    return cell;
  };
  yield HEADER;
  for (let from = 0; from < count; from += PIECE_ROWS) {
    const lines: string[] = [];
    for (let row = from; row < Math.min(from + PIECE_ROWS, count); row++) {
      const status = columns.status[row] as number;
      const latencyUs = columns.latencyUs[row] as number;
      const bytes = columns.bytes[row] as number;
      lines.push(
        isoFromEpochUs(report.startsAtEpochUs + (columns.startUs[row] as number)),
        ",",
        cellOfKey(columns.key[row] as number),
        ",",
        routes[columns.route[row] as number] ?? ",",
        ",",
        statusCell(status, errorKinds[(outcome[row] as number) - 1]),
        ",",
        latencyUs === NO_LATENCY ? "" : String(latencyUs),
        ",",
        versionCell(columns.version[row] as number, report.namesBaseline),
        ",",
        bytes === NO_BYTES ? "" : String(bytes),
        "\n",
      );
    }
    yield lines.join("");
  }
}

function methodAndPath(route: string): string {
  const match = /^([A-Z][A-Z_-]*) (.*)$/su.exec(route);
  return match === null ? `,${csvCell(route)}` : `${match[1] ?? ""},${csvCell(match[2] ?? "")}`;
}

function statusCell(status: number, kind: string | undefined): string {
  // An empty cell would say that there was no answer.
  if (status === STATUS_NOT_STATED) return NOT_STATED_WORD;
  if (status === STATUS_NO_ANSWER || status >= STATUS_FIRST_CLASS) return csvCell(kind ?? "failed");
  return String(status);
}

function versionCell(version: number, namesBaseline: boolean): string {
  if (version === VERSION_BASELINE) return "baseline";
  if (version === VERSION_CANDIDATE) return "candidate";
  // Perhaps the rows that were said to be the baseline's are not among these.
  return namesBaseline ? NEITHER_WORD : "";
}
