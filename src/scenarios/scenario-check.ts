/** What spans several fields of a scenario file: routes, versions, faults, flags, an inline policy. */
import { validateFlags } from "../engine/flags/validation.ts";
import { SAFE_FLAGS } from "../engine/flags/feature-flags.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { buildFlags, flagKey, type FlagsText } from "./flags-shape.ts";
import { nearestWord } from "./nearest-word.ts";
import { checkPolicy } from "./policy-check.ts";
import { ONLY_ROUTE, type FaultText, type ScenarioText } from "./scenario-shape.ts";
import { checkVersion } from "./version-shape.ts";

/** Complains of everything that is wrong between the fields of a scenario. */
export function checkScenario(scenario: Partly<ScenarioText>, report: Report): void {
  if (scenario === undefined) return;
  const routes = scenario.routes === undefined ? [ONLY_ROUTE] : Object.keys(scenario.routes);
  if (routes.length === 0) report(["routes"], complain("at least one route is needed", { found: "none" }));
  if (scenario.traffic !== undefined) {
    const given = ["poisson", "constant"].filter((model) => model in (scenario.traffic ?? {}));
    if (given.length !== 1) {
      const found = given.length === 0 ? "neither" : "both";
      report(
        ["traffic"],
        complain("traffic is one of poisson and constant", {
          found,
          allowed: "{ poisson: 200/s }, { constant: 200/s }",
        }),
      );
    }
  }
  checkVersion(scenario.baseline, "baseline", routes, ["baseline"], report);
  checkVersion(scenario.candidate, "candidate", routes, ["candidate"], report);
  for (const [index, fault] of (scenario.faults ?? []).entries())
    checkFault(fault, index, routes, scenario.duration, report);
  checkFlags(scenario.flags, report);
  if (typeof scenario.policy === "object") checkPolicy(scenario.policy, ["policy"], report);
}

function checkFault(
  fault: Partly<FaultText>,
  index: number,
  routes: readonly string[],
  durationUs: number | undefined,
  report: Report,
): void {
  if (fault === undefined) return;
  const path = ["faults", index];
  const effects = ["errors", "latency", "declines", "health"];
  if (!effects.some((effect) => effect in fault)) {
    report(path, complain("a fault that does nothing", { found: "none of its effects", allowed: effects.join(", ") }));
  }
  if (fault.version === "baseline" && fault.declines !== undefined) {
    report([...path, "declines"], complain("only the candidate can decline requests"));
  }
  if (fault.route !== undefined && !routes.includes(fault.route)) {
    const suggestion = nearestWord(fault.route, routes);
    const allowed = routes.join(", ");
    report([...path, "route"], complain("the traffic has no such route", { found: fault.route, allowed, suggestion }));
  }
  if (fault.route !== undefined && fault.health !== undefined) {
    report([...path, "route"], complain("health is the whole version's: a fault of one route cannot fail it"));
  }
  if (fault.at !== undefined && durationUs !== undefined && fault.at >= durationUs) {
    report([...path, "at"], complain("the fault begins when the run is over"));
  }
}

function checkFlags(text: Partly<FlagsText | undefined>, report: Report): void {
  if (text === undefined) return;
  const flags = { ...SAFE_FLAGS, ...buildFlags(text) };
  for (const { message, found, allowed, suggestion } of validateFlags(flags, "", flagKey).errors) {
    report(["flags"], { message, found, allowed, suggestion });
  }
}
