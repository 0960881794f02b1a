/** The shape of traffic in scenario files: when requests arrive. */
import { z } from "zod";
import { DAY_US, SECOND_US } from "../engine/kernel/units.ts";
import type { ArrivalModel, RatePoint, VaryingArrivals } from "../engine/traffic/traffic.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity, sentence } from "./field.ts";
import { parseDuration, parsePositiveDuration, parseRate, writeDuration } from "./quantity.ts";
import {
  DAILY_PEAK_US,
  complainOfRates,
  dailyRates,
  flashCrowdRates,
  parseRateLines,
  parseRateOrNone,
  rampRates,
} from "./traffic-rates.ts";
import { traceShape } from "./traffic-trace.ts";

const ratePoint = mapping(
  { at: quantity(parseDuration, "When: 10m"), rate: quantity(parseRateOrNone, "The rate then: 300/s") },
  "A point of the curve",
).transform(({ at, rate }): RatePoint => ({ atUs: at, perSecond: rate }));

/** Kinds of traffic, by their keys: one of them stands in a file. */
const kinds = {
  poisson: quantity(parseRate, "Independent arrivals: 200/s").optional(),
  constant: quantity(parseRate, "Evenly spaced arrivals: 200/s").optional(),
  rates: z
    .union([z.array(ratePoint).min(1), sentence(parseRateLines, "One point to a line: 10m, 300/s")], {
      error: "rates are a list of points, or lines of a time and a rate",
    })
    .optional()
    .meta({
      description: "A rate that goes evenly from point to point: [{ at: 0s, rate: 50/s }, { at: 10m, rate: 300/s }]",
    }),
  daily: mapping(
    {
      low: quantity(parseRateOrNone, "The lowest rate of the day: 50/s"),
      high: quantity(parseRate, "The highest rate of the day: 400/s"),
      peak: quantity(parseDuration, "Time of day of the highest rate (default: 14h)").default(DAILY_PEAK_US),
      start: quantity(parseDuration, "Time of day at which the run starts (default: 0s, midnight)").default(0),
    },
    "A daily curve, repeated every 24 hours",
  ).optional(),
  ramp: mapping(
    {
      from: quantity(parseRateOrNone, "The rate before: 10/s"),
      to: quantity(parseRateOrNone, "The rate after: 500/s"),
      at: quantity(parseDuration, "When it begins to change (default: 0s)").default(0),
      over: quantity(parsePositiveDuration, "How long it takes: 30m"),
    },
    "From one rate evenly to another",
  ).optional(),
  flashCrowd: mapping(
    {
      usual: quantity(parseRateOrNone, "The rate before and after: 100/s"),
      peak: quantity(parseRate, "The rate of the crowd: 2000/s"),
      at: quantity(parseDuration, "When it comes: 20m"),
      rise: quantity(parseDuration, "How long it takes to come (default: 10s)").default(10 * SECOND_US),
      holds: quantity(parseDuration, "How long it stays: 5m"),
      fall: quantity(parseDuration, "How long it takes to go (default: 60s)").default(60 * SECOND_US),
    },
    "A crowd that comes, stays and goes",
  ).optional(),
  bursts: mapping(
    {
      calm: quantity(parseRateOrNone, "The rate outside bursts: 100/s"),
      burst: quantity(parseRateOrNone, "The rate in a burst: 800/s"),
      every: quantity(parsePositiveDuration, "Mean time between two bursts: 5m"),
      lasts: quantity(parsePositiveDuration, "Mean length of a burst: 20s"),
    },
    "Independent arrivals at one of two rates, which take turns for times of random length",
  ).optional(),
  trace: traceShape,
} as const;
const KINDS = Object.keys(kinds) as (keyof typeof kinds)[];

/** Traffic, as it stands in a file. */
export const trafficShape = mapping(
  {
    ...kinds,
    repeat: quantity(parsePositiveDuration, "The rates start again so often: 24h (default: never)").optional(),
    spacing: z.enum(["poisson", "even"]).optional().meta({
      description: "Arrivals of rates, daily, ramp, flashCrowd and trace: independent (default: poisson), or even",
    }),
  },
  "When requests arrive: { poisson: 200/s }, { constant: 200/s }, or one of rates, daily, ramp, flashCrowd, bursts, trace",
);

