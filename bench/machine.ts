/** The machine that a figure was measured on. */
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** Processor, cores, memory, load and versions on one line. */
export function machineLine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return `${model}, ${availableParallelism()} cores, ${gigabytes} GB, load ${load}; Node ${process.versions.node}, V8 ${process.versions.v8}, ${process.platform} ${process.arch}`;
}
