import { describe, expect, it } from "vitest";
import { SAMPLE_TRACE } from "../../test/cli/sample-record.ts";
import type { OutcomeSources, PartSources, TraceRecord, TraceSources } from "../engine/trace-record.ts";
import { createTheme } from "./theme.ts";
import { modelWarnings, traceLines } from "./trace-text.ts";

const RECORDED: OutcomeSources = { recorded: 100, resampled: 0, modelled: 0 };
const RESAMPLED: OutcomeSources = { recorded: 10, resampled: 90, modelled: 0 };
const MODELLED: OutcomeSources = { recorded: 0, resampled: 50, modelled: 50 };
const KNOWN: PartSources = { result: RECORDED, latency: RECORDED };
const LATENCY_MODELLED: PartSources = { result: RECORDED, latency: MODELLED };

function sourcesOf(of: Partial<TraceSources["sources"]>, whole: OutcomeSources = RECORDED): TraceSources {
  return { ...whole, sources: { baseline: KNOWN, counterfactual: KNOWN, candidate: KNOWN, ...of } };
}
function warningsOf(of: Partial<TraceSources["sources"]>, whole?: OutcomeSources): string[] {
  return modelWarnings({ ...SAMPLE_TRACE, ...sourcesOf(of, whole) });
}
const lines = (trace: TraceRecord): string =>
  traceLines(trace, createTheme({ colour: false, ascii: true }))
    .join(" ")
    .replace(/\s+/gu, " ");

describe("what carries the verdict", () => {
  it("is the log where everything is recorded or resampled", () => {
    const resampled = { result: RESAMPLED, latency: RESAMPLED };
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ candidate: resampled, counterfactual: resampled, baseline: resampled }, RESAMPLED)).toEqual([]);
  });

  it("is a model where half of the candidate's results or latencies are its own, each by itself", () => {
    expect(warningsOf({ candidate: LATENCY_MODELLED }, MODELLED)).toEqual([
      "the verdict rests on the model: 50% of the candidate's latencies are modelled, not recorded",
    ]);
    expect(warningsOf({ candidate: { result: MODELLED, latency: RESAMPLED } }, MODELLED)).toEqual([
      "the verdict rests on the model: 50% of the candidate's results are modelled, not recorded",
    ]);
    expect(warningsOf({ candidate: { result: MODELLED, latency: MODELLED } }, MODELLED)).toEqual([
      "the verdict rests on the model: 50% of the candidate's outcomes are modelled, not recorded",
    ]);
    // A third of the one and a third of the other, of different requests.
    const third = { recorded: 66, resampled: 0, modelled: 34 };
    const both = { recorded: 32, resampled: 0, modelled: 68 };
    expect(warningsOf({ candidate: { result: third, latency: third } }, both)).toEqual([
      "the verdict rests on the model: 68% of the candidate's outcomes are modelled, not recorded",
    ]);
  });

  it("is a model as well where the baseline's outcomes are, be it only of what the candidate got", () => {
    expect(warningsOf({ baseline: LATENCY_MODELLED, counterfactual: LATENCY_MODELLED })).toEqual([
      "the verdict rests on the model: 50% of the baseline's latencies are modelled, not recorded",
    ]);
    expect(warningsOf({ counterfactual: { result: MODELLED, latency: MODELLED } })).toEqual([
      "who was harmed and who was slowed rests on the model: 50% of the baseline's results and latencies of requests " +
        "routed to the candidate are modelled, not recorded",
    ]);
  });

  it("is looked for in the last phase that has any request, where it is not in all", () => {
    const none = { recorded: 0, resampled: 0, modelled: 0 };
    const nothing = { result: none, latency: none };
    const phases = [
      { phase: "CANARY", ...sourcesOf({}) },
      { phase: "RAMP", ...sourcesOf({ candidate: LATENCY_MODELLED }, MODELLED) },
      { phase: "FULL", ...sourcesOf({ candidate: nothing, counterfactual: nothing }, none) },
    ];
    expect(modelWarnings({ ...SAMPLE_TRACE, ...sourcesOf({}), phases })).toEqual([
      "the verdict rests on the model: in RAMP, 50% of the candidate's latencies are modelled, not recorded",
    ]);
  });
});

describe("where outcomes are from", () => {
  it("is told of each version, of results and latencies apart where they differ", () => {
    const trace = { ...SAMPLE_TRACE, ...sourcesOf({ candidate: LATENCY_MODELLED }, MODELLED) };
    expect(lines(trace)).toContain(
      "baseline 100% recorded, 0% resampled, 0% modelled candidate results: 100% recorded, 0% resampled, 0% modelled; " +
        "latencies: 0% recorded, 50% resampled, 50% modelled",
    );
    const guessed = { result: RESAMPLED, latency: RESAMPLED };
    expect(lines({ ...SAMPLE_TRACE, ...sourcesOf({ counterfactual: guessed }) })).toContain(
      "of requests routed to the candidate: 10% recorded, 90% resampled, 0% modelled",
    );
  });
});
