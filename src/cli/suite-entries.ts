/** Which runs a suite consists of: scenarios by their name, replications, and one shard of all of these. */
import type { StartingPoint } from "./environment-settings.ts";
import type { SuiteEntry } from "./rehearse-suite.ts";
import type { RunOptions, RunSettings } from "./run-settings.ts";
import type { Rehearsal } from "../scenarios/built-in.ts";
import { seedOf } from "../scenarios/runner.ts";
import { replicationsOfPart } from "../scenarios/suite-part.ts";

/** The entries of a suite, or of the part of it that the settings name. */
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
      replications: replicationsOfPart(position, runs, shard),
      of: replications,
    }))
    .filter((entry) => entry.replications.length > 0);
}
