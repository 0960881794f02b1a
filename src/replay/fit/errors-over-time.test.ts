import { describe, expect, it } from "vitest";
import { DRAW_UNIT, deriveStream, draw32 } from "../../engine/kernel/random.ts";
import type { ErrorModel } from "../../engine/service/version-model.ts";
import type { Trace } from "../columns.ts";
import { readImportSettings } from "../import-settings.ts";
import { importTrace } from "../import-trace.ts";
import { fitTrace } from "./fit-trace.ts";
import { goodnessOfErrors } from "./errors-over-time.ts";

const STREAM = deriveStream("errors", "over-time");
const PER_SECOND = 20;

/** A log of an hour with so many requests per second; `rateAt` is the chance to fail at a second. */
async function logOf(rateAt: (second: number) => number, seconds = 3_600): Promise<Trace> {
  const rows = Array.from({ length: seconds * PER_SECOND }, (_, row) => {
    const second = row / PER_SECOND;
    const fails = (draw32(STREAM.a, STREAM.b, row) + 0.5) * DRAW_UNIT < rateAt(second);
    return `${1_700_000_000 + second},u${row % 97},/a,${fails ? 503 : 200},${10 + (row % 41)}`;
  });
  const settings = readImportSettings({});
  if (!settings.ok) throw new Error("no settings are valid settings");
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(`ts,user,route,status,latency_ms\n${rows.join("\n")}\n`));
  }
  const trace = await importTrace(chunks(), { ...settings.value, source: "known.csv" });
  if (!trace.ok) throw new Error(trace.problems[0]?.message);
  return trace.value;
}

const allOf = (trace: Trace): Uint32Array => Uint32Array.from({ length: trace.count }, (_, row) => row);
const ofFailures = (trace: Trace): string[] =>
  fitTrace(trace).warnings.filter((warning) => warning.includes("failures of the"));

/** Chance of at most k of n, by adding up. */
function binomialUpTo(k: number, n: number, p: number): number {
  // Logarithms: of many attempts, that none fails has less of a chance than a number can say.
  let logChance = n * Math.log1p(-p);
  let total = Math.exp(logChance);
  for (let i = 1; i <= k; i++) {
    logChance += Math.log(((n - i + 1) / i) * (p / (1 - p)));
    total += Math.exp(logChance);
  }
  return total;
}

