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
  RuleBound,
  RuleWindow,
  SequentialTest,
  Trigger,
} from "./engine/deployment/policy.ts";
export { flagsFromEnvironment, type EnvironmentSettings } from "./engine/flags/environment.ts";
export type { BucketingMode } from "./engine/flags/bucketing-mode.ts";
export { SAFE_FLAGS, type FeatureFlags } from "./engine/flags/feature-flags.ts";
export { healthAnswer, statusAnswer, type HealthAnswer, type StatusAnswer } from "./engine/health-answers.ts";
export { InvariantError } from "./engine/kernel/assert.ts";
export { describeProblem, type Problem, type Read } from "./engine/kernel/problem.ts";
export type { HealthLimits, MonitorFault, MonitorPolicy } from "./engine/monitor/monitor-policy.ts";
export type { ErrorsRecord, MonitorRecord, SliceRecord } from "./engine/monitor/monitor-record.ts";
export type { AlertNotice } from "./engine/monitoring-alerts.ts";
export type { Observers } from "./engine/observers.ts";
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
  RoutingRecord,
  RunDocument,
  RunRecord,
  ScenarioRecord,
  VersionFigures,
} from "./engine/result.ts";
export type { OutcomeSources, PartSources, TraceRecord, TraceSources } from "./engine/trace-record.ts";
export { createKeyRouter, type KeyRouter, type KeyRouterOptions } from "./engine/routing/key-router.ts";
export type {
  CacheModel,
  ClientModel,
  ItemModel,
  MemoryModel,
  ResourceFault,
  ResourcePlan,
  VersionResources,
} from "./engine/resources/resource-plan.ts";
export type { ResourcesRecord, VersionResourcesRecord } from "./engine/resources/resource-result.ts";
export type { RoutingPlan } from "./engine/routing/routing-plan.ts";
export type { Fault, FaultShape } from "./engine/service/fault.ts";
export type { ErrorModel, LatencyModel, VersionModel } from "./engine/service/version-model.ts";
export type { World } from "./engine/service/world.ts";
export { rehearse, type RehearseOptions } from "./engine/stack.ts";
export type { BoundMethod, StatisticEvidence } from "./engine/statistics/evidence.ts";
export { createSyntheticWorld } from "./engine/traffic/synthetic-world.ts";
export type { ArrivalModel, SessionModel, Traffic, UserModel } from "./engine/traffic/traffic.ts";
export type { Trace } from "./replay/columns.ts";
export { arrivalsOfTrace, writeRateLines } from "./replay/arrival-shape.ts";
export { readTrace } from "./replay/read-trace.ts";
export { rehearseTrace, type ReplayOptions } from "./replay/replay.ts";
export { renderDocument } from "./report/console.ts";
export { renderJson } from "./report/json.ts";
export { loadPolicy, loadRehearsal, type Rehearsal } from "./scenarios/built-in.ts";
export { policyJsonSchema, scenarioJsonSchema } from "./scenarios/json-schema.ts";
export { readPolicy } from "./scenarios/policy-file.ts";
export { planScenario, rehearseScenario } from "./scenarios/runner.ts";
export { readScenario } from "./scenarios/scenario-file.ts";
export type { TraceShapes, TraceTraffic } from "./scenarios/traffic-trace.ts";
export type { Scenario } from "./scenarios/scenario.ts";
export { readVersions, type Versions } from "./scenarios/version-file.ts";
