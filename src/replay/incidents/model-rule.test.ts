import { expect, it } from "vitest";
import type { OutcomeSources, PartSources, TraceSources } from "../../engine/trace-record.ts";
import { restsOnModel } from "./model-rule.ts";

const LOG: OutcomeSources = { recorded: 51, resampled: 0, modelled: 49 };
const MODEL: OutcomeSources = { recorded: 25, resampled: 25, modelled: 50 };
const known: PartSources = { result: LOG, latency: LOG };
const sourcesOf = (of: Partial<TraceSources["sources"]>): TraceSources => ({
  ...LOG,
  sources: { baseline: known, counterfactual: known, candidate: known, ...of },
});

it("is asked of the version and of the part of its outcomes that the metric is made of", () => {
  const slow = sourcesOf({ candidate: { result: LOG, latency: MODEL } });
  const of = (sources: TraceSources) => (metric: string) => restsOnModel(metric, sources);
  const ALL = [
    "candidate.latency.p99",
    "latency.mannWhitney",
    "candidate.errorRate",
    "candidate.fallbackRate",
    "errorRate.delta",
    "all.latency.change",
    "baseline.errorRate",
    "candidate.health.ok",
    "candidate.memory.share",
  ];
  expect(ALL.filter(of(slow))).toEqual(["candidate.latency.p99", "latency.mannWhitney"]);
  expect(ALL.filter(of(sourcesOf({ candidate: { result: MODEL, latency: LOG } })))).toEqual([
    "candidate.errorRate",
    "candidate.fallbackRate",
    "errorRate.delta",
  ]);
  expect(ALL.filter(of(sourcesOf({ baseline: { result: MODEL, latency: MODEL } })))).toEqual([
    "latency.mannWhitney",
    "errorRate.delta",
    "all.latency.change",
    "baseline.errorRate",
  ]);
  expect(ALL.filter(of(sourcesOf({})))).toEqual([]);
});
