import { describe, expect, it } from "vitest";
import type { PhaseRecord, VersionFigures } from "../engine/result.ts";
import { ownMetricLines } from "./own-metric-text.ts";
import { createTheme } from "./theme.ts";

const theme = createTheme({ colour: false, ascii: false });
const figures = (metrics?: VersionFigures["metrics"]): VersionFigures => ({
  requests: 1,
  attempts: 1,
  errors: 0,
  fallbacks: 0,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  p999Ms: null,
  meanMs: null,
  ...(metrics === undefined ? {} : { metrics }),
});
const phase = (baseline: VersionFigures, candidate: VersionFigures): PhaseRecord => ({
  name: "CANARY",
  trafficPercent: 1,
  enteredAtMs: 0,
  leftAtMs: 1,
  verdict: "held",
  baseline,
  candidate,
});

describe("metrics of a scenario's own", () => {
  it("stand beside each other by version, with their unit; a dash is absent", () => {
    const basket = { samples: 12_345, unit: "EUR", mean: 30.22, p50: 19.791872, p95: 89.65, p99: 1, p999: 1 };
    const lines = ownMetricLines(
      {
        phases: [
          phase(
            figures({ conversion: { samples: 0, rate: null }, "basket.value": basket }),
            figures({ conversion: { samples: 200, rate: 0.0575 }, "basket.value": { ...basket, mean: 1_000_000_000 } }),
          ),
        ],
      },
      theme,
    );
    expect(lines.map((text) => text.trim().replace(/ +/gu, " "))).toEqual([
      "Metrics of its own",
      "baseline candidate served",
      "CANARY conversion.rate - 5.75% 200",
      "basket.value.mean 30.22 EUR 1000000000 .. 12,345",
      "basket.value.p50 19.7919 EUR 19.7919 EUR 12,345",
      "basket.value.p95 89.65 EUR 89.65 EUR 12,345",
    ]);
    expect(lines.every((text) => text.length <= 80)).toBe(true);
  });

  it("are not there where there are none", () => {
    expect(ownMetricLines({ phases: [phase(figures(), figures())] }, theme)).toEqual([]);
  });
});
