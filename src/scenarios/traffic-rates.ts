/** Rates that change with time, in files: lists of points, lines of text, and the usual shapes made of them. */
import { DAY_US, HOUR_US, MINUTE_US } from "../engine/kernel/units.ts";
import type { RatePoint, VaryingArrivals } from "../engine/traffic/traffic.ts";
import { complain, parsed, refused, showFound, type Complaint, type Parsed } from "./complaint.ts";
import { parseDuration, parseRate, writeDuration, type QuantityText } from "./quantity.ts";

/** A daily curve has a point so often. */
const DAILY_STEP_US = 15 * MINUTE_US;

/** A rate, which may be none at all: `0/s`. */
export function parseRateOrNone(text: QuantityText): Parsed<number> {
  return /^\s*0+(\.0+)?\s*\/\s*(s|min|m|h|d)\s*$/.test(String(text)) ? parsed(0) : parseRate(text);
}

/** Reads points written one to a line, `10m, 300/s`, with or without a first line that says `at, rate`. */
export function parseRateLines(text: string): Parsed<RatePoint[]> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (/^\s*at\s*,\s*rate\s*$/i.test(lines[0] ?? "")) lines.shift();
  if (lines.length === 0) return refused(complain("there are no rates in this", { found: showFound(text) }));
  const complaints: Complaint[] = [];
  const points = lines.map((line): RatePoint => {
    const [at = "", rate = "", ...rest] = line.split(",");
    const [atUs, perSecond] = [parseDuration(at), parseRateOrNone(rate)];
    if (rest.length > 0 || !line.includes(",")) {
      complaints.push(complain("a line is a time and a rate", { found: showFound(line), allowed: "10m, 300/s" }));
    } else {
      complaints.push(...(atUs.ok ? [] : atUs.complaints), ...(perSecond.ok ? [] : perSecond.complaints));
    }
    return { atUs: atUs.ok ? atUs.value : 0, perSecond: perSecond.ok ? perSecond.value : 0 };
  });
  return complaints.length > 0 ? { ok: false, complaints } : parsed(points);
}

/** What is wrong with a list of points, with the index of the point (-1: the whole). */
export function complainOfRates(
  points: readonly Partial<RatePoint>[],
  repeatUs: number | null,
): { readonly index: number; readonly complaint: Complaint }[] {
  const wrong: { readonly index: number; readonly complaint: Complaint }[] = [];
  for (const [index, { atUs }] of points.entries()) {
    const beforeUs = points[index - 1]?.atUs;
    if (atUs === undefined || beforeUs === undefined || atUs >= beforeUs) continue;
    const allowed = `${writeDuration(beforeUs)} or later`;
    wrong.push({ index, complaint: complain("times must not descend", { found: writeDuration(atUs), allowed }) });
  }
  if (points.every(({ perSecond }) => perSecond === 0)) {
    wrong.push({ index: -1, complaint: complain("there are no requests: every rate is 0/s") });
  }
  const lastUs = points.at(-1)?.atUs;
  if (repeatUs !== null && lastUs !== undefined && repeatUs < lastUs) {
    const allowed = `at least ${writeDuration(lastUs)}, the last point's time`;
    const found = writeDuration(repeatUs);
    wrong.push({ index: -1, complaint: complain("the rates start again before they are over", { found, allowed }) });
  }
  return wrong;
}

/** A day: a sine between two rates, the highest at a time of day; the run starts at another. */
export function dailyRates(
  lowest: number,
  highest: number,
  peakUs: number,
  startUs: number,
): Pick<VaryingArrivals, "points" | "repeatUs"> {
  const points: RatePoint[] = [];
  for (let atUs = 0; atUs <= DAY_US; atUs += DAILY_STEP_US) {
    const turn = (2 * Math.PI * (startUs + atUs - peakUs)) / DAY_US;
    points.push({ atUs, perSecond: (lowest + highest) / 2 + ((highest - lowest) / 2) * Math.cos(turn) });
  }
  return { points, repeatUs: DAY_US };
}

/** From one rate evenly to another. */
export function rampRates(from: number, to: number, atUs: number, overUs: number): VaryingArrivals["points"] {
  return [
    { atUs, perSecond: from },
    { atUs: atUs + overUs, perSecond: to },
  ];
}

/** A crowd that comes, stays and goes. */
export function flashCrowdRates(
  usual: number,
  peak: number,
  times: { readonly atUs: number; readonly riseUs: number; readonly holdsUs: number; readonly fallUs: number },
): VaryingArrivals["points"] {
  const risenUs = times.atUs + times.riseUs;
  const fallsUs = risenUs + times.holdsUs;
  return [
    { atUs: times.atUs, perSecond: usual },
    { atUs: risenUs, perSecond: peak },
    { atUs: fallsUs, perSecond: peak },
    { atUs: fallsUs + times.fallUs, perSecond: usual },
  ];
}

/** Default peak of a day: ours, no document says. */
export const DAILY_PEAK_US = 14 * HOUR_US;
