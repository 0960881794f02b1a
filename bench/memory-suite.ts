/**
 * Memory: the peak of a rollout must not grow with the number of requests, nor that of an import with the length of the
 * log. Ten times as much of each, in processes of their own.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { writeLog } from "./log-file.ts";
import { boundedRow } from "./row.ts";
import type { BenchRow, BenchSuite, Effort } from "./row.ts";
import { median } from "./stopwatch.ts";

const RUNS = 3;
const RATIO_LIMIT = 1.2;
const MEGABYTE = 1_000_000;
/** Rows of one run on disk are about 43 MB of the log: the smaller one has some already. */
const LOG_BYTES = 100 * MEGABYTE;
const QUICK_LOG_BYTES = MEGABYTE;

/** The memory rows. */
export const memorySuite: BenchSuite = {
  name: "memory",
  measure: async (effort) => [await measureRollout(effort), await measureImport(effort)],
};

async function measureRollout(effort: Effort): Promise<BenchRow> {
  const few = effort === "full" ? 10 : 1;
  const peaks = await peaksOf(
    effort,
    () => peakMegabytes("memory-child.js", String(few * 1_000_000)),
    () => peakMegabytes("memory-child.js", String(few * 10_000_000)),
  );
  const name = `memory: peak with ${few * 10} M requests (at most)`;
  return boundedRow(name, "MB", peaks.many, `with ${few} M`, peaks.few, RATIO_LIMIT);
}

async function measureImport(effort: Effort): Promise<BenchRow> {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-bench-"));
  try {
    const fewBytes = effort === "full" ? LOG_BYTES : QUICK_LOG_BYTES;
    const [few, many, trace] = [join(folder, "few.csv"), join(folder, "many.csv"), join(folder, "log.trace")];
    writeLog("csv", few, fewBytes);
    writeLog("csv", many, 10 * fewBytes);
    const peaks = await peaksOf(
      effort,
      () => peakMegabytes("memory-import-child.js", few, trace),
      () => peakMegabytes("memory-import-child.js", many, trace),
    );
    const megabytes = fewBytes / MEGABYTE;
    const name = `memory: peak of importing ${megabytes * 10} MB (at most)`;
    return boundedRow(name, "MB", peaks.many, `${megabytes} MB`, peaks.few, RATIO_LIMIT);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function peaksOf(
  effort: Effort,
  few: () => Promise<number>,
  many: () => Promise<number>,
): Promise<{ readonly few: number; readonly many: number }> {
  const peaks: { readonly few: number[]; readonly many: number[] } = { few: [], many: [] };
  for (let run = 0; run < (effort === "full" ? RUNS : 1); run += 1) {
    peaks.few.push(await few());
    peaks.many.push(await many());
  }
  return { few: median(peaks.few), many: median(peaks.many) };
}

async function peakMegabytes(child: string, ...argv: readonly string[]): Promise<number> {
  const path = fileURLToPath(new URL(child, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, path, ...argv]);
  return Number(stdout) / MEGABYTE;
}
