import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { QUICK_POLICY } from "../../test/plans/small-policy.ts";
import { HEALTH_LIMITS } from "../engine/monitor/monitor-policy.ts";
import type { RehearsalPlan } from "../engine/plan.ts";
import { step } from "../engine/kernel/simulation.ts";
import { createStack, recordStack, startStack } from "../engine/stack.ts";
import { createApplicationLog } from "./application-log.ts";

const SECOND = 1_000_000;

function logOf(plan: RehearsalPlan): string[] {
  let text = "";
  const log = createApplicationLog(plan, (more) => {
    text += more;
  });
  const stack = createStack(plan);
  const state = startStack(stack);
  while (step(stack.model, state)) log.take(stack.ready, state);
  log.end(recordStack(stack, state));
  return text.trimEnd().split("\n");
}

describe("the application log", () => {
  const monitor = {
    summaryEveryUs: 5 * SECOND,
    reportEveryUs: 5 * SECOND,
    recentErrors: 4,
    by: [],
    health: HEALTH_LIMITS,
  };
  const plan = smallPlan({
    perSecond: 100,
    baseline: { errorPpm: 200_000 },
    policy: { ...QUICK_POLICY, monitor },
    faults: [
      candidateFault(12 * SECOND, 60 * SECOND, { errorPpm: 900_000 }),
      candidateFault(12 * SECOND, 60 * SECOND, { failsHealth: true }),
    ],
    operator: [{ atUs: 3 * SECOND, by: "ann", reason: "look\u0007 here", action: { kind: "pause" } }],
    horizonUs: 80 * SECOND,
  });
  const resumed = {
    ...plan,
    operator: [...plan.operator, { ...plan.operator[0]!, atUs: 4 * SECOND, action: { kind: "resume" } as const }],
  };

  it("has a line for everything, in the order of time, with levels that can be searched", () => {
    const lines = logOf(resumed);
    const times = lines.map((line) => line.slice(0, 12));
    expect(times).toEqual(times.toSorted());
    for (const line of lines) {
      expect(line).toMatch(
        /^\d\d:\d\d:\d\d\.\d{3} (INFO |WARN |ERROR|PANIC|FATAL) (service|monitor|deployment|scenario) \S/u,
      );
    }
    const text = lines.join("\n");
    expect(lines[0]).toBe("00:00:00.000 INFO  scenario small: policy setbull-v2, seed 7");
    expect(text).toMatch(/00:00:05\.000 INFO {2}monitor METRICS SUMMARY: Total=\d+, /u);
    expect(text).toMatch(/ERROR service (?:baseline|candidate) attempt failed: error on GET \//u);
    expect(text).toMatch(/ERROR service \d+ more failed attempts before this, not kept one by one/u);
    expect(text).toContain("WARN  deployment pause: look here [operator:ann]");
    expect(text).toMatch(/ERROR deployment rollback: trigger /u);
    expect(text).toContain("FATAL monitor health: candidate failed 3 health polls");
    expect(text).toMatch(/INFO {2}monitor FINAL STAGE REPORT: Stage=CANARY, Version=V1/u);
    expect(lines.at(-1)).toMatch(/INFO {2}scenario rolled-back: the rollback is verified$/u);
  });

  it("counts every failure, kept one by one or not", () => {
    const lines = logOf(resumed);
    const one = lines.filter((line) => line.includes(" attempt failed: ")).length;
    const more = lines.reduce((sum, line) => sum + Number(/(\d+) more failed attempts/u.exec(line)?.[1] ?? 0), 0);
    const stack = createStack(resumed);
    const state = startStack(stack);
    while (step(stack.model, state));
    expect(one + more).toBe(recordStack(stack, state).errors?.total);
  });
});
