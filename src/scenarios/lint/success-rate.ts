/** `success-rate-never-binds`: what users got, read on the candidate alone beside a stricter gate on its errors. */
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { Gate, Phase, Policy } from "../../engine/deployment/policy.ts";
import { writeShare } from "../quantity.ts";
import type { Finding } from "./lint.ts";

/** Gates that hold whenever the gate on the candidate's error rate beside them does. */
export function lintSuccessRates(policy: Policy): Finding[] {
  return policy.phases.flatMap((phase, index) =>
    phase.gates.flatMap((gate, position): Finding[] => {
      const allowedPpm = userErrorsAllowed(gate);
      const errors = strictestErrorGate(phase);
      if (allowedPpm === null || errors === null || errors.limit > allowedPpm) return [];
      const least = writeShare(WHOLE_PPM - errors.limit);
      const why =
        `a failed attempt is the worst that a user can get, so ${errors.metric} ${errors.operator} ` +
        `${writeShare(errors.limit)} in ${phase.name} already means that at least 100% - ${writeShare(errors.limit)} = ` +
        `${least} of the candidate's attempts serve their users: ${gate.metric} ${gate.operator} ` +
        `${writeShare(gate.limit)} can never bind`;
      const total = gate.metric.replace("candidate.", "all.");
      const cure = `read it on all traffic (${total}), or ask for more than ${least}`;
      return [{ rule: "success-rate-never-binds", path: ["phases", index, "gates", position], why, cure }];
    }),
  );
}

/** Failures of the candidate's users that a gate allows, parts per million; null: it is about something else. */
function userErrorsAllowed({ metric, operator, limit }: Gate): number | null {
  if (metric === "candidate.successRate" && operator.startsWith(">")) return WHOLE_PPM - limit;
  return metric === "candidate.userErrorRate" && operator.startsWith("<") ? limit : null;
}

function strictestErrorGate({ gates }: Phase): Gate | null {
  const onErrors = gates.filter((gate) => gate.metric === "candidate.errorRate" && gate.operator.startsWith("<"));
  return onErrors.reduce<Gate | null>((best, gate) => (best === null || gate.limit < best.limit ? gate : best), null);
}
