/** `success-rate-never-binds`: what users got, read on the candidate alone beside a stricter gate on its errors. */
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { Gate, Phase, Policy } from "../../engine/deployment/policy.ts";
import { writeShare } from "../quantity.ts";
import type { Finding } from "./lint.ts";

/**
 * Gates that hold whenever those on the candidate's error rate and declines beside them do. A declined request is no
 * attempt, and fails where the baseline fails it: without a gate on declines this holds only while there are none.
 */
export function lintSuccessRates(policy: Policy): Finding[] {
  return policy.phases.flatMap((phase, index) =>
    phase.gates.flatMap((gate, position): Finding[] => {
      const allowedPpm = userErrorsAllowed(gate);
      // A gate that has to be sure may wait for samples, whatever the value.
      if (allowedPpm === null || gate.bound !== undefined) return [];
      const errors = strictest(gate, phase, ["candidate.errorRate"]);
      if (errors === null || errors.minSamples < gate.minSamples) return [];
      const declines = strictest(gate, phase, ["candidate.declineRate", "candidate.fallbackRate"]);
      const strict = errors.operator === "<" || gate.operator.length === 2;
      const without = { worstPpm: errors.limit, strict };
      const within = declines === null ? null : withDeclines(errors, declines, strict);
      const isProven = within !== null && neverBinds(within, allowedPpm);
      if (!isProven && !neverBinds(without, allowedPpm)) return [];
      const least = writeShare(WHOLE_PPM - (isProven ? within.worstPpm : without.worstPpm));
      const asked = `${gate.metric} ${gate.operator} ${writeShare(gate.limit)}`;
      const limits = `${errors.metric} ${errors.operator} ${writeShare(errors.limit)}`;
      const why =
        isProven && declines !== null
          ? `at worst every failed attempt and every declined request fails its user, so ${limits} and ` +
            `${declines.metric} ${declines.operator} ${writeShare(declines.limit)} in ${phase.name} already mean that ` +
            `at least ${least} of the candidate's users are served: ${asked} can never bind`
          : `where the candidate declines no request, a failed attempt is the worst that a user can get, so ${limits} ` +
            `in ${phase.name} already means that at least 100% - ${writeShare(errors.limit)} = ${least} of its users ` +
            `are served: ${asked} can never bind then, only through declined requests that the baseline fails`;
      const total = gate.metric.replace("candidate.", "all.");
      const cure = `read it on all traffic (${total}), or ask for more than ${least}${isProven ? "" : ", or, if it is meant for declines, say so with a gate on declineRate"}`;
      return [{ rule: "success-rate-never-binds", path: ["phases", index, "gates", position], why, cure }];
    }),
  );
}

interface Worst {
  readonly worstPpm: number;
  /** The worst is not reached, or reaching it is allowed. */
  readonly strict: boolean;
}

/** Of the requests that are not declined at most the limit fails, and all that are declined. */
function withDeclines(errors: Gate, declines: Gate, strict: boolean): Worst {
  const worstPpm = declines.limit + (errors.limit * (WHOLE_PPM - declines.limit)) / WHOLE_PPM;
  return { worstPpm, strict: strict || declines.operator === "<" };
}

function neverBinds({ worstPpm, strict }: Worst, allowedPpm: number): boolean {
  return strict ? worstPpm <= allowedPpm : worstPpm < allowedPpm;
}

/** Failures of the candidate's users that a gate allows, parts per million; null: it is about something else. */
function userErrorsAllowed({ metric, operator, limit }: Gate): number | null {
  if (metric === "candidate.successRate" && operator.startsWith(">")) return WHOLE_PPM - limit;
  return metric === "candidate.userErrorRate" && operator.startsWith("<") ? limit : null;
}

/** The strictest gate from above on one of some metrics, of the same requests over the same time. */
function strictest(gate: Gate, { gates }: Phase, metrics: readonly string[]): Gate | null {
  const span = spanOf(gate);
  const fit = gates.filter(
    (one) => metrics.includes(one.metric) && one.operator.startsWith("<") && spanOf(one) === span,
  );
  return fit.reduce<Gate | null>((best, one) => (best === null || one.limit < best.limit ? one : best), null);
}

function spanOf({ slice, window, alsoOverUs }: Gate): string {
  return JSON.stringify([slice ?? null, window, alsoOverUs ?? null]);
}
