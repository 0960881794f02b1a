/**
 * `latency.change` against the requests themselves, at every tick: of a route or of all traffic, through a monitor that
 * is late, stale, blind or scrapes seldom. What the monitor knows at a tick is said again here, in other words.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/engine/deployment/policy.ts";
import { SECOND_US } from "../../src/engine/kernel/units.ts";
import { lookAtTriggers } from "../../src/engine/looking.ts";
import { binMiddleUs, histogramBin } from "../../src/engine/monitor/histogram.ts";
import { HEALTH_LIMITS, type MonitorFault } from "../../src/engine/monitor/monitor-policy.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import { compareRanks } from "../../src/engine/statistics/rank-comparison.ts";
import { smallPlan } from "../plans/small-plan.ts";
import { phase, QUICK_POLICY, trigger } from "../plans/small-policy.ts";
import { begin, stepTo } from "../plans/stepping.ts";
import { tableWorld, tieRows, type TableRow } from "../plans/table-world.ts";
import { catchRequests, happeningsOf, type ServedRequest } from "./requests.ts";

const KEYS = 50;
const SECONDS = 24;
const ROUTES = ["/a", "/b"];
const SCOPES = ["all", "baseline", "candidate"] as const;

interface Watching {
  readonly scope: (typeof SCOPES)[number];
  readonly route: number | null;
  readonly windowSeconds: number;
  readonly scrapeSeconds: number;
  readonly faults: readonly MonitorFault[];
}

/** Rows of both routes; those of `/b` are answered in a hundredth of the time from the twelfth second on. */
function rowsOf(seed: string): TableRow[] {
  const spec = { everyUs: 40_000, together: 2, untilUs: SECONDS * SECOND_US, keys: KEYS, candidateErrorPpm: 100_000 };
  return tieRows({ seed, ...spec, candidateFactor: 3 }).map((row) => {
    const isFast = row.route === 1 && row.atUs >= 12 * SECOND_US;
    return isFast ? { ...row, baselineUs: row.baselineUs / 100, candidateUs: row.candidateUs / 100 } : row;
  });
}

function planOf(rows: readonly TableRow[], { scope, route, windowSeconds, scrapeSeconds, faults }: Watching) {
  const change = trigger("change", `${scope}.latency.change`, 1, {
    operator: "<",
    minSamples: 1,
    window: { kind: "sliding", lengthUs: windowSeconds * SECOND_US },
    action: "notify",
    ...(route === null ? {} : { slice: { route: ROUTES[route] ?? "" } }),
  });
  const policy: Policy = {
    ...QUICK_POLICY,
    phases: [phase("A", 400_000, 100 * SECOND_US, [])],
    triggers: [change],
    alerts: [],
    monitor: { recentErrors: 0, by: [], health: HEALTH_LIMITS, scrapeEveryUs: scrapeSeconds * SECOND_US },
  };
  return smallPlan({ world: tableWorld(rows, KEYS), policy, monitorFaults: faults, horizonUs: SECONDS * SECOND_US });
}

/** Up to which second the monitor knows the figures, at a second; null: it knows none. */
function knownSecond(second: number, { faults, scrapeSeconds }: Watching): number | null {
  const under = faults.filter(({ atUs, untilUs }) => atUs <= second * SECOND_US && second * SECOND_US < untilUs);
  const ages = under.map(({ atUs, effect }) => {
    switch (effect.kind) {
      case "blind":
        return null;
      case "stale":
        return Math.floor(atUs / SECOND_US);
      case "late":
        return second - Math.ceil(effect.lateUs / SECOND_US);
    }
  });
  if (ages.includes(null)) return null;
  const known = Math.min(second, ...(ages as number[]));
  return known < 0 ? null : known - (known % scrapeSeconds);
}

/** The p-value and the lesser number of attempts, of what was complete in the window until a second and in the one before. */
function changeAt(requests: readonly ServedRequest[], scope: Watching["scope"], untilSecond: number, window: number) {
  const { attempts } = happeningsOf(requests, true);
  const latencies = (from: number, until: number): number[] =>
    attempts
      .filter(({ isCandidate }) => scope === "all" || isCandidate === (scope === "candidate"))
      .filter(({ doneUs }) => doneUs >= Math.max(from, 0) * SECOND_US && doneUs < until * SECOND_US)
      .map(({ us }) => binMiddleUs(histogramBin(us)));
  const earlier = latencies(untilSecond - 2 * window, untilSecond - window);
  const later = latencies(untilSecond - window, untilSecond);
  if (earlier.length === 0 || later.length === 0) return { value: null, samples: 0 };
  const values = [...new Set([...earlier, ...later])].sort((one, other) => one - other);
  const counts = (some: readonly number[]) => values.map((value) => some.filter((one) => one === value).length);
  const compared = compareRanks({ values, first: counts(earlier), second: counts(later) });
  return { value: compared?.pValue ?? null, samples: Math.min(earlier.length, later.length) };
}

