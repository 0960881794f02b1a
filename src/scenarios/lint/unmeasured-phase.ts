/** `unmeasured-phase`: a phase that is left without anybody having looked at what the candidate did. */
import type { Policy } from "../../engine/deployment/policy.ts";
import { writeDuration, writeShare } from "../quantity.ts";
import type { Finding } from "./lint.ts";

/** Phases without gates, or with none that asks for samples of the candidate's work. */
export function lintUnmeasuredPhases(policy: Policy): Finding[] {
  return policy.phases.flatMap((phase, index): Finding[] => {
    const next = policy.phases[index + 1];
    // A sign-off is somebody who looks.
    if (next?.approval !== undefined || phase.gates.some((gate) => !needsNoWork(gate.metric))) return [];
    const gates = phase.gates.map((gate) => gate.metric).join(", ");
    const has =
      phase.gates.length === 0 ? "has no gates" : `looks only at ${gates}, which says nothing of how requests fare`;
    const goes =
      next === undefined ? "the rollout is complete" : `${next.name} begins at ${writeShare(next.trafficPpm)}`;
    const why = `${phase.name} ${has}: after ${writeDuration(phase.minDurationUs)} ${goes}, with 0 samples needed`;
    const cure = "a gate such as errorRate < 1%, at least 500 requests";
    return [{ rule: "unmeasured-phase", path: ["phases", index], why, cure }];
  });
}

/** Metrics that have a value without a single request of the candidate having fared well. */
function needsNoWork(metric: string): boolean {
  return /(?:^|\.)(?:health\.|requests$|requestRate$)/.test(metric);
}
