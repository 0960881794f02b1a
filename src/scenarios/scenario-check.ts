/** What spans several fields of a scenario file: routes, versions, faults, flags, an inline policy. */
import { validateFlags } from "../engine/flags/validation.ts";
import { SAFE_FLAGS } from "../engine/flags/feature-flags.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { checkFault } from "./fault-shape.ts";
import { buildFlags, flagKey, type FlagsText } from "./flags-shape.ts";
import { checkOperator } from "./operator-shape.ts";
import { checkPipeline } from "./pipeline-shape.ts";
import { checkOwnChanges } from "./own-metric-fault.ts";
import { complainOfOwnFigure } from "./own-metric-figure.ts";
import { checkOwnMetrics, kindsOf } from "./own-metric-shape.ts";
import { checkPolicy } from "./policy-check.ts";
import { checkRollbackFault } from "./rollback-fault-text.ts";
import { checkResources } from "./resource-check.ts";
import { ONLY_ROUTE, type ScenarioText } from "./scenario-shape.ts";
import { checkRouting } from "./routing-file.ts";
import { checkTraffic } from "./traffic-shape.ts";
import { checkUsers, segmentsOf } from "./traffic-users.ts";
import { checkVersion } from "./version-shape.ts";

/** Complains of everything that is wrong between the fields of a scenario. */
export function checkScenario(scenario: Partly<ScenarioText>, report: Report): void {
  if (scenario === undefined) return;
  const routes = scenario.routes === undefined ? [ONLY_ROUTE] : Object.keys(scenario.routes);
  if (routes.length === 0) report(["routes"], complain("at least one route is needed", { found: "none" }));
  checkTraffic(scenario.traffic, report);
  checkUsers(scenario.users, report);
  const segments = segmentsOf(scenario.users);
  checkVersion(scenario.baseline, "baseline", routes, ["baseline"], report, segments);
  checkVersion(scenario.candidate, "candidate", routes, ["candidate"], report, segments);
  checkOwnMetrics(scenario.metrics, routes, segments, report);
  const own = kindsOf(scenario.metrics);
  for (const [index, fault] of (scenario.faults ?? []).entries()) {
    if (checkRollbackFault(fault, ["faults", index], report)) continue;
    checkFault(fault, index, routes, segments, scenario.duration, report);
    checkOwnChanges(fault?.metrics, own, ["faults", index, "metrics"], report);
  }
  for (const [index, expectation] of (scenario.expect ?? []).entries()) {
    const complaint = expectation?.path === undefined ? null : complainOfOwnFigure(expectation.path, own);
    if (complaint !== null) report(["expect", index], complaint);
  }
  checkOperator(scenario.operator ?? [], report);
  checkRouting(scenario, segments, report);
  checkResources(scenario, report);
  checkPipeline(scenario.pipeline, report);
  checkFlags(scenario.flags, report);
  if (typeof scenario.policy === "object") checkPolicy(scenario.policy, ["policy"], report, own);
}

function checkFlags(text: Partly<FlagsText | undefined>, report: Report): void {
  if (text === undefined) return;
  const flags = { ...SAFE_FLAGS, ...buildFlags(text) };
  for (const { message, found, allowed, suggestion } of validateFlags(flags, "", flagKey).errors) {
    report(["flags"], { message, found, allowed, suggestion });
  }
}
