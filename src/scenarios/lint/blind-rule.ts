/** `blind-rule`: a rule that never, or seldom, has its samples under a scenario's traffic, so that it does nothing. */
import { MINUTE_US, SECOND_US, WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { Policy } from "../../engine/deployment/policy.ts";
import { poissonUpperTail } from "../../engine/statistics/poisson.ts";
import type { Traffic } from "../../engine/traffic/traffic.ts";
import { writeDuration, writeShare } from "../quantity.ts";
import { needsBaseline, sampledPpm } from "./arm-share.ts";
import { arrivalRate, sliceShare } from "./arrival-rate.ts";
import { placedRules, type Finding, type PlacedRule } from "./lint.ts";
import { samplesNeeded } from "./samples-needed.ts";

/** The traffic that rules are looked at under, and how long the run may last. */
export interface Rehearsed {
  readonly traffic: Traffic;
  readonly durationUs: number;
}

/** A chance over the whole phase below which a rule counts as blind. */
const BLIND_CHANCE = 0.01;

/**
 * Rules with window x traffic x share < samples needed where they are looked at, at the traffic's highest rate. A
 * window over the phase is as long as the phase, or the run, can last; of two windows the one with fewer samples
 * counts. The chance of having the samples all the same is that of Poisson arrivals, which others do not exceed.
 */
export function lintBlindRules(policy: Policy, { traffic, durationUs }: Rehearsed): Finding[] {
  const { peak } = arrivalRate(traffic.arrivals, durationUs);
  return placedRules(policy).flatMap((rule): Finding[] => {
    const part = sliceShare(rule.condition.slice, traffic);
    // A test that goes on from attempt to attempt has no window.
    if (part === null || rule.condition.sequential !== undefined) return [];
    const needed = samplesNeeded(rule.condition);
    const blind = placesOf(rule, policy).flatMap((place) => {
      const sampled = sampledPpm(rule.condition.metric, place.trafficPpm);
      if (sampled === null) return [];
      // That there is no baseline at 100 %, and no candidate after a revert, is a lint of its own.
      if (sampled === 0 && (needsBaseline(rule.condition.metric) || rule.kind === "check")) return [];
      const longestUs = Math.min(place.maxDurationUs ?? durationUs, durationUs);
      const { window, alsoOverUs } = rule.condition;
      const isSliding = window.kind === "sliding";
      const windowUs = Math.min(isSliding ? window.lengthUs : longestUs, alsoOverUs ?? Number.POSITIVE_INFINITY);
      const samples = ((peak * part * sampled) / WHOLE_PPM) * (windowUs / SECOND_US);
      if (samples >= needed) return [];
      const inWindow = poissonUpperTail(needed, samples * unevenness(traffic, sampled));
      const looks = isSliding || alsoOverUs !== undefined ? Math.ceil(longestUs / policy.tickUs) : 1;
      const isNever = (traffic.users.zipf ?? 0) === 0 && inWindow * looks < BLIND_CHANCE;
      return [
        { name: place.name, sampled, windowUs, samples, needed, isNever, chance: poissonUpperTail(needed, samples) },
      ];
    });
    return [true, false].flatMap((isNever) => {
      const alike = blind.filter((one) => one.isNever === isNever);
      const [worst] = alike.toSorted((one, other) => one.samples - other.samples);
      return worst === undefined ? [] : [findingOf(rule, policy, alike, worst, peak, part)];
    });
  });
}

/** A time in which a rule is looked at, with the share of the candidate. */
type Looked = Pick<Policy["phases"][number], "name" | "trafficPpm" | "maxDurationUs">;

function placesOf(rule: PlacedRule, { phases }: Policy): Looked[] {
  if (rule.kind === "check") return [{ name: "the time after the revert", trafficPpm: 0, maxDurationUs: null }];
  return rule.phases.flatMap((index) => phases[index] ?? []);
}

/**
 * How much more than its share a version may get because whole users are routed: of u users a share p is
 * p ± sqrt(p (1 - p) / u), and 3.3 times that is exceeded once in two thousand draws.
 */
function unevenness({ users }: Traffic, sampled: number): number {
  const share = sampled / WHOLE_PPM;
  return share === 0 ? 1 : 1 + 3.3 * Math.sqrt((1 - share) / (share * users.population));
}

interface Blindness {
  readonly name: string;
  readonly sampled: number;
  readonly windowUs: number;
  readonly samples: number;
  readonly needed: number;
  /** The chance that any of the phase's windows has its samples is next to nothing. */
  readonly isNever: boolean;
  /** The chance that one window has its samples. */
  readonly chance: number;
}

const FAILS_TO: Readonly<Record<PlacedRule["kind"], string>> = {
  gate: "does not pass",
  trigger: "does not fire",
  alert: "is not raised",
  check: "does not let the rollback be verified",
};

function findingOf(
  rule: PlacedRule,
  policy: Policy,
  blind: readonly Blindness[],
  worst: Blindness,
  peak: number,
  part: number,
): Finding {
  const { minSamples, window, metric, alsoOverUs } = rule.condition;
  const { needed } = worst;
  const names = blind.map(({ name }) => name).join(", ");
  const isPlaced = rule.kind === "trigger" || rule.kind === "alert";
  const slice = part === 1 ? "" : ` x ${figure(part * 100)}% in the slice`;
  const why =
    `${writeDuration(worst.windowUs)} x ${figure(peak)}/s x ${writeShare(worst.sampled)}${slice} = ` +
    `${figure(worst.samples)} samples of ${metric} are to be expected${isPlaced ? ` in ${worst.name}` : ""} at most, ` +
    `and it needs ${needed}${needed > minSamples ? " to be sure, were they all on the right side of its limit" : ""}`;
  const isNever = worst.isNever;
  const does = isNever
    ? `is blind${isPlaced ? ` in ${names}` : ""} and ${FAILS_TO[rule.kind]}`
    : `is starved${isPlaced ? ` in ${names}` : ""} and mostly ${FAILS_TO[rule.kind]}`;
  const chance = `a window has them with a chance of ${percent(worst.chance)}`;
  const perSecond = (peak * part * worst.sampled) / WHOLE_PPM;
  const neededUs = perSecond > 0 ? needed / (perSecond / SECOND_US) : Number.POSITIVE_INFINITY;
  const fewer = Math.floor(worst.samples);
  const isWindow = window.kind === "sliding" || alsoOverUs !== undefined;
  const cures = [
    ...(neededUs < Number.MAX_SAFE_INTEGER
      ? [`a ${isWindow ? "window" : "phase and run"} of at least ${writeDuration(roundUp(neededUs))}`]
      : []),
    ...(needed > minSamples ? ["a coarser limit or less confidence"] : []),
    ...(needed === minSamples && fewer >= 1 ? [`a minimum of at most ${fewer}`] : []),
    `more traffic${worst.sampled === WHOLE_PPM ? "" : " or a larger share"}`,
  ];
  const says = `policy ${policy.name}: ${rule.name} ${does}: ${why}; ${chance}`;
  return { rule: "blind-rule", path: rule.path, why: says, cure: cures.join(", or ") };
}

/** Seconds up to a minute, whole minutes beyond. */
function roundUp(us: number): number {
  const unit = us <= MINUTE_US ? SECOND_US : MINUTE_US;
  return Math.ceil(us / unit) * unit;
}

function percent(chance: number): string {
  return chance < 0.000_01 ? "less than 0.001%" : `${Number((chance * 100).toPrecision(2))}%`;
}

function figure(value: number): string {
  return String(value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}