/** What a file says of traffic. */
export type TrafficText = z.output<typeof trafficShape>;

/** Complains of traffic that is of no kind or of several, and of what its numbers contradict. */
export function checkTraffic(traffic: Partly<TrafficText>, report: Report): void {
  if (traffic === undefined) return;
  const given = KINDS.filter((kind) => kind in traffic);
  if (given.length !== 1) {
    const found = given.length === 0 ? "none" : given.join(", ");
    report(["traffic"], complain("traffic is of one kind", { found, allowed: `one of ${KINDS.join(", ")}` }));
    return;
  }
  checkRates(traffic, report);
  const { daily, bursts, ramp } = traffic;
  if (daily?.low !== undefined && daily.high !== undefined && daily.low > daily.high) {
    report(["traffic", "daily", "low"], complain("the lowest rate of the day is above the highest"));
  }
  for (const key of ["peak", "start"] as const) {
    const atUs = daily?.[key];
    if (atUs === undefined || atUs < DAY_US) continue;
    report(
      ["traffic", "daily", key],
      complain("this is not a time of day", { found: writeDuration(atUs), allowed: "0s to 24h" }),
    );
  }
  if (bursts?.calm === 0 && bursts.burst === 0) report(["traffic", "bursts"], complain("there are no requests"));
  if (ramp?.from === 0 && ramp.to === 0) report(["traffic", "ramp"], complain("there are no requests"));
  const isVarying = ["rates", "daily", "ramp", "flashCrowd", "trace"].includes(given[0] ?? "");
  if (!isVarying && traffic.spacing !== undefined) {
    report(["traffic", "spacing"], complain(`the arrivals of ${given[0]} are spaced already`));
  }
}

function checkRates(traffic: Partly<TrafficText> & object, report: Report): void {
  const { rates, repeat } = traffic;
  if (repeat !== undefined && !("rates" in traffic) && !("trace" in traffic)) {
    report(["traffic", "repeat"], complain("only rates and traces can be repeated; a daily curve always is"));
  }
  if (!Array.isArray(rates)) return;
  const points = (rates as readonly Partly<RatePoint>[]).map((point) => point ?? {});
  for (const { index, complaint } of complainOfRates(points as Partial<RatePoint>[], repeat ?? null)) {
    report(index < 0 ? ["traffic", "rates"] : ["traffic", "rates", index, "at"], complaint);
  }
}

/** The arrivals that traffic of a file stands for; `traced` are those of its trace, where it names one. */
export function buildArrivals(traffic: TrafficText, traced: VaryingArrivals | null = null): ArrivalModel {
  if (traced !== null) return traced;
  const { poisson, constant, rates, daily, ramp, flashCrowd, bursts, spacing = "poisson", repeat } = traffic;
  if (poisson !== undefined) return { kind: "poisson", perSecond: poisson };
  if (bursts !== undefined) {
    const { calm, burst, every, lasts } = bursts;
    return { kind: "bursts", calmPerSecond: calm, burstPerSecond: burst, calmUs: every, burstUs: lasts };
  }
  const varying = { kind: "varying", spacing, repeatUs: null } as const;
  if (rates !== undefined) return { ...varying, points: rates, repeatUs: repeat ?? null };
  if (daily !== undefined) return { ...varying, ...dailyRates(daily.low, daily.high, daily.peak, daily.start) };
  if (ramp !== undefined) return { ...varying, points: rampRates(ramp.from, ramp.to, ramp.at, ramp.over) };
  if (flashCrowd !== undefined) {
    const { usual, peak, at, rise, holds, fall } = flashCrowd;
    const times = { atUs: at, riseUs: rise, holdsUs: holds, fallUs: fall };
    return { ...varying, points: flashCrowdRates(usual, peak, times) };
  }
  return { kind: "constant", perSecond: constant ?? 0 };
}
