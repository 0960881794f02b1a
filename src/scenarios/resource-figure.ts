/** Figures of a run's resources that expectations speak of: `resources.candidate.cacheHitRate`, `resources.retries`. */
import type { ResourcesRecord, VersionResourcesRecord } from "../engine/resources/resource-result.ts";
import type { PartFigures } from "./figure.ts";

/** Below `resources`. */
export const RESOURCES: PartFigures<ResourcesRecord> = {
  retries: { kind: "count", read: (resources) => resources.retries },
  retriesOnBaseline: { kind: "count", read: (resources) => resources.retriesOnBaseline },
};

/** Below `resources.baseline` and `resources.candidate`. */
export const VERSION_RESOURCES: PartFigures<VersionResourcesRecord> = {
  attempts: { kind: "count", read: (version) => version.attempts },
  turnedAwayByQueue: { kind: "count", read: (version) => version.turnedAwayByQueue },
  turnedAwayWithoutInstance: { kind: "count", read: (version) => version.turnedAwayWithoutInstance },
  waitMean: { kind: "duration", read: (version) => version.waitMeanMs },
  waitLongest: { kind: "duration", read: (version) => version.waitLongestMs },
  cpu: { kind: "share", read: (version) => version.cpu },
  cacheHitRate: { kind: "share", read: (version) => version.cacheHitRate },
  memoryShare: { kind: "share", read: (version) => version.memoryShare },
};
