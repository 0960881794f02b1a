/** What the rules of a policy saw of known incidents: delays, misses with their reason, and false alarms. */
import type { Policy, Trigger } from "../../engine/deployment/policy.ts";
import { HOUR_US } from "../../engine/kernel/units.ts";
import { findMetric } from "../../engine/monitor/catalogue.ts";
import type { PlacedIncident } from "./incident-file.ts";
import type { WatchedLook, WatchedRule } from "./watch-rules.ts";

/** What a rule made of an incident. */
export interface IncidentVerdict {
  readonly incident: string;
  /** `already`: it fired before the incident began, and went on; that says nothing of the incident. */
  readonly verdict: "seen" | "missed" | "already";
  /** From the incident's start, or the trace's if that is later; null unless it was seen. */
  readonly delayMs: number | null;
  /** Why it was missed; null otherwise. */
  readonly why: string | null;
}

/** One rule. Plain data, as `--json` prints it. */
export interface RuleJudgement {
  readonly kind: "trigger" | "alert";
  readonly name: string;
  readonly metric: string;
  readonly seen: number;
  readonly missed: number;
  readonly incidents: readonly IncidentVerdict[];
  /** Times at which it fired outside of all incidents, and of the time after each for which its window reaches back. */
  readonly falseAlarmsAtMs: readonly number[];
  /** Per hour of the time in which it was looked at, and which is outside of all that; null where there is none. */
  readonly falseAlarmsPerHour: number | null;
  /** How long it was looked at: in its phases, while the rollout was under way. */
  readonly lookedAtMs: number;
  /** Times at which it fired only while its window still reached back into an incident. */
  readonly afterwardsAtMs: readonly number[];
}

/** Judges every rule against incidents in the run's own time. */
export function judgeRules(
  policy: Policy,
  rules: readonly WatchedRule[],
  incidents: readonly PlacedIncident[],
): RuleJudgement[] {
  const conditions = [...policy.triggers, ...policy.alerts];
  // Figures that are fetched seldom are that old at the tick before they are fetched again.
  const lateUs = (policy.monitor?.scrapeEveryUs ?? policy.tickUs) - policy.tickUs;
  return rules.map((rule, i) => {
    const condition = conditions[i];
    const metric = condition?.metric ?? "";
    const reachUs = condition === undefined ? 0 : reachOf(condition) + lateUs;
    const verdicts = incidents.map((incident) => judge(rule, condition, incident));
    const isWithin = (us: number, moreUs: number): boolean =>
      incidents.some(({ fromUs, toUs }) => us >= fromUs && us < toUs + moreUs);
    const falseAlarms = rule.firedAtUs.filter((us) => !isWithin(us, reachUs));
    const looked = lookedAt(rule.looks);
    const quietUs = outside(looked, incidents, reachUs);
    return {
      kind: rule.kind,
      name: rule.name,
      metric,
      seen: verdicts.filter(({ verdict }) => verdict === "seen").length,
      missed: verdicts.filter(({ verdict }) => verdict === "missed").length,
      incidents: verdicts,
      falseAlarmsAtMs: falseAlarms.map((us) => us / 1_000),
      falseAlarmsPerHour: quietUs === 0 ? null : (falseAlarms.length * HOUR_US) / quietUs,
      lookedAtMs: looked.reduce((sum, [from, to]) => sum + to - from, 0) / 1_000,
      afterwardsAtMs: rule.firedAtUs.filter((us) => isWithin(us, reachUs) && !isWithin(us, 0)).map((us) => us / 1_000),
    };
  });
}

type Watched = Pick<Trigger, "metric" | "window" | "forUs" | "operator" | "slice">;

/** How long after an incident a rule may still see it in figures that are new: its window, twice where it looks at the one before as well. */
function reachOf({ metric, window, forUs }: Watched): number {
  if (window.kind !== "sliding") return forUs;
  return window.lengthUs * (findMetric(metric)?.metric.readsWindowBefore === true ? 2 : 1) + forUs;
}

function judge(rule: WatchedRule, condition: Watched | undefined, incident: PlacedIncident): IncidentVerdict {
  const { fromUs, toUs, name } = incident;
  const first = rule.firedAtUs.find((us) => us >= fromUs && us < toUs);
  const verdict = { incident: name, delayMs: null, why: null };
  if (first !== undefined) return { ...verdict, verdict: "seen", delayMs: (first - Math.max(fromUs, 0)) / 1_000 };
  const before = rule.firedAtUs.findLastIndex((us) => us < fromUs);
  if (before >= 0 && (rule.ceasedAtUs[before] ?? Number.POSITIVE_INFINITY) > fromUs) {
    return { ...verdict, verdict: "already" };
  }
  return { ...verdict, verdict: "missed", why: whyMissed(rule, condition, incident) };
}

