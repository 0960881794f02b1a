/** What the record of a run says of its resources; a part of `result.ts`. */

/** The resources of one version over a whole run; null where the scenario declares no such thing. */
export interface VersionResourcesRecord {
  readonly instances: number;
  /** Workers of each instance; null: never too few. */
  readonly workers: number | null;
  /** Attempts that were taken, and those turned away because a queue was full or no instance was in. */
  readonly attempts: number;
  readonly turnedAwayByQueue: number;
  readonly turnedAwayWithoutInstance: number;
  readonly waitMeanMs: number | null;
  readonly waitLongestMs: number | null;
  /** Busy time of the workers / all of their time. */
  readonly cpu: number | null;
  readonly cacheEntries: number | null;
  readonly cacheHitRate: number | null;
  /** When the run ended, of the instance that used most. */
  readonly memoryBytes: number | null;
  readonly memoryShare: number | null;
}

/** The resources over a whole run. */
export interface ResourcesRecord {
  /** Requests that were a client's retry; they count as requests in everything but `impact`, where a call counts once when it fails. */
  readonly retries: number;
  /** As many as there would have been with all traffic on the baseline. */
  readonly retriesOnBaseline: number;
  readonly baseline: VersionResourcesRecord;
  readonly candidate: VersionResourcesRecord;
}
