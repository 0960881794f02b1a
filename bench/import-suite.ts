/**
 * Imports: bytes per second from a file to columns. Beside each the importer that one writes first, to the same columns
 * (ours also tells the format, keeps account of rejected rows, and has what duplicates are found by).
 */
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readImportSettings } from "../src/replay/import-settings.ts";
import { importRows } from "../src/replay/import-trace.ts";
import { writeLog, type LogKind } from "./log-file.ts";
import { importCsvNaively, importJsonNaively, importLogNaively, type NaiveColumns } from "./naive/import.ts";
import { comparedRow } from "./row.ts";
import type { BenchRow, BenchSuite } from "./row.ts";
import { unitsPerSecondOf } from "./stopwatch.ts";

const FILE_BYTES = 200_000_000;
const QUICK_FILE_BYTES = 2_000_000;
/** As `readTrace` reads a file. */
const CHUNK_BYTES = 1_048_576;
const MEGABYTE = 1_000_000;

interface ImportRow {
  readonly kind: LogKind;
  readonly name: string;
  readonly against: string;
  readonly naive: (path: string) => Promise<NaiveColumns>;
  readonly rounds: number;
  readonly goal: number;
}

const ROWS: readonly ImportRow[] = [
  {
    kind: "combined",
    name: "combined log",
    against: "a regular expression per line",
    naive: importLogNaively,
    rounds: 3,
    goal: 3,
  },
  { kind: "json", name: "JSON lines", against: "JSON.parse per line", naive: importJsonNaively, rounds: 3, goal: 2 },
  { kind: "csv", name: "CSV", against: "csv-parse", naive: importCsvNaively, rounds: 1, goal: 6 },
];

/** The import rows. */
export const importSuite: BenchSuite = {
  name: "import",
  measure: async (effort) => {
    const folder = mkdtempSync(join(tmpdir(), "rehearse-bench-"));
    const rows: BenchRow[] = [];
    try {
      for (const row of ROWS) {
        rows.push(await measureRow(row, join(folder, row.kind), effort === "full" ? FILE_BYTES : QUICK_FILE_BYTES));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return rows;
  },
};

async function measureRow(row: ImportRow, path: string, fileBytes: number): Promise<BenchRow> {
  const megabytes = writeLog(row.kind, path, fileBytes) / MEGABYTE;
  const settings = readImportSettings({});
  if (!settings.ok) throw new Error("no settings are valid settings");
  let rowsRead = -1;
  const agree = (rows: number): number => {
    if (rowsRead !== -1 && rowsRead !== rows) throw new Error(`${rows} rows of ${row.name}, and ${rowsRead}`);
    rowsRead = rows;
    return megabytes;
  };
  const [ours, theirs] = await unitsPerSecondOf(
    [
      async () => {
        const chunks = createReadStream(path, { highWaterMark: CHUNK_BYTES });
        const rows = await importRows(chunks, { ...settings.value, source: path }, null);
        return agree(rows.ok ? rows.value.builder.count : 0);
      },
      async () => agree((await row.naive(path)).rows),
    ],
    row.rounds,
  );
  rmSync(path);
  return comparedRow(`import: ${row.name} to columns`, "MB/s", ours ?? 0, row.against, theirs ?? 0, row.goal);
}
