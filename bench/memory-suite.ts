/**
 * Memory: the peak of a rollout must not grow with the number of requests. Ten times the requests over the same
 * simulated time, each in a process of its own.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { boundedRow } from "./row.ts";
import type { BenchSuite } from "./row.ts";
import { median } from "./stopwatch.ts";

const RUNS = 3;
const RATIO_LIMIT = 1.2;
const CHILD = fileURLToPath(new URL("memory-child.js", import.meta.url));

/** The memory row. */
export const memorySuite: BenchSuite = {
  name: "memory",
  measure: async (effort) => {
    const few = effort === "full" ? 10 : 1;
    const peaks: { readonly few: number[]; readonly many: number[] } = { few: [], many: [] };
    for (let run = 0; run < (effort === "full" ? RUNS : 1); run += 1) {
      peaks.few.push(await peakMegabytes(few * 1_000_000));
      peaks.many.push(await peakMegabytes(few * 10_000_000));
    }
    const name = `memory: peak with ${few * 10} M requests (at most)`;
    return [boundedRow(name, "MB", median(peaks.many), `with ${few} M`, median(peaks.few), RATIO_LIMIT)];
  },
};

async function peakMegabytes(requests: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, CHILD, String(requests)]);
  return Number(stdout) / 1e6;
}
