/** The rows of a recording, read from the bytes of its file: whole and as they were written, or a problem. */
import { createHash } from "node:crypto";
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import type { World } from "../../engine/service/world.ts";
import { readColumnFile } from "./column-file.ts";
import { lineBlocks, takeLines } from "../lines.ts";
import { createCsvLines } from "./csv-lines.ts";
import { headOf, parseRow } from "./recorded-row.ts";
import { createRowTaker, type RecordedColumns } from "./recorded-world.ts";
import type { RecordingSheet } from "./sealed-sheet.ts";

/** Reads the rows that belong to a sheet, of requests to `origin`, the world that was recorded. Columns by their path. */
export async function readRecordedRows(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
  sheet: RecordingSheet,
  origin: World,
): Promise<Read<RecordedColumns>> {
  const { format, rows } = sheet;
  if (format === "trace") return readColumns(source, sheet, origin);
  const taker = createRowTaker(origin, rows);
  const hash = createHash("sha256");
  const head = headOf(format).trimEnd();
  let problem: Problem | null = null;
  let nextLine = 1;
  const refuse = (line: number, message: string, found: string | null, allowed: string): void => {
    problem ??= { source, line, column: 1, path: "", message, found, allowed, suggestion: null };
  };
  const readLine = (text: string, line: number): void => {
    if (problem !== null) return;
    if (line === 1 && head !== "") {
      if (text !== head) refuse(1, "this does not begin as a recording does", shortened(text), head);
      return;
    }
    const row = parseRow(format, text);
    if (row === null) return refuse(line, "this is no row of a recording", shortened(text), "a row as it was written");
    const wrong = taker.take(row);
    if (wrong !== null) refuse(line, wrong.message, wrong.found, "the rows that were written with the file beside it");
  };
  const records = createCsvLines(readLine);
  for await (const block of lineBlocks(tapped(chunks, (chunk) => hash.update(chunk)))) {
    if (format === "csv") records.read(block);
    else
      nextLine = takeLines(block, nextLine, (bytes, from, to, line) =>
        readLine(bytes.toString("utf8", from, to), line),
      );
  }
  records.end();
  const { columns } = taker;
  if (problem === null && columns.count < rows) {
    refuse(0, "rows are missing", `${columns.count} rows`, `the ${rows} that were recorded`);
  }
  if (problem === null && hash.digest("hex") !== sheet.sha256) {
    refuse(0, "this is not the file that was recorded", "other bytes", "the file as rehearse run --record wrote it");
  }
  return problem === null ? { ok: true, value: columns, warnings: [] } : { ok: false, problems: [problem] };
}

function readColumns(source: string, { sha256, rows }: RecordingSheet, origin: World): Read<RecordedColumns> {
  const taker = createRowTaker(origin, rows);
  const read = readColumnFile(source, sha256, (row, number) => {
    const wrong = taker.take(row);
    if (wrong === null) return null;
    const allowed = "the rows that were written with the file beside it";
    const message = `row ${number}: ${wrong.message}`;
    return { source, line: 0, column: 0, path: "", message, found: wrong.found, allowed, suggestion: null };
  });
  return read.ok ? { ok: true, value: taker.columns, warnings: [] } : read;
}

async function* tapped(
  chunks: AsyncIterable<Uint8Array>,
  see: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    see(chunk);
    yield chunk;
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
