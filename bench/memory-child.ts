/** One rollout of about as many requests as the argument says; prints its peak resident memory in bytes. */
import { existsSync, readFileSync } from "node:fs";
import { rehearse } from "../src/engine/stack.ts";
import { planOf, worldFacts } from "./rollout/bench-world.ts";

const STATUS_FILE = "/proc/self/status";

const requests = Number(process.argv[2]);
const record = rehearse(planOf(worldFacts(requests, "memory")));
if (record.outcome !== "completed") throw new Error(`the rollout ended as ${record.outcome}`);
process.stdout.write(`${peakKilobytes() * 1_024}\n`);

/**
 * On Linux `maxRSS` of a process starts at the peak of the one that started it, so that after a large benchmark it says
 * nothing of the child; the high-water mark in its status starts anew. Elsewhere there is only `maxRSS`.
 */
function peakKilobytes(): number {
  if (!existsSync(STATUS_FILE)) return process.resourceUsage().maxRSS;
  const mark = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS_FILE, "utf8"))?.[1];
  if (mark === undefined) throw new Error(`no VmHWM in ${STATUS_FILE}`);
  return Number(mark);
}
