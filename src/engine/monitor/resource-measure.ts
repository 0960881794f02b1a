/** The metrics of resources, measured: gauges from a reading of the instant, the others from cumulative counters. */
import { SECOND_US } from "../kernel/units.ts";
import type { Measurement, Span } from "./measure.ts";

/** Attempts taken. Counters of one version's resources, as offsets from `ResourceReading.countersAt`, the baseline's first. */
export const RESOURCE_TAKEN = 0;
/** Sum of the waits of the attempts taken, microseconds. */
export const RESOURCE_WAITED_US = 1;
/** Attempts that asked its cache. */
export const RESOURCE_ASKED = 2;
/** Of these, those that it served. */
export const RESOURCE_HITS = 3;
/** Time that its workers were busy, microseconds, all together. */
export const RESOURCE_BUSY_US = 4;
/** Time that they were there. */
export const RESOURCE_WORKERS_US = 5;
/** Counters per version. */
export const RESOURCE_COUNTERS = 6;

/** Gauges of one version now; null where the scenario declares no such thing. */
export interface VersionGauges {
  readonly memoryBytes: number | null;
  readonly memoryLimitBytes: number | null;
  /** Null: there are never too few. */
  readonly busyWorkers: number | null;
  readonly workers: number | null;
  readonly queueLength: number | null;
}

/** What the monitor knows of the resources now. */
export interface ResourceReading {
  /** Index of the first resource counter among the counters of the totals. */
  readonly countersAt: number;
  /** By version index. */
  readonly gauges: readonly [VersionGauges, VersionGauges];
}

/** Measures a metric of `RESOURCE_METRICS` of a version (by index); undefined for other names. */
export function measureResource(name: string, version: number, span: Span): Measurement | undefined {
  const reading = span.resources;
  const gauges = reading?.gauges[version === 0 ? 0 : 1];
  const seconds = Math.floor((span.to.atUs - span.from.atUs) / SECOND_US);
  const gain = (counter: number): number => {
    if (reading === undefined) return 0;
    const at = reading.countersAt + version * RESOURCE_COUNTERS + counter;
    return (
      (span.to.counters[span.to.countersOffset + at] ?? 0) - (span.from.counters[span.from.countersOffset + at] ?? 0)
    );
  };
  switch (name) {
    case "memory":
      return gauge(gauges?.memoryBytes ?? null, seconds);
    case "memory.share": {
      const bytes = gauges?.memoryBytes ?? null;
      const limit = gauges?.memoryLimitBytes ?? null;
      return share(bytes === null || limit === null ? null : bytes / limit, seconds);
    }
    case "cpu": {
      const there = gain(RESOURCE_WORKERS_US);
      return share(there === 0 ? null : gain(RESOURCE_BUSY_US) / there, seconds);
    }
    case "workers.busy":
      return gauge(gauges?.busyWorkers ?? null, seconds);
    case "queue.length":
      return gauge(gauges?.queueLength ?? null, seconds);
    case "cache.hitRate": {
      const asked = gain(RESOURCE_ASKED);
      const hits = gain(RESOURCE_HITS);
      return {
        value: asked === 0 ? null : (hits / asked) * 1_000_000,
        samples: asked,
        numerator: hits,
        approximate: false,
      };
    }
    case "wait.mean": {
      const taken = (gauges?.workers ?? null) === null ? 0 : gain(RESOURCE_TAKEN);
      return gauge(taken === 0 ? null : gain(RESOURCE_WAITED_US) / taken, taken);
    }
    default:
      return undefined;
  }
}

function gauge(value: number | null, samples: number): Measurement {
  return { value, samples: value === null ? 0 : samples, numerator: 0, approximate: false };
}

/** A fraction as a rate whose samples are not its denominator: the numerator is what the samples make of it. */
function share(fraction: number | null, samples: number): Measurement {
  if (fraction === null) return gauge(null, 0);
  return { value: fraction * 1_000_000, samples, numerator: fraction * samples, approximate: false };
}
