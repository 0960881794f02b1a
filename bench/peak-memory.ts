/** The most memory that this process has had so far. */
import { existsSync, readFileSync } from "node:fs";

const STATUS_FILE = "/proc/self/status";

/**
 * Peak of the resident memory in bytes. On Linux `maxRSS` of a process starts at the peak of the one that started it, so
 * that after a large benchmark it says nothing of the child; the high-water mark in its status starts anew. Elsewhere
 * there is only `maxRSS`.
 */
export function peakBytes(): number {
  if (!existsSync(STATUS_FILE)) return process.resourceUsage().maxRSS * 1_024;
  const mark = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS_FILE, "utf8"))?.[1];
  if (mark === undefined) throw new Error(`no VmHWM in ${STATUS_FILE}`);
  return Number(mark) * 1_024;
}
