/** `looser-gate`: a later phase, with more traffic, lets pass what an earlier one holds. */
import type { Gate, Policy } from "../../engine/deployment/policy.ts";
import { findMetric } from "../../engine/monitor/catalogue.ts";
import { writeShare } from "../quantity.ts";
import { writeLimit } from "../rule-sentence.ts";
import type { Finding } from "./lint.ts";

/** Gates that are looser than the gate on the same metric in the nearest phase before that has one. */
export function lintLooserGates(policy: Policy): Finding[] {
  return policy.phases.flatMap((phase, index) =>
    phase.gates.flatMap((gate, position): Finding[] => {
      const earlier = policy.phases.slice(0, index).findLast((one) => twinOf(gate, one.gates) !== undefined);
      const twin = earlier === undefined ? undefined : twinOf(gate, earlier.gates);
      if (earlier === undefined || twin === undefined || !isLooser(gate, twin)) return [];
      const unit = findMetric(gate.metric)?.metric.unit ?? "count";
      const write = (one: Gate): string => `${writeLimit(one.limit, unit)}${sureness(one)}`;
      const now = `${gate.metric} ${gate.operator} ${write(gate)} at ${writeShare(phase.trafficPpm)} of the traffic`;
      const before = `${earlier.name} at ${writeShare(earlier.trafficPpm)} asked for ${twin.operator} ${write(twin)}`;
      const why = `${phase.name} passes with ${now}, where ${before}: what gets worse on the way up is let through`;
      const cure = `${gate.operator} ${write(twin)} or stricter in ${phase.name}, or the looser limit in ${earlier.name} as well`;
      return [{ rule: "looser-gate", path: ["phases", index, "gates", position], why, cure }];
    }),
  );
}

/** The gate on the same thing, in the same direction. */
function twinOf(gate: Gate, gates: readonly Gate[]): Gate | undefined {
  const slice = JSON.stringify(gate.slice ?? null);
  return gates.find(
    (one) =>
      one.metric === gate.metric &&
      one.operator.startsWith(gate.operator.slice(0, 1)) &&
      JSON.stringify(one.slice ?? null) === slice,
  );
}

function isLooser(gate: Gate, than: Gate): boolean {
  if (gate.limit === than.limit) {
    // Whoever asked to be sure, and then only to measure it, asks for less at the same limit.
    const [sure, wasSure] = [confidence(gate), confidence(than)];
    return sure === wasSure ? gate.operator.length > than.operator.length : sure < wasSure;
  }
  return gate.operator.startsWith("<") ? gate.limit > than.limit : gate.limit < than.limit;
}

function confidence({ bound }: Gate): number {
  return bound?.confidencePpm ?? 0;
}

function sureness({ bound }: Gate): string {
  return bound === undefined ? "" : ` with ${writeShare(bound.confidencePpm)} confidence`;
}
