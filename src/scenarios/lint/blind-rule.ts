/** `blind-rule`: a rule that never has its samples under a scenario's traffic, so that it can neither pass nor fire. */
import { MINUTE_US, SECOND_US, WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { Policy } from "../../engine/deployment/policy.ts";
import type { Traffic } from "../../engine/traffic/traffic.ts";
import { writeDuration, writeShare } from "../quantity.ts";
import { needsBaseline, sampledPpm } from "./arm-share.ts";
import { arrivalRate, sliceShare } from "./arrival-rate.ts";
import { placedRules, type Finding, type PlacedRule } from "./lint.ts";

/** The traffic that rules are looked at under, and how long the run may last. */
export interface Rehearsed {
  readonly traffic: Traffic;
  readonly durationUs: number;
}

/**
 * Gates and triggers with window x traffic x share < minimum in a phase in which they are looked at, at the traffic's
 * highest rate. A window over the phase is as long as the phase, or the run, can last.
 */
export function lintBlindRules(policy: Policy, { traffic, durationUs }: Rehearsed): Finding[] {
  const { peak } = arrivalRate(traffic.arrivals, durationUs);
  return placedRules(policy).flatMap((rule): Finding[] => {
    const part = sliceShare(rule.condition.slice, traffic);
    if (part === null) return [];
    const blind = rule.phases.flatMap((index) => {
      const phase = policy.phases[index];
      const sampled = phase === undefined ? null : sampledPpm(rule.condition.metric, phase.trafficPpm);
      if (phase === undefined || sampled === null) return [];
      // That there is no baseline to compare with at 100 % is a lint of its own.
      if (sampled === 0 && needsBaseline(rule.condition.metric)) return [];
      const longestUs = Math.min(phase.maxDurationUs ?? durationUs, durationUs);
      const { window, minSamples } = rule.condition;
      const windowUs = window.kind === "sliding" ? window.lengthUs : longestUs;
      const samples = ((peak * part * sampled) / WHOLE_PPM) * (windowUs / SECOND_US);
      return samples < minSamples ? [{ phase, sampled, windowUs, samples }] : [];
    });
    const [worst] = [...blind].sort((one, other) => one.samples - other.samples);
    return worst === undefined ? [] : [findingOf(rule, policy, blind, worst, peak, part)];
  });
}

interface Blindness {
  readonly phase: Policy["phases"][number];
  readonly sampled: number;
  readonly windowUs: number;
  readonly samples: number;
}

function findingOf(
  rule: PlacedRule,
  policy: Policy,
  blind: readonly Blindness[],
  worst: Blindness,
  peak: number,
  part: number,
): Finding {
  const { minSamples, window, metric } = rule.condition;
  const names = blind.map(({ phase }) => phase.name).join(", ");
  const where = rule.kind === "gate" ? "" : ` in ${worst.phase.name}`;
  const slice = part === 1 ? "" : ` x ${figure(part * 100)}% in the slice`;
  const sum =
    `${writeDuration(worst.windowUs)} x ${figure(peak)}/s x ${writeShare(worst.sampled)}${slice} = ` +
    `${figure(worst.samples)} samples of ${metric} are to be expected${where} at most, and it needs ${minSamples}`;
  const never = rule.kind === "gate" ? "neither passes nor fails" : "does not fire";
  const perSecond = (peak * part * worst.sampled) / WHOLE_PPM;
  const neededUs = perSecond > 0 ? minSamples / (perSecond / SECOND_US) : Number.POSITIVE_INFINITY;
  const fewer = Math.floor(worst.samples);
  const cures = [
    ...(neededUs < Number.MAX_SAFE_INTEGER
      ? [`a ${window.kind === "sliding" ? "window" : "phase and run"} of at least ${writeDuration(roundUp(neededUs))}`]
      : []),
    ...(fewer >= 1 ? [`a minimum of at most ${fewer}`] : []),
    `more traffic${worst.sampled === WHOLE_PPM ? "" : " or a larger share"}`,
  ];
  const inPhases = rule.kind === "gate" ? "" : ` in ${names}`;
  const why = `policy ${policy.name}: ${rule.name} is blind${inPhases} and ${never}: ${sum}`;
  return { rule: "blind-rule", path: rule.path, why, cure: cures.join(", or ") };
}

/** Seconds up to a minute, whole minutes beyond. */
function roundUp(us: number): number {
  const unit = us <= MINUTE_US ? SECOND_US : MINUTE_US;
  return Math.ceil(us / unit) * unit;
}

function figure(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
