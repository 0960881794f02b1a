/** Scenario files: YAML to a `Scenario`, or everything that is wrong with it. */
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { RouteShare, VaryingArrivals } from "../engine/traffic/traffic.ts";
import { readDocument, type ReadDocument } from "./document.ts";
import { buildFault } from "./fault-shape.ts";
import { buildFlags } from "./flags-shape.ts";
import { placeFindings } from "./lint/lint.ts";
import { lintPolicy } from "./lint/lint-policy.ts";
import { buildOwnMetrics } from "./own-metric-shape.ts";
import { buildParity } from "./parity-shape.ts";
import { buildPipeline } from "./pipeline-shape.ts";
import { buildPolicy } from "./policy-file.ts";
import { buildMonitorFault } from "./monitor-shape.ts";
import { buildCommands, buildReactions } from "./operator-shape.ts";
import { buildResourceFaults, buildResources } from "./resource-file.ts";
import { buildRollbackFaults } from "./rollback-fault-text.ts";
import { buildRouting, ROUTING_KEYS } from "./routing-file.ts";
import { DEFAULT_PROPAGATION_US } from "./routing-shape.ts";
import { checkScenario } from "./scenario-check.ts";
import { ONLY_ROUTE, scenarioShape, type ScenarioText } from "./scenario-shape.ts";
import type { Scenario, ScenarioPolicy } from "./scenario.ts";
import { buildArrivals } from "./traffic-shape.ts";
import { noTraceShapes, readTraced, type TraceShapes } from "./traffic-trace.ts";
import { buildUsers } from "./traffic-users.ts";
import { buildVersion } from "./version-shape.ts";

/**
 * Reads a scenario file. `file` is its name as typed, for messages and for finding the policy beside it; `shapes` gives
 * the shape of the trace that its traffic may be of.
 */
export function readScenario(text: string, file: string, shapes: TraceShapes = noTraceShapes): Read<Scenario> {
  const read = readDocument(text, file, "a scenario", scenarioShape, checkScenario);
  if (!read.ok) return read;
  const traced = readTraced(read.value.value.traffic, file, read.value.placeOf, shapes);
  if (!traced.ok) return traced;
  const scenario = buildScenario(read.value, file, traced.value);
  const warnings = [...read.warnings, ...traced.warnings];
  return { ...read, warnings, value: scenario, lints: lintsOfOwnPolicy(scenario.policy, file, read.value.placeOf) };
}

/** A policy that is written out in a scenario is linted with it. */
function lintsOfOwnPolicy(policy: ScenarioPolicy, file: string, placeOf: ReadDocument<unknown>["placeOf"]): Problem[] {
  return policy.kind === "inline" ? placeFindings(lintPolicy(policy.policy), file, placeOf, ["policy"]) : [];
}

function buildScenario(
  { value: text, placeOf }: ReadDocument<ScenarioText>,
  file: string,
  traced: VaryingArrivals | null,
): Scenario {
  const routing = buildRouting(text);
  const resources = buildResources(text, { ...buildFlags(text.flags ?? {}), ...buildFlags(text.pin ?? {}) });
  return {
    name: text.scenario,
    description: text.description.trim(),
    file,
    seed: text.seed === undefined ? null : String(text.seed),
    ...(text.slow === true ? { slow: true as const } : {}),
    policy: buildPolicyReference(text.policy, placeOf),
    durationUs: text.duration ?? null,
    trafficPlace: placeOf(["traffic"]),
    ...(text.traffic.trace === undefined ? {} : { traceFile: text.traffic.trace.file }),
    traffic: {
      arrivals: buildArrivals(text.traffic, traced),
      users: buildUsers(text.users),
      routes: buildRoutes(text.routes),
    },
    baseline: buildVersion(text.baseline, "baseline"),
    candidate: buildVersion(text.candidate, "candidate"),
    ...(text.metrics === undefined
      ? {}
      : { metrics: buildOwnMetrics(text.metrics), metricsPlace: placeOf(["metrics"]) }),
    flags: buildFlags(text.flags ?? {}),
    pinnedFlags: buildFlags(text.pin ?? {}),
    propagationUs: text.router.propagation ?? DEFAULT_PROPAGATION_US,
    ...(routing === undefined ? {} : { routing, routingPlaces: placesOfRouting(placeOf) }),
    faults: text.faults.filter((fault) => fault.rollbackStep === undefined).map(buildFault),
    ...(resources === undefined ? {} : { resources }),
    resourceFaults: text.resourceFaults.flatMap(buildResourceFaults),
    ...(text.monitorFaults.length === 0 ? {} : { monitorFaults: text.monitorFaults.map(buildMonitorFault) }),
    operator: buildCommands(text.operator, (index) => placeOf(["operator", index])),
    ...listed(
      "reactions",
      buildReactions(text.operator, (index) => placeOf(["operator", index])),
    ),
    ...listed(
      "rollbackFaults",
      buildRollbackFaults(text.faults, (index) => placeOf(["faults", index])),
    ),
    ...(text.calendar === undefined ? {} : { calendarStart: text.calendar }),
    ...(text.afterRollback === undefined ? {} : { afterRollbackUs: text.afterRollback }),
    ...(text.parity === undefined ? {} : { parity: buildParity(text.parity) }),
    ...(text.pipeline === undefined ? {} : { pipeline: buildPipeline(text.pipeline) }),
    slowed: { factor: text.slowed.factor, addUs: text.slowed.by },
    expectations: text.expect.map((sentence, index) => ({ ...sentence, file, ...placeOf(["expect", index]) })),
  };
}

/** A list as a field; nothing where it is empty. */
function listed<Name extends string, Item>(name: Name, items: readonly Item[]): { readonly [Key in Name]?: Item[] } {
  return items.length === 0 ? {} : ({ [name]: items } as { readonly [Key in Name]?: Item[] });
}

/** Where each key of routing stands that may be warned of. */
function placesOfRouting(placeOf: ReadDocument<ScenarioText>["placeOf"]): NonNullable<Scenario["routingPlaces"]> {
  return Object.fromEntries(ROUTING_KEYS.map((key) => [key, placeOf(key.split("."))]));
}

function buildPolicyReference(
  policy: ScenarioText["policy"],
  placeOf: ReadDocument<ScenarioText>["placeOf"],
): ScenarioPolicy {
  if (typeof policy !== "string") return { kind: "inline", policy: buildPolicy(policy) };
  return { kind: "reference", reference: policy, place: placeOf(["policy"]) };
}

function buildRoutes(routes: ScenarioText["routes"]): RouteShare[] {
  if (routes === undefined) return [{ name: ONLY_ROUTE, weight: 1 }];
  return Object.entries(routes).map(([name, weight]) => ({ name, weight }));
}