/** What the rule sees at every second, beside what the requests say that it has to. */
function watch(rows: readonly TableRow[], watching: Watching) {
  const caught: ServedRequest[] = [];
  const plan: RehearsalPlan = catchRequests(planOf(rows, watching), caught);
  const stepping = begin(plan);
  const routeOf = new Map(rows.map(({ draw, route }) => [draw, route]));
  return Array.from({ length: SECONDS - 1 }, (_, i) => {
    const second = i + 1;
    stepTo(stepping, second * SECOND_US);
    const [look] = lookAtTriggers(stepping.stack.ready, stepping.state);
    const known = knownSecond(second, watching);
    const requests = caught.filter(({ draw }) => watching.route === null || routeOf.get(draw) === watching.route);
    const expected =
      known === null ? { value: null, samples: 0 } : changeAt(requests, watching.scope, known, watching.windowSeconds);
    return { second, seen: { value: look?.value, samples: look?.samples }, expected, holds: look?.holds };
  });
}

const faults: fc.Arbitrary<MonitorFault[]> = fc.array(
  fc
    .record({
      atUs: fc.nat(16 * SECOND_US),
      lastsUs: fc.integer({ min: 1, max: 16 * SECOND_US }),
      effect: fc.oneof(
        fc.constant({ kind: "stale" } as const),
        fc.constant({ kind: "blind" } as const),
        fc.integer({ min: 1, max: 9 * SECOND_US }).map((lateUs) => ({ kind: "late", lateUs }) as const),
      ),
    })
    .map(({ atUs, lastsUs, effect }) => ({ name: "", atUs, untilUs: atUs + lastsUs, effect })),
  { maxLength: 2 },
);
const watching: fc.Arbitrary<Watching> = fc.record({
  scope: fc.constantFrom(...SCOPES),
  route: fc.constantFrom(null, 0, 1),
  windowSeconds: fc.integer({ min: 1, max: 5 }),
  scrapeSeconds: fc.constantFrom(1, 1, 3),
  faults,
});

describe("a comparison in time", () => {
  it("is of the requests that the monitor knows of, in the two windows up to where it knows them", () => {
    let measured = 0;
    let late = 0;
    fc.assert(
      fc.property(fc.string({ maxLength: 3 }), watching, (seed, how) => {
        for (const { second, seen, expected } of watch(rowsOf(seed), how)) {
          expect(seen.samples, `at ${second} s`).toBe(expected.samples);
          if (expected.value === null) expect(seen.value, `at ${second} s`).toBeNull();
          else expect(seen.value, `at ${second} s`).toBeCloseTo(expected.value, 12);
          if (expected.value === null) continue;
          measured++;
          if (how.route !== null && knownSecond(second, how) !== second) late++;
        }
      }),
      { numRuns: 60 },
    );
    expect(measured).toBeGreaterThan(300);
    expect(late).toBeGreaterThan(50);
  });

  it("sees a route that has become faster as late as the monitor is, and not while that is stale", () => {
    const rows = rowsOf("faster");
    const held = (route: number | null, effect: MonitorFault["effect"] | null, untilSecond = 100): number[] => {
      const fault = (one: MonitorFault["effect"]): MonitorFault => ({
        name: "",
        atUs: 10 * SECOND_US,
        untilUs: untilSecond * SECOND_US,
        effect: one,
      });
      const how: Watching = {
        scope: "all",
        route,
        windowSeconds: 3,
        scrapeSeconds: 1,
        faults: effect === null ? [] : [fault(effect)],
      };
      return watch(rows, how)
        .filter(({ holds }) => holds === "yes")
        .map(({ second }) => second);
    };
    const onTime = held(1, null);
    expect(onTime[0]).toBe(14);
    expect(held(0, null)).toEqual([]);
    expect(held(1, { kind: "late", lateUs: 3.5 * SECOND_US })).toEqual(onTime.map((second) => second + 4));
    expect(held(1, { kind: "stale" })).toEqual([]);
    expect(held(1, { kind: "stale" }, 15)).toEqual(onTime.filter((second) => second >= 15));
  });
});