describe("failures over time", () => {
  it.each([
    [0.05, 3_600, 600],
    // So many that counts are drawn as normal ones.
    [0.4, 86_400 / 4, 6_000],
    [0.8, 3_600, 600],
  ])(
    "of a steady rate of %d have the binomial distribution of a step's attempts",
    async (rate, seconds, perStep) => {
      const trace = await logOf(() => rate, seconds);
      const model: ErrorModel = { kind: "own", ppm: rate * 1_000_000 };
      const fit = goodnessOfErrors(trace, allOf(trace), { errors: model, routes: {} }, "baseline");
      if (fit === null) throw new Error("no fit");
      expect(fit.unit).toBe("% failures");
      expect(fit.distance).toBeLessThan(1.5 * fit.critical);
      for (const { value, fitted } of fit.curve) {
        const count = Math.round((value / 100) * perStep);
        expect(Math.abs(fitted - binomialUpTo(count, perStep, rate))).toBeLessThan(0.02);
      }
    },
    30_000,
  );

  it("of bursts are in them for the part of time that their lengths make, and each route fails as its own model does", async () => {
    // All fail in the second half, so the log has both shares, none and all.
    const trace = await logOf((second) => (second < 1_800 ? 0 : 1));
    const bursts = { ppm: 1_000_000, everyUs: 240_000_000, lastsUs: 120_000_000 };
    const model: ErrorModel = { kind: "own", ppm: 0, bursts };
    const none = (version: Parameters<typeof goodnessOfErrors>[2]): number =>
      goodnessOfErrors(trace, allOf(trace), version, "baseline")?.curve.find(({ value }) => value === 0)?.fitted ?? -1;
    // A step of 30 s has no failure, if it begins in a calm, which then lasts: 2/3 exp(-30/240), and some more at the start.
    expect(none({ errors: model, routes: {} })).toBeGreaterThan((2 / 3) * Math.exp(-30 / 240) - 0.02);
    expect(none({ errors: model, routes: {} })).toBeLessThan((2 / 3) * Math.exp(-30 / 240) + 0.05);
    const own = { "/a": { latency: null, errors: { kind: "own", ppm: 0 } as const } };
    expect(none({ errors: model, routes: own })).toBe(1);
  }, 30_000);

  it("fit where outages of minutes come and go, each of which is found as one", async () => {
    const outages = [600, 1_800, 3_000];
    const trace = await logOf((second) =>
      outages.some((from) => second >= from && second < from + 300) ? 0.25 : 0.02,
    );
    const { baseline, fits } = fitTrace(trace);
    const fit = fits.find(({ what }) => what === "failures of the baseline by 30s");
    expect(fit).toMatchObject({ model: "a rate and bursts", values: 119 });
    expect(fit?.distance).toBeLessThan(0.1);
    expect(ofFailures(trace)).toEqual([]);
    expect(baseline.seenBursts.map(({ fromUs }) => Math.round(fromUs / 10_000_000))).toEqual([60, 180, 300]);
    expect(baseline.seenBursts.map(({ toUs }) => Math.round(toUs / 10_000_000))).toEqual([90, 210, 330]);
    const { errors } = baseline;
    expect((errors.bursts?.everyUs ?? 0) / 900_000_000).toBeCloseTo(1, 1);
    expect((errors.bursts?.lastsUs ?? 0) / 300_000_000).toBeCloseTo(1, 1);
    expect((errors.bursts?.ppm ?? 0) / 250_000).toBeCloseTo(1, 1);
    expect(errors.kind === "own" ? Math.abs(errors.ppm - 20_000) : 1e6).toBeLessThan(3_000);
  }, 30_000);

  it("that change for good are a warning, which says when and from what to what", async () => {
    const [warning, ...others] = ofFailures(await logOf((second) => (second < 1_800 ? 0.1 : 0.01))).toReversed();
    expect(warning).toMatch(
      /^failures of the baseline change once: (?:10|9\.\d|11)% before 30m, (?:1|0\.9\d|1\.\d)% after\. .*--to 30m, --from 30m/u,
    );
    expect(others.join("\n")).toMatch(/^poor fit: failures of the baseline by 30s \(a rate and bursts\)[^\n]*$/u);
    const worse = ofFailures(await logOf((second) => (second < 1_200 ? 0.01 : 0.1))).at(-1);
    expect(worse).toMatch(/change once: [\d.]+% before 20m, [\d.]+% after/u);
    const once = ofFailures(await logOf((second) => (second >= 600 && second < 900 ? 0.3 : 0.01)));
    expect(once.at(-1)).toMatch(/have one burst \(\d+% from (?:10m|9m5\ds|10m\ds) to (?:15m|14m5\ds|15m\ds)\)/u);
  }, 30_000);

  it("that creep up fit badly, and a warning says how they go", async () => {
    const [poor, parts] = ofFailures(await logOf((second) => (second / 3_600) ** 2 * 0.8));
    expect(poor).toMatch(/^poor fit: failures of the baseline by 30s/u);
    expect(parts).toMatch(/: [\d.]+% until 15m, [\d.]+% until 30m, [\d.]+% until 45m, [\d.]+% after$/u);
  }, 30_000);

  it("that are dealt out evenly fit badly, and a warning says that", async () => {
    const trace = await logOf((second) => (Math.round(second * PER_SECOND) % 50 === 7 ? 1 : 0));
    expect(ofFailures(trace)).toEqual([
      expect.stringMatching(/^poor fit: failures of the baseline by 30s \(a steady rate\)/u),
      "failures of the baseline are more even than independent ones: 2% to 2% of every step's attempts",
    ]);
  }, 30_000);

  it("are not compared where nothing failed", async () => {
    const trace = await logOf(() => 0, 600);
    expect(fitTrace(trace).fits.map(({ what }) => what)).not.toContain("failures of the baseline by 5s");
    const some = await logOf(() => 0.02, 600);
    expect(fitTrace(some).fits.map(({ what }) => what)).toContain("failures of the baseline by 5s");
  }, 30_000);
});
