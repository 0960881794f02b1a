/** Scenario files: YAML to a `Scenario`, or everything that is wrong with it. */
import type { Read } from "../engine/kernel/problem.ts";
import type { Fault } from "../engine/service/fault.ts";
import type { ArrivalModel, RouteShare } from "../engine/traffic/traffic.ts";
import { readDocument, type ReadDocument } from "./document.ts";
import { buildFlags } from "./flags-shape.ts";
import { buildPolicy } from "./policy-file.ts";
import { writeDuration, writeShare } from "./quantity.ts";
import { checkScenario } from "./scenario-check.ts";
import { ONLY_ROUTE, scenarioShape, type FaultText, type ScenarioText } from "./scenario-shape.ts";
import type { Scenario, ScenarioPolicy } from "./scenario.ts";
import { buildVersion } from "./version-shape.ts";

/** Reads a scenario file. `file` is its name as typed, for messages and for finding the policy beside it. */
export function readScenario(text: string, file: string): Read<Scenario> {
  const read = readDocument(text, file, "a scenario", scenarioShape, checkScenario);
  return read.ok ? { ...read, value: buildScenario(read.value, file) } : read;
}

function buildScenario({ value: text, placeOf }: ReadDocument<ScenarioText>, file: string): Scenario {
  return {
    name: text.scenario,
    description: text.description.trim(),
    file,
    seed: text.seed === undefined ? null : String(text.seed),
    policy: buildPolicyReference(text.policy, placeOf),
    durationUs: text.duration ?? null,
    traffic: {
      arrivals: buildArrivals(text.traffic),
      users: { population: text.users.population },
      routes: buildRoutes(text.routes),
    },
    baseline: buildVersion(text.baseline, "baseline"),
    candidate: buildVersion(text.candidate, "candidate"),
    flags: buildFlags(text.flags ?? {}),
    pinnedFlags: buildFlags(text.pin ?? {}),
    propagationUs: text.router.propagation,
    faults: text.faults.map(buildFault),
    operator: text.operator.map((entry, index) => ({
      command: { atUs: entry.atUs, by: entry.by ?? "operator", reason: entry.why ?? "", action: entry.action },
      limitUnit: entry.limitUnit,
      place: placeOf(["operator", index]),
    })),
    slowed: { factor: text.slowed.factor, addUs: text.slowed.by },
    expectations: text.expect.map((sentence, index) => ({ ...sentence, file, ...placeOf(["expect", index]) })),
  };
}

function buildPolicyReference(
  policy: ScenarioText["policy"],
  placeOf: ReadDocument<ScenarioText>["placeOf"],
): ScenarioPolicy {
  if (typeof policy !== "string") return { kind: "inline", policy: buildPolicy(policy) };
  return { kind: "reference", reference: policy, place: placeOf(["policy"]) };
}

function buildArrivals(traffic: ScenarioText["traffic"]): ArrivalModel {
  if (traffic.poisson !== undefined) return { kind: "poisson", perSecond: traffic.poisson };
  return { kind: "constant", perSecond: traffic.constant ?? 0 };
}

function buildRoutes(routes: ScenarioText["routes"]): RouteShare[] {
  if (routes === undefined) return [{ name: ONLY_ROUTE, weight: 1 }];
  return Object.entries(routes).map(([name, weight]) => ({ name, weight }));
}

function buildFault(text: FaultText): Fault {
  return {
    name: text.name ?? faultName(text),
    version: text.version,
    atUs: text.at,
    untilUs: text.for === undefined ? Number.MAX_SAFE_INTEGER : text.at + text.for,
    errorPpm: text.errors ?? 0,
    declinePpm: text.declines ?? 0,
    latencyFactor: text.latency?.factor ?? 1,
    latencyAddUs: text.latency?.addUs ?? 0,
    failsHealth: text.health === "failing",
    route: text.route ?? null,
  };
}

/** `candidate errors +15%, latency x3`. */
function faultName(text: FaultText): string {
  const effects: string[] = [];
  if (text.errors !== undefined) effects.push(`errors +${writeShare(text.errors)}`);
  if (text.declines !== undefined) effects.push(`declines +${writeShare(text.declines)}`);
  if (text.latency !== undefined && text.latency.factor !== 1) effects.push(`latency x${text.latency.factor}`);
  if (text.latency !== undefined && text.latency.addUs > 0)
    effects.push(`latency +${writeDuration(text.latency.addUs)}`);
  if (text.health !== undefined) effects.push(`health ${text.health}`);
  return `${text.version} ${effects.join(", ")}${text.route === undefined ? "" : ` on ${text.route}`}`;
}
