import { describe, expect, it, vi } from "vitest";
import { BrokenRehearsal, reportInternalError } from "../../src/cli/internal-error.ts";
import { InvariantError } from "../../src/engine/kernel/assert.ts";
import type * as Runner from "../../src/scenarios/runner.ts";
import { rehearse } from "./rehearse.ts";

vi.mock("../../src/scenarios/runner.ts", async (importOriginal) => {
  const original = await importOriginal<typeof Runner>();
  const planScenario: typeof Runner.planScenario = (scenario, policy, seed, overrides) => {
    if (seed === "no plan") throw new InvariantError("the plan broke");
    return original.planScenario(scenario, policy, seed, overrides);
  };
  return { ...original, planScenario };
});

describe("a mistake of the program itself", () => {
  it("ends with 70, and says what broke, the seed, and the command that breaks it again", () => {
    let stderr = "";
    const output = { write: (text: string) => void (stderr += text), isTerminal: false, stream: null };
    const error = new BrokenRehearsal(new InvariantError("time goes back"), "42", "rehearse run a.yaml --seed 42");
    expect(reportInternalError(error, "not this", output)).toBe(70);
    expect(stderr).toMatch(
      /^internal error: broken invariant: time goes back\nseed {7}42\nreproduce {2}rehearse run a.yaml --seed 42\n {4}at /u,
    );
    stderr = "";
    expect(reportInternalError("thrown text", "rehearse list", output)).toBe(70);
    expect(stderr).toBe("internal error: unexpected error: thrown text\nreproduce  rehearse list\n");
  });

  it("in the middle of a rehearsal is reported with that rehearsal's seed", async () => {
    let asked = 0;
    const nowMs = (): number => {
      asked++;
      if (asked > 1) throw new InvariantError("the clock broke");
      return 0;
    };
    const finished = await rehearse(["run", "setbull-v2/bad-candidate", "--seed", "s", "--check"], { nowMs });
    expect(finished).toMatchObject({ exitCode: 70, stdout: "" });
    expect(finished.stderr).toContain("internal error: broken invariant: the clock broke\nseed       s\n");
    expect(finished.stderr).toContain("reproduce  rehearse run setbull-v2/bad-candidate --seed s\n");
  });

  it("in planning a rehearsal is reported with that rehearsal's seed, too", async () => {
    const finished = await rehearse(["run", "setbull-v2/bad-candidate", "--seed", "no plan"]);
    expect(finished).toMatchObject({ exitCode: 70, stdout: "" });
    expect(finished.stderr).toContain("internal error: broken invariant: the plan broke\nseed       no plan\n");
    expect(finished.stderr).toContain("reproduce  rehearse run setbull-v2/bad-candidate --seed 'no plan'\n");
  });
});
