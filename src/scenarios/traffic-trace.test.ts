import { describe, expect, it } from "vitest";
import type { Problem } from "../engine/kernel/problem.ts";
import type { VaryingArrivals } from "../engine/traffic/traffic.ts";
import { readScenario } from "./scenario-file.ts";
import type { TraceShapes, TraceTraffic } from "./traffic-trace.ts";

const MINUTE = 60_000_000;

function scenario(traffic: string): string {
  return `scenario: s\npolicy: setbull-v2\ntraffic: ${traffic}\nbaseline: { latency: 1ms }\ncandidate: { latency: 1ms }\n`;
}

const SHAPE: VaryingArrivals = {
  kind: "varying",
  points: [
    { atUs: 0, perSecond: 3 },
    { atUs: MINUTE, perSecond: 0 },
  ],
  repeatUs: null,
  spacing: "poisson",
};

/** Gives the same shape of any trace, and keeps what was asked for. */
function shapesInto(asked: TraceTraffic[]): TraceShapes {
  return (trace) => {
    asked.push(trace);
    return { ok: true, value: SHAPE, warnings: [] };
  };
}

function problemsOf(traffic: string, shapes?: TraceShapes): readonly Partial<Problem>[] {
  const read = readScenario(scenario(traffic), "some/folder/s.yaml", shapes);
  return read.ok ? [] : read.problems;
}

describe("traffic of a trace", () => {
  it("asks for the file beside the scenario, as it is to be read", () => {
    const asked: TraceTraffic[] = [];
    const arrivals = (traffic: string): unknown => {
      const read = readScenario(scenario(traffic), "some/folder/s.yaml", shapesInto(asked));
      return read.ok ? read.value.traffic.arrivals : read.problems;
    };
    expect(arrivals("{ trace: shop.log }")).toEqual(SHAPE);
    const long = "{ file: ../a.csv, step: 10s, rate: x 35, scale: x 0.5, zone: +02:00, from: 10m, maxRejected: 1% }";
    expect(arrivals(`{ trace: ${long}, spacing: even, repeat: 2m }`)).toEqual({
      ...SHAPE,
      spacing: "even",
      repeatUs: 2 * MINUTE,
    });
    expect(arrivals("{ trace: /var/log/shop.log }")).toEqual(SHAPE);
    const usual = { step: MINUTE, rate: 1, scale: 1 };
    expect(asked).toEqual([
      { path: "some/folder/shop.log", ...usual },
      {
        path: "some/a.csv",
        step: MINUTE / 6,
        rate: 35,
        scale: 0.5,
        zone: "+02:00",
        from: "10m",
        maxRejected: "1%",
      },
      { path: "/var/log/shop.log", ...usual },
    ]);
  });

  it("shows what is wrong with the trace at its key, and what is wrong inside of it at its own line", () => {
    const problem = (line: number, path: string): Problem => {
      const nothing = { found: null, allowed: null, suggestion: null };
      return { source: "a.log", line, column: line, path, message: "wrong", ...nothing };
    };
    const shapes: TraceShapes = () => ({
      ok: false,
      problems: [problem(0, ""), problem(0, "zone"), problem(7, "")],
    });
    expect(problemsOf("{ trace: { file: a.log, zone: x } }", shapes)).toMatchObject([
      { source: "some/folder/s.yaml", line: 3, column: 27, path: "traffic.trace.file", found: "a.log" },
      { source: "some/folder/s.yaml", line: 3, column: 40, path: "traffic.trace.zone", found: null },
      { source: "a.log", line: 7, path: "" },
    ]);
  });

  it("is refused where nobody reads traces", () => {
    expect(problemsOf("{ trace: a.log }")).toMatchObject([
      { line: 3, path: "traffic.trace.file", message: expect.stringContaining("no traces are read") },
    ]);
  });

  it.each([
    ["{ trace: a.log, repeat: 30s }", "traffic.repeat", "the rates start again before they are over"],
    ["{ trace: a.log, poisson: 1/s }", "traffic", "traffic is of one kind"],
    ["{ trace: '' }", "traffic.trace", "the file's name is empty"],
    ["{ trace: { step: 1m } }", "traffic.trace", "file is missing"],
    ["{ trace: { file: a.log, step: 25h } }", "traffic.trace.step", "a step is at most a day"],
    ["{ trace: { file: a.log, rate: 3 } }", "traffic.trace.rate", "this is not a factor"],
    ["{ trace: { file: a.log, scal: x 3 } }", "traffic.trace.scal", "unknown key"],
  ])("%s is refused", (traffic, path, message) => {
    expect(problemsOf(traffic, shapesInto([]))).toMatchObject([{ path, message }]);
  });
});
