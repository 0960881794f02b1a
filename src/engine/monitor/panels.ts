/**
 * The dashboard: eight panels, as data. That there are eight, of 40 metrics, is what the system's documents state
 * (requirement B11), and not what stands on them. Four show what the documents track per stage or ask of success
 * (error rate, latency quantiles, memory, cache); the other four, and all names, are ours. Every metric is a column of the
 * series (`--series`), so a panel is drawn from those.
 */

/** One panel. */
export interface Panel {
  readonly name: string;
  /** What it answers, for people. */
  readonly shows: string;
  /** Names of the catalogue, with their scopes. */
  readonly metrics: readonly string[];
  /** Whether the documents name what it shows; else it is ours. */
  readonly origin: "documents" | "ours";
}

/** How many metrics have to be published before a rollout. */
export const METRICS_LEAST = 40;

function ofBoth(...names: readonly string[]): string[] {
  return names.flatMap((name) => [`candidate.${name}`, `baseline.${name}`]);
}

/** All panels, in the order in which they are looked at. */
export const PANELS: readonly Panel[] = [
  {
    name: "errors",
    shows: "failed attempts of each version, and what users got",
    metrics: [...ofBoth("errorRate"), "errorRate.delta", "all.userErrorRate"],
    origin: "documents",
  },
  {
    name: "latency",
    shows: "quantiles of both versions, the tail last",
    metrics: ofBoth("latency.p50", "latency.p95", "latency.p99", "latency.p999"),
    origin: "documents",
  },
  { name: "memory", shows: "of the fullest instance of each version", metrics: ofBoth("memory"), origin: "documents" },
  { name: "cache", shows: "hits of each version's look-ups", metrics: ofBoth("cache.hitRate"), origin: "documents" },
  {
    name: "traffic",
    shows: "requests per second by version, and in all",
    metrics: [...ofBoth("requestRate"), "all.requestRate"],
    origin: "ours",
  },
  {
    name: "fallbacks",
    shows: "what the baseline serves in the candidate's place, and who is served at all",
    metrics: ["candidate.fallbackRate", "candidate.declineRate", "all.successRate"],
    origin: "ours",
  },
  {
    name: "workers",
    shows: "how busy the workers are, and who waits for them",
    metrics: ofBoth("cpu", "queue.length", "wait.mean"),
    origin: "ours",
  },
  {
    name: "health",
    shows: "health polls of each version, and the overall status",
    metrics: [...ofBoth("health.ok", "health.failedPolls"), "system.health"],
    origin: "ours",
  },
];
