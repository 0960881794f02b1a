/** The naive engine's monitor: an object per window and version, latencies in an array that is sorted at its end. */

/** What one version did in a span of time, counted as things complete. */
class VersionStats {
  attempts = 0;
  errors = 0;
  latencySumUs = 0;
  requests = 0;
  userFailures = 0;
  fallbacks = 0;
}

/** Both versions in one window. */
export class WindowStats {
  readonly baseline = new VersionStats();
  readonly candidate = new VersionStats();
  readonly baselineLatenciesUs: number[] = [];
  readonly candidateLatenciesUs: number[] = [];
}

/** P50, P95 and P99 of a window, microseconds. */
export interface Quantiles {
  readonly p50Us: number;
  readonly p95Us: number;
  readonly p99Us: number;
}

/** Counts completions into the current window and the current phase. */
export class Monitor {
  /** Closed windows, oldest first; only as many as the longest rule looks back. */
  readonly closed: WindowStats[] = [];
  current = new WindowStats();
  phase = new WindowStats();
  /** Latencies of the phase by whole milliseconds, per version. */
  phaseBaselineMs = new Uint32Array(8_192);
  phaseCandidateMs = new Uint32Array(8_192);
  windowsClosed = 0;
  /** The largest quantile ever published, so that the work is not for nothing. */
  highestP99Us = 0;

  constructor(windowsKept: number) {
    this.#windowsKept = windowsKept;
  }
  readonly #windowsKept: number;

  attemptCompleted(isCandidate: boolean, latencyUs: number, hasFailed: boolean): void {
    for (const stats of [this.current, this.phase]) {
      const version = isCandidate ? stats.candidate : stats.baseline;
      version.attempts += 1;
      version.latencySumUs += latencyUs;
      if (hasFailed) version.errors += 1;
    }
    const latenciesUs = isCandidate ? this.current.candidateLatenciesUs : this.current.baselineLatenciesUs;
    latenciesUs.push(latencyUs);
    const cells = isCandidate ? this.phaseCandidateMs : this.phaseBaselineMs;
    const cell = Math.min(Math.floor(latencyUs / 1_000), cells.length - 1);
    cells[cell]! += 1;
  }

  requestCompleted(isCandidate: boolean, hasFailed: boolean, hasFallenBack: boolean): void {
    for (const stats of [this.current, this.phase]) {
      const version = isCandidate ? stats.candidate : stats.baseline;
      version.requests += 1;
      if (hasFailed) version.userFailures += 1;
      if (hasFallenBack) version.fallbacks += 1;
    }
  }

  phaseEntered(): void {
    this.phase = new WindowStats();
    this.phaseBaselineMs = new Uint32Array(8_192);
    this.phaseCandidateMs = new Uint32Array(8_192);
  }

  /** Closes the current window: quantiles are published, and a new window begins. */
  closeWindow(): void {
    for (const latenciesUs of [this.current.baselineLatenciesUs, this.current.candidateLatenciesUs]) {
      const quantiles = quantilesOf(latenciesUs);
      if (quantiles !== null) this.highestP99Us = Math.max(this.highestP99Us, quantiles.p99Us);
    }
    this.closed.push(this.current);
    if (this.closed.length > this.#windowsKept) this.closed.shift();
    this.current = new WindowStats();
    this.windowsClosed += 1;
  }

  /** The sum of a figure of the candidate or the baseline over the windows kept. */
  sumOf(figure: (window: WindowStats) => number): number {
    return this.closed.reduce((sum, window) => sum + figure(window), 0);
  }
}

/** Nearest-rank quantiles; null where there is nothing. */
function quantilesOf(latenciesUs: readonly number[]): Quantiles | null {
  if (latenciesUs.length === 0) return null;
  const sorted = Float64Array.from(latenciesUs).sort();
  const at = (quantile: number): number => sorted[Math.ceil(quantile * sorted.length) - 1]!;
  return { p50Us: at(0.5), p95Us: at(0.95), p99Us: at(0.99) };
}
