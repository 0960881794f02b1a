/** `unmeasured-phase`: a phase that is left without anybody having looked at what the candidate did. */
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { Phase, Policy } from "../../engine/deployment/policy.ts";
import { findMetric } from "../../engine/monitor/catalogue.ts";
import { writeDuration, writeShare } from "../quantity.ts";
import type { Finding } from "./lint.ts";

/** Phases without gates, or with none that asks for samples of the candidate's work. */
export function lintUnmeasuredPhases(policy: Policy): Finding[] {
  return policy.phases.flatMap((phase, index): Finding[] => {
    const next = policy.phases[index + 1];
    // A sign-off is somebody who looks.
    if (next?.approval !== undefined || phase.gates.some((gate) => asksForWork(gate.metric, phase))) return [];
    const gates = phase.gates.map((gate) => gate.metric).join(", ");
    const has =
      phase.gates.length === 0
        ? "has no gates"
        : `looks only at ${gates}, which may all hold without one sample of the candidate's work`;
    const goes =
      next === undefined ? "the rollout is complete" : `${next.name} begins at ${writeShare(next.trafficPpm)}`;
    const why = `${phase.name} ${has}: after ${writeDuration(phase.minDurationUs)} ${goes}, with 0 samples needed`;
    const cure = "a gate such as errorRate < 1%, at least 500 requests";
    return [{ rule: "unmeasured-phase", path: ["phases", index], why, cure }];
  });
}

/** Metrics that are absent until some request of the candidate, or one compared with it, has come to an end. */
function asksForWork(name: string, { trafficPpm }: Phase): boolean {
  const found = findMetric(name);
  if (found === undefined) return false;
  const { metric, scope } = found;
  // Those say something of the traffic, of a process, or of keys, also where no request has been answered.
  if (metric.isGauge === true || metric.ofPhase === true) return false;
  if (/^health\.|^requests$|^requestRate$|^system\./.test(metric.name)) return false;
  return scope === "candidate" || scope === "comparison" || (scope === "all" && trafficPpm === WHOLE_PPM);
}
