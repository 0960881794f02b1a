/**
 * The library: rehearse rollouts from a program. What the command line does is made of these; everything here is
 * pure but for `loadPolicy`, `loadRehearsal` and `readTrace`, which read files.
 */
export type { OperatorCommand } from "./engine/deployment/operator.ts";
export type {
  AlertRule,
  Condition,
  Gate,
  Phase,
  Policy,
  RollbackProcedure,
  RuleWindow,
  Trigger,
} from "./engine/deployment/policy.ts";
export { flagsFromEnvironment, type EnvironmentSettings } from "./engine/flags/environment.ts";
export { SAFE_FLAGS, type FeatureFlags } from "./engine/flags/feature-flags.ts";
export { InvariantError } from "./engine/kernel/assert.ts";
export { describeProblem, type Problem, type Read } from "./engine/kernel/problem.ts";
export { METRICS, type MetricDefinition } from "./engine/monitor/catalogue.ts";
export type { RehearsalPlan } from "./engine/plan.ts";
export type {
  Decision,
  Evidence,
  ExpectationRecord,
  Impact,
  Outcome,
  PhaseRecord,
  RollbackRecord,
  RunDocument,
  RunRecord,
  ScenarioRecord,
  TraceRecord,
  VersionFigures,
} from "./engine/result.ts";
export type { Fault } from "./engine/service/fault.ts";
export type { ErrorModel, LatencyModel, VersionModel } from "./engine/service/version-model.ts";
export type { World } from "./engine/service/world.ts";
export { rehearse, type RehearseOptions } from "./engine/stack.ts";
export { createSyntheticWorld } from "./engine/traffic/synthetic-world.ts";
export type { Traffic } from "./engine/traffic/traffic.ts";
export type { Trace } from "./replay/columns.ts";
export { readTrace } from "./replay/read-trace.ts";
export { rehearseTrace, type ReplayOptions } from "./replay/replay.ts";
export { renderDocument } from "./report/console.ts";
export { renderJson } from "./report/json.ts";
export { loadPolicy, loadRehearsal, type Rehearsal } from "./scenarios/built-in.ts";
export { policyJsonSchema, scenarioJsonSchema } from "./scenarios/json-schema.ts";
export { readPolicy } from "./scenarios/policy-file.ts";
export { planScenario, rehearseScenario } from "./scenarios/runner.ts";
export { readScenario } from "./scenarios/scenario-file.ts";
export type { Scenario } from "./scenarios/scenario.ts";
export { readVersions, type Versions } from "./scenarios/version-file.ts";
