/**
 * Recordings: requests per second of a run that is recorded, beside the same run that is not; and rows per second read
 * from each form, beside `JSON.parse` of each line, which is what one does first with a recorded run.
 */
import { createHash } from "node:crypto";
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "../src/cli/recorder.ts";
import { step } from "../src/engine/kernel/simulation.ts";
import type { RehearsalPlan } from "../src/engine/plan.ts";
import { createStack, recordStack, rehearse, startStack } from "../src/engine/stack.ts";
import { readRecordedRows } from "../src/replay/recording/read-recording.ts";
import { headOf, rowText, type TextFormat } from "../src/replay/recording/recorded-row.ts";
import { openColumnFile } from "../src/replay/recording/column-file.ts";
import { recordWorld } from "../src/replay/recording/record-world.ts";
import type { RecordingSheet } from "../src/replay/recording/sealed-sheet.ts";
import { planOf, worldFacts } from "./rollout/bench-world.ts";
import { comparedRow } from "./row.ts";
import type { BenchRow, BenchSuite } from "./row.ts";
import { unitsPerSecond, unitsPerSecondOf } from "./stopwatch.ts";

const REQUESTS = 1_000_000;
const ROUNDS = 3;
const CHUNK_BYTES = 1_048_576;

/** The recording rows. */
export const recordingSuite: BenchSuite = {
  name: "recording",
  measure: async (effort) => {
    const plan = planOf(worldFacts(effort === "full" ? REQUESTS : REQUESTS / 50, "recording"));
    const folder = mkdtempSync(join(tmpdir(), "rehearse-bench-"));
    try {
      return [...measureWriting(plan, folder), ...(await measureReading(plan, folder))];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function measureWriting(plan: RehearsalPlan, folder: string): BenchRow[] {
  const formats = ["trace", "csv", "jsonl"] as const;
  const recorded = formats.map((format) => ({
    name: format,
    work: () => runRecorded(plan, join(folder, `run.${format}`)),
  }));
  const [plain = 0, ...rates] = unitsPerSecond(
    [{ name: "not recorded", work: () => rehearse(plan).impact.requests }, ...recorded],
    ROUNDS,
  );
  return formats.map((format, i) =>
    comparedRow(`recording: a run recorded as .${format}`, "requests/s", rates[i] ?? 0, "not recorded", plain, null),
  );
}

/** As `run --record` runs, but for the file beside it. */
function runRecorded(plan: RehearsalPlan, file: string): number {
  const recorder = createRecorder(plan, file);
  try {
    const stack = createStack({ ...plan, world: recorder.world }, recorder.watch);
    const state = startStack(stack);
    while (step(stack.model, state));
    return recordStack(stack, state).impact.requests;
  } finally {
    recorder.close();
  }
}

async function measureReading(plan: RehearsalPlan, folder: string): Promise<BenchRow[]> {
  const written = {
    trace: join(folder, "read.trace"),
    csv: join(folder, "read.csv"),
    jsonl: join(folder, "read.jsonl"),
  };
  const sheets = writeRows(plan, written);
  const readRows = (format: keyof typeof written) => async (): Promise<number> => {
    const chunks = createReadStream(written[format], { highWaterMark: CHUNK_BYTES });
    const rows = await readRecordedRows(chunks, written[format], sheets[format], plan.world);
    if (!rows.ok) throw new Error(rows.problems[0]?.message);
    return rows.value.count;
  };
  const parseLines = async (): Promise<number> => {
    let rows = 0;
    let rest = "";
    for await (const chunk of createReadStream(written.jsonl, { encoding: "utf8", highWaterMark: CHUNK_BYTES })) {
      const lines = `${rest}${chunk as string}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if ((JSON.parse(line) as { at_us: number }).at_us >= 0) rows++;
    }
    return rows;
  };
  const formats = ["trace", "csv", "jsonl"] as const;
  const rates = await unitsPerSecondOf([...formats.map(readRows), parseLines], ROUNDS);
  const parsed = rates[3] ?? 0;
  return formats.map((format, i) =>
    comparedRow(`recording: rows read from .${format}`, "rows/s", rates[i] ?? 0, "JSON.parse per line", parsed, null),
  );
}

/** The requests of a run in every form, and of each all that reading asks of what stands beside it. */
function writeRows(
  plan: RehearsalPlan,
  files: Readonly<Record<"trace" | "csv" | "jsonl", string>>,
): Record<"trace" | "csv" | "jsonl", RecordingSheet> {
  const columns = openColumnFile(files.trace);
  const texts: Record<TextFormat, string[]> = { csv: [headOf("csv")], jsonl: [headOf("jsonl")] };
  let rows = 0;
  const { world, watch } = recordWorld(plan.world, (row) => {
    rows++;
    columns.write(row);
    for (const format of ["csv", "jsonl"] as const) texts[format].push(rowText(format, row));
  });
  const stack = createStack({ ...plan, world }, watch);
  const state = startStack(stack);
  while (step(stack.model, state));
  const footer = columns.end();
  columns.close();
  const sheetOf = (format: "trace" | TextFormat, sha256: string): RecordingSheet => ({
    program: "",
    format,
    rows,
    sha256,
    endedAtUs: 0,
    digest: "",
    // Of no use to whoever reads rows.
    order: {} as RecordingSheet["order"],
  });
  const ofText = (format: TextFormat): RecordingSheet => {
    writeFileSync(files[format], texts[format].join(""));
    return sheetOf(format, createHash("sha256").update(readFileSync(files[format])).digest("hex"));
  };
  if (statSync(files.trace).size === 0) throw new Error("no rows were written");
  return { trace: sheetOf("trace", footer), csv: ofText("csv"), jsonl: ofText("jsonl") };
}
