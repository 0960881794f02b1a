/** The metrics of resources: absent wherever a scenario declares none, so that rules on them stay quiet there. */
import type { MetricDefinition, MetricScope } from "./catalogue.ts";

const versions: readonly MetricScope[] = ["candidate", "baseline"];
const seconds = "whole seconds of the window";

/** Gauges are of the instant at which they are looked at; their window only counts the samples. */
export const RESOURCE_METRICS: readonly MetricDefinition[] = [
  {
    name: "memory",
    unit: "size",
    scopes: versions,
    samples: seconds,
    means: "Memory of the version's instance that uses most, now; the window does not matter.",
    quantilePermille: null,
    isGauge: true,
  },
  {
    name: "memory.share",
    unit: "rate",
    scopes: versions,
    samples: seconds,
    means: "Memory of the version's instance that uses most, now / the limit that the scenario gives it.",
    quantilePermille: null,
    isGauge: true,
  },
  {
    name: "cpu",
    unit: "rate",
    scopes: versions,
    samples: seconds,
    means: "Time that the version's workers were busy in the window / time that they were there.",
    quantilePermille: null,
    isGauge: true,
  },
  {
    name: "workers.busy",
    unit: "count",
    scopes: versions,
    samples: seconds,
    means: "Workers of all the version's instances that serve an attempt now; the window does not matter.",
    quantilePermille: null,
    isGauge: true,
  },
  {
    name: "queue.length",
    unit: "count",
    scopes: versions,
    samples: seconds,
    means: "Attempts that wait now in the queues of all the version's instances; the window does not matter.",
    quantilePermille: null,
    isGauge: true,
  },
  {
    name: "cache.hitRate",
    unit: "rate",
    scopes: versions,
    samples: "attempts that asked the cache",
    means: "Attempts that the cache served / attempts that asked it, by when they were taken into the queue.",
    quantilePermille: null,
  },
  {
    name: "wait.mean",
    unit: "duration",
    scopes: versions,
    samples: "attempts taken into the queue",
    means:
      "Mean time that attempts wait for a worker, by when they were taken into the queue; 0 for those that did not.",
    quantilePermille: null,
  },
];
