/** What the versions ran on, and how it fared. */
import type { ResourcesRecord, VersionResourcesRecord } from "../engine/resources/resource-result.ts";
import { hang, padLeft, padRight } from "./line-layout.ts";
import { formatBytes, formatCount, formatPlural, formatShare } from "./number-format.ts";
import type { Theme } from "./theme.ts";

/** A line or two per version, and the clients' retries; empty where the scenario declares no resources. */
export function resourceLines(resources: ResourcesRecord | undefined, theme: Theme): string[] {
  if (resources === undefined) return [];
  const { retries, retriesOnBaseline } = resources;
  const retried = `  ${padLeft(formatCount(retries), 12)}  requests were retries; ${formatCount(retriesOnBaseline)} with all on the baseline`;
  return [
    `  ${theme.bold("Resources")}`,
    ...versionLines("baseline", resources.baseline),
    ...versionLines("candidate", resources.candidate),
    ...(retries + retriesOnBaseline > 0 ? [retried] : []),
  ];
}

function versionLines(name: string, version: VersionResourcesRecord): string[] {
  const { instances, workers, cpu, waitMeanMs, waitLongestMs, cacheHitRate, memoryBytes, memoryShare } = version;
  const words = [
    workers === null ? formatPlural(instances, "instance") : `${instances} x ${formatPlural(workers, "worker")}`,
  ];
  if (cpu !== null) words.push(`${formatShare(cpu, 1)} busy`);
  if (waitMeanMs !== null && waitLongestMs !== null) {
    words.push(
      `waits ${waitMeanMs.toFixed(waitMeanMs < 10 ? 2 : 0)} ms on average, ${Math.round(waitLongestMs)} at most`,
    );
  }
  const { turnedAwayByQueue, turnedAwayWithoutInstance } = version;
  if (turnedAwayByQueue > 0) words.push(`${formatCount(turnedAwayByQueue)} turned away by full queues`);
  if (turnedAwayWithoutInstance > 0) {
    words.push(`${formatCount(turnedAwayWithoutInstance)} turned away for want of an instance`);
  }
  if (cacheHitRate !== null) words.push(`cache ${formatShare(cacheHitRate, 1)} hits`);
  if (memoryBytes !== null) {
    const share = memoryShare === null ? "" : ` (${formatShare(memoryShare, 1)} of its limit)`;
    words.push(`memory ${formatBytes(memoryBytes)}${share} at the end`);
  }
  return hang(`  ${padRight(name, 11)}`, words.join(", "));
}
