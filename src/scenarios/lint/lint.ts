/** Lints: what is legal in a policy or scenario, but will not do what its author thinks. Each has a name. */
import type { Condition, Policy, Trigger } from "../../engine/deployment/policy.ts";
import type { Problem } from "../../engine/kernel/problem.ts";
import { inFileOrder, type NodePath, type Place } from "../yaml-text.ts";

/** Names of all lints, as `docs/lints.md` describes them. */
export const LINT_RULES = [
  "blind-rule",
  "coarse-tick",
  "empty-arm",
  "fires-by-chance",
  "looser-gate",
  "success-rate-never-binds",
  "unmeasured-phase",
  "unreachable-rate",
  "unresolved-limit",
  "window-beyond-phase",
] as const;

/** The name of a lint. */
export type LintRule = (typeof LINT_RULES)[number];

/** What a lint found: which, where in the policy, and why, with the arithmetic and what would cure it. */
export interface Finding {
  readonly rule: LintRule;
  readonly path: NodePath;
  readonly why: string;
  readonly cure: string;
}

/** A rule of a policy with where it stands and the phases in which it is looked at. */
export interface PlacedRule {
  readonly kind: "gate" | "trigger" | "alert" | "check";
  readonly path: NodePath;
  readonly condition: Condition & Pick<Partial<Trigger>, "sequential">;
  /** Indices into the policy's phases. */
  readonly phases: readonly number[];
  /** `trigger error-rate`, `gate error-rate of CANARY`. */
  readonly name: string;
}

/** All gates, triggers, alerts and checks of the rollback of a policy; checks are of no phase. */
export function placedRules(policy: Policy): PlacedRule[] {
  const gates = policy.phases.flatMap((phase, index) =>
    phase.gates.map((gate, position): PlacedRule => ({
      kind: "gate",
      path: ["phases", index, "gates", position],
      condition: gate,
      phases: [index],
      name: `gate ${gate.name} of ${phase.name}`,
    })),
  );
  const triggers = policy.triggers.map((trigger, position): PlacedRule => ({
    kind: "trigger",
    path: ["triggers", position],
    condition: trigger,
    phases: policy.phases.flatMap((phase, index) => (trigger.phases?.includes(phase.name) === false ? [] : [index])),
    name: `trigger ${trigger.name}`,
  }));
  const alerts = policy.alerts.map((alert, position): PlacedRule => ({
    kind: "alert",
    path: ["alerts", position],
    condition: alert,
    phases: policy.phases.flatMap((phase, index) => (alert.phases?.includes(phase.name) === false ? [] : [index])),
    name: `alert ${alert.name}`,
  }));
  const checks = (policy.rollback.checks ?? []).map((check, position): PlacedRule => ({
    kind: "check",
    path: ["rollback", "checks", position],
    condition: check,
    phases: [],
    name: `check ${check.name} of the rollback`,
  }));
  return [...gates, ...triggers, ...alerts, ...checks];
}

/** A finding as a problem of the file in which the policy stands. */
export function problemOf(finding: Finding, source: string, place: Place, path: string): Problem {
  const { rule, why, cure } = finding;
  return {
    source,
    ...place,
    path,
    message: `${why}. Cure: ${cure}`,
    found: null,
    allowed: null,
    suggestion: null,
    rule,
  };
}

/** Findings as problems of the file in which the policy stands, below the path `above`, in the order of the file. */
export function placeFindings(
  findings: readonly Finding[],
  source: string,
  placeOf: (path: NodePath) => Place,
  above: NodePath,
): Problem[] {
  const problems = findings.map((finding) => {
    const path = [...above, ...finding.path];
    return problemOf(finding, source, placeOf(path), writePath(path));
  });
  return inFileOrder(problems);
}

/** Names of phases as a list: `CANARY, TESTING`. */
export function phaseList(policy: Policy, indices: readonly number[]): string {
  return indices.map((index) => policy.phases[index]?.name ?? "").join(", ");
}

function writePath(path: NodePath): string {
  return path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");
}
