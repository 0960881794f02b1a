import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stageLine, summaryLine } from "./summary-line.ts";

/** One decimal, halves up, by whole numbers of any size. */
function tenths(part: number, whole: number, factor: bigint): string {
  const scaled = BigInt(part) * factor * 10n;
  const doubled = (2n * scaled) / BigInt(whole);
  const rounded = (doubled + 1n) / 2n;
  const digits = rounded.toString().padStart(2, "0");
  return `${digits.slice(0, -1)}.${digits.slice(-1)}`;
}

describe("summary line", () => {
  it("is to the letter what the system's documents show", () => {
    const line = summaryLine({
      baselineRequests: 500,
      candidateRequests: 500,
      errors: 5,
      fallbacks: 2,
      cache: { hits: 852, lookups: 1_000 },
      memoryBytes: [45_200_000, 32_100_000],
      uptimeUs: (2 * 60 + 15) * 60_000_000,
    });
    expect(line).toBe(
      "METRICS SUMMARY: Total=1000, V1=500, V2=500, Errors=5 (0.5%), Fallbacks=2 (0.4%), Cache=85.2%, Memory=45.2MB/32.1MB, Uptime=2h15m",
    );
  });

  it("has exactly this form for any figures", () => {
    const count = fc.integer({ min: 0, max: 2 ** 40 });
    const facts = fc.record({
      baselineRequests: count,
      candidateRequests: count,
      errors: count,
      fallbacks: count,
      cache: fc.option(fc.record({ hits: count, lookups: count })),
      v1: fc.option(count),
      v2: fc.option(count),
      seconds: fc.nat(10_000_000),
    });
    fc.assert(
      fc.property(facts, ({ v1, v2, seconds, ...figures }) => {
        const { baselineRequests, candidateRequests, errors, fallbacks, cache } = figures;
        const rate = (part: number, whole: number): string => (whole === 0 ? "n/a" : `${tenths(part, whole, 100n)}%`);
        const megabytes = (bytes: number | null): string =>
          bytes === null ? "n/a" : `${tenths(bytes, 1_000_000, 1n)}MB`;
        const total = baselineRequests + candidateRequests;
        const h = Math.floor(seconds / 3_600);
        const m = Math.floor(seconds / 60) - 60 * h;
        const s = seconds - 3_600 * h - 60 * m;
        const uptime = `${h > 0 ? `${h}h` : ""}${m > 0 ? `${m}m` : ""}${s > 0 || seconds === 0 ? `${s}s` : ""}`;
        expect(summaryLine({ ...figures, memoryBytes: [v1, v2], uptimeUs: seconds * 1_000_000 + 999_999 })).toBe(
          `METRICS SUMMARY: Total=${total}, V1=${baselineRequests}, V2=${candidateRequests}, ` +
            `Errors=${errors} (${rate(errors, total)}), Fallbacks=${fallbacks} (${rate(fallbacks, candidateRequests)}), ` +
            `Cache=${cache === null ? "n/a" : rate(cache.hits, cache.lookups)}, ` +
            `Memory=${v1 === null && v2 === null ? "n/a" : `${megabytes(v1)}/${megabytes(v2)}`}, Uptime=${uptime}`,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("stage report", () => {
  it("says requests, errors, error rate, quantiles and duration", () => {
    // Half of the requests were declined: no attempts, and the rate of those that were made is no better for them.
    const counts = { requests: 4_000, attempts: 2_000, errors: 3, fallbacks: 0 };
    const figures = { ...counts, p50Ms: 80.04, p95Ms: 1, p99Ms: 600.15, meanMs: null };
    expect(stageLine("CANARY", "V2", { ...figures, p999Ms: null }, 7_200_000_000)).toBe(
      "STAGE REPORT: Stage=CANARY, Version=V2, Requests=4000, Errors=3 (0.2%), P50=80.0ms, P99=600.2ms, P999=n/a, Duration=2h",
    );
  });
});
