import { describe, expect, it } from "vitest";
import { loadRehearsal } from "./built-in.ts";
import { rehearseScenario } from "./runner.ts";
import { readScenario } from "./scenario-file.ts";

function problemsOf(pipeline: string): (readonly [string, string])[] {
  const text = `scenario: s\npolicy: setbull-v2\ntraffic: { constant: 1/s }\nbaseline: { latency: 1ms }\ncandidate: { latency: x 1 }\n${pipeline}`;
  const read = readScenario(text, "s.yaml");
  return read.ok ? [] : read.problems.map(({ path, message }) => [path, message] as const);
}

describe("a pipeline in a file", () => {
  it("has exactly one rollout, names of its own, and times", () => {
    expect(
      problemsOf("pipeline: [{ stage: build, does: build, takes: 1m..2m }, { stage: go, does: rollout }]"),
    ).toEqual([]);
    expect(problemsOf("pipeline: [{ stage: build, takes: 1m }]")).toEqual([
      ["pipeline", "exactly one stage does the rollout"],
    ]);
    expect(
      problemsOf("pipeline: [{ stage: go, does: rollout, takes: 1m }, { stage: go, does: rollout }, { stage: x }]").map(
        ([path]) => path,
      ),
    ).toEqual(["pipeline", "pipeline[0].takes", "pipeline[1].stage", "pipeline[2]"]);
    expect(
      problemsOf("pipeline: [{ stage: a, takes: 1m, onFailure: rollback }, { stage: go, does: rollout }]"),
    ).toEqual([["pipeline[0].onFailure", "before the rollout there is nothing to roll back"]]);
  });

  it("and parity that names a defect there is not is refused", () => {
    expect(problemsOf("parity: { faults: [{ defect: lost-typ }] }").map(([path]) => path)).toEqual([
      "parity.faults[0].defect",
    ]);
  });
});

describe("the scenarios of a deployment", () => {
  it.each(["deployment", "failing-build", "parity-faults", "restart-v1-only", "sick-after-rollout"])(
    "%s keeps its expectations",
    (name) => {
      const file = `fixtures/readiness/${name}.yaml`;
      const loaded = loadRehearsal(file);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
      const { expectations } = rehearseScenario(loaded.value.scenario, loaded.value.policy, null);
      expect(expectations.length).toBeGreaterThan(3);
      expect(expectations.filter(({ held }) => !held)).toEqual([]);
    },
  );
});
