import { describe, expect, it } from "vitest";
import { candidateFault, smallPlan } from "../../test/plans/small-plan.ts";
import { PERCENT, QUICK_POLICY } from "../../test/plans/small-policy.ts";
import type { AlertRule } from "./deployment/policy.ts";
import { isHealthy, keepsFiring, type AlertNotice } from "./monitoring-alerts.ts";
import type { Decision } from "./result.ts";
import { rehearse } from "./stack.ts";
import type { HealthState } from "./stack-state.ts";

const SECOND = 1_000_000;
const alert: AlertRule = {
  name: "errors",
  metric: "candidate.errorRate",
  operator: ">",
  limit: 30 * PERCENT,
  window: { kind: "sliding", lengthUs: SECOND },
  minSamples: 1,
  forUs: 2 * SECOND,
  severity: "critical",
};

describe("alerts", () => {
  const plan = (change: Partial<AlertRule>) =>
    smallPlan({
      policy: { ...QUICK_POLICY, triggers: [], alerts: [{ ...alert, ...change }] },
      faults: [
        candidateFault(14 * SECOND, 18 * SECOND, { errorPpm: 900_000 }),
        candidateFault(20 * SECOND, 22 * SECOND, { errorPpm: 900_000 }),
      ],
      horizonUs: 40 * SECOND,
    });
  const heard = (change: Partial<AlertRule>): AlertNotice[] => {
    const notices: AlertNotice[] = [];
    rehearse(plan(change), { onAlert: (notice) => notices.push(notice) });
    return notices;
  };

  it("are raised after their time and resolved at once, and delivered once each, in order", () => {
    const notices = heard({});
    expect(notices.map(({ change, atMs, name, severity }) => [name, severity, change, atMs / 1_000])).toEqual([
      ["errors", "critical", "raised", 17],
      ["errors", "critical", "resolved", 19],
    ]);
    expect(notices[0]?.evidence).toMatchObject({ holds: "yes", metric: "candidate.errorRate" });
  });

  it("keep firing until their condition has not held for so long", () => {
    // It holds again at 21 s and 22 s, three seconds after it last did: the alert stays raised until 22 s + 4 s.
    expect(heard({ keepFiringUs: 4 * SECOND }).map(({ change, atMs }) => [change, atMs / 1_000])).toEqual([
      ["raised", 17],
      ["resolved", 26],
    ]);
    expect(keepsFiring({ ...alert, keepFiringUs: 5 }, { heldSinceUs: -1, raised: true }, 9)).toBe(false);
  });

  it("tell whoever listens, and change nothing", () => {
    const decisions: Decision[] = [];
    const lines: string[] = [];
    const quiet = plan({});
    const monitored = {
      ...quiet,
      policy: {
        ...quiet.policy,
        monitor: {
          summaryEveryUs: 10 * SECOND,
          recentErrors: 0,
          by: [],
          health: {
            errors: { degradedPpm: 1, unhealthyPpm: 1 },
            cpu: { degradedPpm: 1, unhealthyPpm: 1 },
            memory: { degradedPpm: 1, unhealthyPpm: 1 },
            workers: { degradedPpm: 1, unhealthyPpm: 1 },
          },
        },
      },
    };
    const record = rehearse(monitored, {
      onDecision: (decision) => decisions.push(decision),
      onLogLine: (line, atMs) => lines.push(`${atMs} ${line}`),
    });
    expect(record).toEqual(rehearse(monitored));
    expect(decisions).toEqual(record.decisions);
    expect(lines.map((line) => line.slice(0, 28))).toEqual(
      [10, 20, 30, 40].map((s) => `${s}000 METRICS SUMMARY: Total`),
    );
  });
});

describe("health by polls", () => {
  it("fails after so many failed polls, and is back after so many answered ones", () => {
    const health: HealthState = { polls: 0, failedPolls: 0, ok: true };
    const polls = "x.xx.xxx.x..x...";
    const seen = polls.split("").map((poll) => {
      const fails = poll === "x";
      health.failedPolls = fails ? health.failedPolls + 1 : 0;
      health.ok = isHealthy(health, fails, { pollUs: 1, failures: 3, recoveries: 3 });
      return health.ok ? "1" : "0";
    });
    expect(seen.join("")).toBe("1111111000000001");
    const once: HealthState = { polls: 0, failedPolls: 4, ok: false };
    expect(isHealthy(once, false, { pollUs: 1, failures: 3 })).toBe(true);
  });
});