function whyMissed(rule: WatchedRule, condition: Watched | undefined, incident: PlacedIncident): string {
  const { fromUs, toUs, version, route } = incident;
  const within = rule.looks.filter(({ atUs }) => atUs >= fromUs && atUs < toUs);
  if (within.length === 0) return "no tick of the rollout is within the incident";
  const looked = within.flatMap(({ evidence }) => (evidence === null ? [] : [evidence]));
  if (looked.length === 0) {
    const phases = [...new Set(within.map(({ phase }) => phase))].filter((phase) => phase !== "");
    return phases.length === 0 ? "the rollout was not under way" : `not looked at in ${phases.join(", ")}`;
  }
  const scope = condition === undefined ? undefined : findMetric(condition.metric)?.scope;
  const about = [
    ...(version !== undefined && (scope === "baseline" || scope === "candidate") && scope !== version
      ? [`it looks at the ${scope} alone, and the incident is the ${version}'s`]
      : []),
    ...(route !== undefined && condition?.slice?.route !== undefined && condition.slice.route !== route
      ? [`it looks at ${condition.slice.route} alone, and the incident is on ${route}`]
      : []),
  ];
  const measured = looked.filter(({ value }) => value !== null);
  if (measured.length === 0) return [...about, "its metric had nothing to measure"].join("; ");
  const decided = looked.filter(({ holds }) => holds !== "not enough data");
  if (decided.length === 0) {
    const invalid = looked.find((one) => one.invalid !== undefined)?.invalid;
    const most = Math.max(...looked.map(({ samples }) => samples));
    const needed = looked[0]?.minSamples ?? 0;
    const reason =
      invalid ?? (most < needed ? `at most ${most} of the ${needed} samples it needs` : "never sure either way");
    return [...about, reason].join("; ");
  }
  if (decided.some(({ holds }) => holds === "yes")) return [...about, "it held, but not for long enough"].join("; ");
  return [...about, rangeText(rule.looks, fromUs, decided)].join("; ");
}

/** `12 to 15, 140 before; it fires > 1000`. */
function rangeText(
  looks: readonly WatchedLook[],
  fromUs: number,
  decided: readonly NonNullable<WatchedLook["evidence"]>[],
): string {
  const values = decided.flatMap(({ value }) => (value === null ? [] : [value]));
  const short = (value: number): string => String(Number(value.toPrecision(3)));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const before = looks.findLast(({ atUs, evidence }) => atUs < fromUs && evidence !== null && evidence.value !== null);
  const was = before?.evidence?.value ?? null;
  const [one] = decided;
  const rule = one === undefined ? "" : `; it fires ${one.operator} ${short(one.limit)}`;
  const unit = one === undefined ? "" : one.metric;
  const span = low === high ? short(low) : `${short(low)} to ${short(high)}`;
  return `it does not show it: ${unit} ${span}${was === null ? "" : `, ${short(was)} before`}${rule}`;
}

type TimeSpan = readonly [fromUs: number, toUs: number];

/** The times in which a rule was looked at, ascending: a look is at the time since the one before. */
function lookedAt(looks: readonly WatchedLook[]): readonly TimeSpan[] {
  const spans: [number, number][] = [];
  let before = 0;
  for (const { atUs, evidence } of looks) {
    const last = spans.at(-1);
    if (evidence !== null && last?.[1] === before) last[1] = atUs;
    else if (evidence !== null) spans.push([before, atUs]);
    before = atUs;
  }
  return spans;
}

/** How much of some times is in no incident and not within `reachUs` after one. */
function outside(times: readonly TimeSpan[], incidents: readonly PlacedIncident[], reachUs: number): number {
  const spans = incidents
    .map(({ fromUs, toUs }): TimeSpan => [fromUs, toUs + reachUs])
    .sort(([one], [other]) => one - other);
  return times.reduce((sum, [from, to]) => {
    let covered = 0;
    let upTo = from;
    for (const [begins, ends] of spans) {
      covered += Math.max(Math.min(ends, to) - Math.max(begins, upTo), 0);
      upTo = Math.max(upTo, ends);
    }
    return sum + to - from - covered;
  }, 0);
}
