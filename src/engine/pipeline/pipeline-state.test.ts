import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PipelineStage } from "./pipeline-plan.ts";
import { drawStage, recordPipeline, startPipelineState } from "./pipeline-state.ts";

const STAGE: PipelineStage = {
  name: "build",
  does: "build",
  durationUs: 100,
  durationMaxUs: 199,
  failsPpm: 250_000,
  retries: 0,
  onFailure: "stop",
};

describe("an attempt of a stage", () => {
  it("takes a time within its range, both ends possible, and fails as often as it is said to", () => {
    const attempts = Array.from({ length: 4_000 }, (_, i) => drawStage(STAGE, "1", i + 1));
    const times = attempts.map(({ takesUs }) => takesUs);
    expect([Math.min(...times), Math.max(...times)]).toEqual([100, 199]);
    // 1,000 of 4,000 expected, with a deviation of 27.4: five of them to each side.
    expect(Math.abs(attempts.filter(({ fails }) => fails).length - 1_000)).toBeLessThan(137);
  });

  it("never fails at 0 and always at 100 %, and has nothing to do with other stages", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3 }), fc.nat(1_000), (seed, attempt) => {
        expect(drawStage({ ...STAGE, failsPpm: 0 }, seed, attempt).fails).toBe(false);
        expect(drawStage({ ...STAGE, failsPpm: 1_000_000 }, seed, attempt).fails).toBe(true);
        expect(drawStage({ ...STAGE, durationMaxUs: 100 }, seed, attempt).takesUs).toBe(100);
        expect(drawStage(STAGE, seed, attempt)).toEqual(drawStage({ ...STAGE, retries: 3 }, seed, attempt));
      }),
    );
    const luck = (name: string): number[] =>
      Array.from({ length: 20 }, (_, i) => drawStage({ ...STAGE, name }, "1", i).takesUs);
    expect(luck("build")).not.toEqual(luck("tests"));
  });
});

describe("the record of a pipeline", () => {
  it("has what ended, what is under way, and what never began", () => {
    const plan = { stages: [STAGE, { ...STAGE, name: "go" }, { ...STAGE, name: "after" }] };
    const { pipeline } = startPipelineState(plan);
    if (pipeline === undefined) throw new Error("there is a pipeline");
    pipeline.ended.push({ stage: 0, attempt: 1, startedAtUs: 0, endedAtUs: 2_000, failed: false });
    Object.assign(pipeline, { status: "under way", stage: 1, attempt: 2, startedAtUs: 2_000 });
    expect(recordPipeline(plan, pipeline)).toEqual({
      pipeline: {
        status: "under way",
        failedStage: null,
        stages: [
          { name: "build", startedAtMs: 0, endedAtMs: 2, result: "done", attempt: 1 },
          { name: "go", startedAtMs: 2, endedAtMs: null, result: "under way", attempt: 2 },
        ],
        notBegun: ["after"],
      },
    });
    expect([startPipelineState(undefined), recordPipeline(undefined, undefined)]).toEqual([{}, {}]);
  });
});
