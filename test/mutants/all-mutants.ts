/** All planted faults. */
import { DEPLOYMENT_MUTANTS } from "./deployment-mutants.ts";
import { ENGINE_MUTANTS } from "./engine-mutants.ts";
import { IMPORT_MUTANTS } from "./import-mutants.ts";
import { MONITOR_MUTANTS } from "./monitor-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { PIPELINE_MUTANTS } from "./pipeline-mutants.ts";
import { PROPERTY_MUTANTS } from "./property-mutants.ts";
import { REPLAY_MUTANTS } from "./replay-mutants.ts";
import { RESOURCE_MUTANTS } from "./resource-mutants.ts";
import { ROUTING_MUTANTS } from "./routing-mutants.ts";
import { SCENARIO_MUTANTS } from "./scenario-mutants.ts";
import { STATISTICS_MUTANTS } from "./statistics-mutants.ts";
import { WORLD_MUTANTS } from "./world-mutants.ts";

/** The lists, one after the other. */
export const MUTANTS: readonly Mutant[] = [
  ...ENGINE_MUTANTS,
  ...DEPLOYMENT_MUTANTS,
  ...IMPORT_MUTANTS,
  ...MONITOR_MUTANTS,
  ...PIPELINE_MUTANTS,
  ...PROPERTY_MUTANTS,
  ...REPLAY_MUTANTS,
  ...RESOURCE_MUTANTS,
  ...ROUTING_MUTANTS,
  ...SCENARIO_MUTANTS,
  ...STATISTICS_MUTANTS,
  ...WORLD_MUTANTS,
];
