import { describe, expect, it } from "vitest";
import {
  appendRow,
  createTraceBuilder,
  NO_BYTES,
  NO_LATENCY,
  VERSION_BASELINE,
  VERSION_CANDIDATE,
  VERSION_UNKNOWN,
  type Trace,
} from "./columns.ts";
import { defaultBaseline } from "./default-baseline.ts";
import { indexOf } from "./dictionary.ts";
import { defaultFailureRules } from "./failure.ts";
import { finishTrace } from "./finish-trace.ts";
import { describeReplayed } from "./import-report.ts";

function traceOf(latencies: readonly number[], onCandidate: (row: number) => boolean): Trace {
  const builder = createTraceBuilder();
  latencies.forEach((us, i) => {
    const version = onCandidate(i) ? VERSION_CANDIDATE : VERSION_UNKNOWN;
    const status = i % 10 === 0 ? 500 : 200;
    const key = indexOf(builder.keys, `u${i % 3}`);
    appendRow(builder, i, key, indexOf(builder.routes, "/"), status, us, version, NO_BYTES, i + 1, i);
  });
  return finishTrace(builder, { source: "test", format: "test", notes: [], failure: defaultFailureRules() });
}

describe("the baseline where none is given", () => {
  it("is fitted to what the baseline answered, and to nothing else", () => {
    const latencies = Array.from({ length: 2_000 }, (_, i) => (i < 1_000 ? (i + 1) * 1_000 : 9_999_999));
    const { model, fitted } = defaultBaseline(traceOf(latencies, (row) => row >= 1_000));
    expect(fitted).toBe(true);
    expect(model.latency).toEqual({
      kind: "lognormal",
      points: [
        { quantile: 0.5, us: 500_000 },
        { quantile: 0.9, us: 900_000 },
        { quantile: 0.99, us: 990_000 },
      ],
    });
    expect(model.errors).toEqual({ kind: "own", ppm: 100_000 });
  });

  it("is not fitted to rows that do not say who answered, where others do", () => {
    const latencies = Array.from({ length: 600 }, (_, i) => (i < 200 ? 7_000 : 9_999_999));
    const unmarked = traceOf(latencies, () => false);
    const version = unmarked.columns.version.map((_, row) => (row < 200 ? VERSION_BASELINE : VERSION_UNKNOWN));
    const columns = { ...unmarked.columns, version };
    const trace = {
      ...unmarked,
      columns,
      report: { ...unmarked.report, ...describeReplayed(columns), namesBaseline: true },
    };
    expect(defaultBaseline(trace)).toMatchObject({ model: { latency: { kind: "constant", us: 7_000 } }, fitted: true });
  });

  it("is constant where latencies do not differ", () => {
    const { model } = defaultBaseline(
      traceOf(
        Array.from({ length: 200 }, () => 7_000),
        () => false,
      ),
    );
    expect(model.latency).toEqual({ kind: "constant", us: 7_000 });
  });

  it("is guessed where next to none was recorded", () => {
    const latencies = Array.from({ length: 200 }, (_, i) => (i < 99 ? 7_000 : NO_LATENCY));
    const { model, fitted } = defaultBaseline(traceOf(latencies, () => false));
    expect(fitted).toBe(false);
    expect(model.latency).toMatchObject({ points: [{ us: 100_000 }, { us: 1_000_000 }] });
  });
});
