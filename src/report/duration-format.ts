/** Times and latencies in words. Exact to the millisecond, so that what is shown can be looked up in the JSON. */

const UNITS: readonly { readonly ms: number; readonly suffix: string }[] = [
  { ms: 3_600_000, suffix: "h" },
  { ms: 60_000, suffix: "m" },
];

/**
 * `1h 30m`, `12m 11.25s`, `350ms`, `0s`: a span of time or a time since the run's start, given in milliseconds. Days
 * are shown as hours: `43h 1m 40s` fits into the columns of the report, `1d 19h 1m 40s` does not.
 */
export function formatDuration(durationMs: number): string {
  if (durationMs < 0) return `-${formatDuration(-durationMs)}`;
  let restMs = Math.round(durationMs);
  if (restMs === 0) return durationMs === 0 ? "0s" : "<1ms";
  if (restMs < 1_000) return `${restMs}ms`;
  const parts: string[] = [];
  for (const unit of UNITS) {
    const count = Math.floor(restMs / unit.ms);
    restMs -= count * unit.ms;
    if (count > 0) parts.push(`${count}${unit.suffix}`);
  }
  if (restMs > 0) parts.push(`${String(restMs / 1_000)}s`);
  return parts.join(" ");
}

/** `84.2 ms`, `2.04 s`: a latency in milliseconds with three significant digits; a dash where none was measured. */
export function formatLatency(latencyMs: number | null): string {
  if (latencyMs === null) return "-";
  if (Math.abs(latencyMs) < 1_000) return `${significant(latencyMs)} ms`;
  return `${significant(latencyMs / 1_000)} s`;
}

function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(2);
}
