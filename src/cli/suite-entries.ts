/** Which runs a suite consists of: scenarios by their name, replications, and one shard of all of these. */
import type { StartingPoint } from "./environment-settings.ts";
import type { SuiteEntry } from "./rehearse-suite.ts";
import type { RunOptions, RunSettings } from "./run-settings.ts";
import type { Rehearsal } from "../scenarios/built-in.ts";
import { seedOf } from "../scenarios/runner.ts";

/**
 * The entries of a suite. Runs are counted through, scenario by scenario and replication by replication, and dealt
 * out to the shards in turn: the same every time, each run to exactly one shard, and shards of one size.
 */
export function suiteEntries(
  rehearsals: readonly Rehearsal[],
  options: Pick<RunOptions, "seed" | "check">,
  settings: Pick<RunSettings, "isMeant" | "replications" | "shard">,
  start: StartingPoint,
): SuiteEntry[] {
  const { isMeant, replications, shard } = settings;
  const runs = replications ?? 1;
  return rehearsals
    .filter(({ scenario }) => isMeant(scenario.name))
    .map(({ scenario, policy }, position): SuiteEntry => ({
      order: {
        scenario,
        policy: start.adjust(policy),
        seed: seedOf(scenario, options.seed ?? null),
        flags: start.flags,
        check: options.check === true,
      },
      replications: Array.from({ length: runs }, (_, replication) => replication).filter((replication) => {
        return shard === null || (position * runs + replication) % shard.count === shard.index - 1;
      }),
      of: replications,
    }))
    .filter((entry) => entry.replications.length > 0);
}
