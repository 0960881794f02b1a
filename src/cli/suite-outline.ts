/** What every part of a divided suite knows of the whole, so that the parts can be joined. */
import { createHash } from "node:crypto";
import type { ShardRecord } from "../engine/result.ts";
import type { SuiteEntry } from "./rehearse-suite.ts";
import { packageVersion } from "./package-files.ts";
import type { Shard } from "./run-settings.ts";

/** The record of a part; `whole` are the entries of the suite, `command` is the one that runs all of it. */
export function shardRecord(
  { index, count }: Shard,
  whole: readonly SuiteEntry[],
  command: string,
  bail: number | null,
): ShardRecord {
  const suite = whole.map(({ order, of }) => ({
    scenario: order.scenario.name,
    seed: order.seed,
    replications: of,
    configuration: digestOf({ scenario: order.scenario, policy: order.policy, flags: order.flags }),
  }));
  return { index, count, version: packageVersion(), command, bail, suite };
}

/** Plain data that came out of the same files in the same way has the same text. */
function digestOf(data: unknown): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, 16);
}
