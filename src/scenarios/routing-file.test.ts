import { describe, expect, it } from "vitest";
import type { Policy } from "../engine/deployment/policy.ts";
import { describeProblem } from "../engine/kernel/problem.ts";
import { QUICK_POLICY } from "../../test/plans/small-policy.ts";
import { warnOfRouting } from "./routing-file.ts";
import { rehearseScenario } from "./runner.ts";
import { readScenario } from "./scenario-file.ts";

const SMALL = `scenario: small
policy: setbull-v2
traffic: { poisson: 200/s }
baseline: { latency: 80ms }
candidate: {}
`;

function read(text: string) {
  const result = readScenario(`${SMALL}${text}`, "s.yaml");
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join("\n"));
  return result.value;
}

function problems(text: string): string[] {
  const result = readScenario(`${SMALL}${text}`, "s.yaml");
  return result.ok ? [] : result.problems.map(describeProblem);
}

describe("routing in a scenario file", () => {
  it("is left out where one plain router does", () => {
    expect(read("").routing).toBeUndefined();
    expect(read("router: { propagation: 3s }\n")).toMatchObject({ propagationUs: 3_000_000 });
    expect(read("router: { propagation: 3s }\n").routing).toBeUndefined();
  });

  it("reads everything", () => {
    const { routing } = read(`users: { population: 100, segments: { plan: { free: 90%, pro: 10% } } }
routers: { count: 5, poll: 10s, reach: user }
router:
  propagation: 200ms
  killPropagation: 50ms
  bucketing: launchdarkly
  flag: new-report
  salt: c0ffee
  seed: 61
  stickiness: user
  allow: [u17]
  deny: [u18, u19]
  segments: { plan=pro: 100%, plan=free: 0.01% }
flagStore: { unreachable: [{ at: 2m, for: 1m, routers: [2, 5] }, { at: 9m }] }
killSwitch: [{ at: 12m, for: 5m, by: ana, why: smoke }, { at: 30m }]
`);
    expect(routing).toEqual({
      routers: { kind: "polling", count: 5, pollUs: 10_000_000, readUs: 200_000 },
      reach: "user",
      bucketing: { kind: "launchdarkly", flag: "new-report", salt: "c0ffee", seed: 61 },
      stickiness: "user",
      targeting: {
        allow: ["u17"],
        deny: ["u18", "u19"],
        segments: [
          { where: { plan: "pro" }, sharePpm: 1_000_000 },
          { where: { plan: "free" }, sharePpm: 100 },
        ],
      },
      outages: [
        { atUs: 120_000_000, untilUs: 180_000_000, routers: [1, 4] },
        { atUs: 540_000_000, untilUs: Number.MAX_SAFE_INTEGER, routers: null },
      ],
      killSwitch: [
        { atUs: 720_000_000, on: true, by: "ana", reason: "smoke" },
        { atUs: 1_020_000_000, on: false, by: "ana", reason: "smoke" },
        { atUs: 1_800_000_000, on: true, by: "operator", reason: "" },
      ],
      killDelayUs: 50_000,
    });
  });

  it.each([
    ["routers: [1s, 2s]\n", { kind: "delayed", delaysUs: [1_000_000, 2_000_000] }, "request"],
    ["routers: { delays: [0s], reach: user }\n", { kind: "delayed", delaysUs: [0] }, "user"],
    ["router: { stickiness: request, propagation: 2s }\n", { kind: "delayed", delaysUs: [2_000_000] }, "request"],
  ])("%s", (text, routers, reach) => {
    expect(read(text).routing).toMatchObject({ routers, reach });
  });

  it.each([
    ["{ bucketing: canonical, flag: f }", { kind: "canonical", flag: "f" }],
    ["{ bucketing: unleash }", { kind: "unleash", group: "rollout" }],
    ["{ bucketing: unleash, group: g }", { kind: "unleash", group: "g" }],
    ["{ bucketing: growthbook-v1, seed: 7 }", { kind: "growthbook-v1", seed: "7" }],
    ["{ bucketing: growthbook-v2 }", { kind: "growthbook-v2", seed: "rollout" }],
    ["{ bucketing: flagd, flag: f }", { kind: "flagd", flag: "f" }],
    ["{ bucketing: launchdarkly }", { kind: "launchdarkly", flag: "rollout", salt: "rollout", seed: null }],
  ])("router: %s", (router, mode) => {
    expect(read(`router: ${router}\n`).routing?.bucketing).toEqual(mode);
  });

  it.each([
    ["router: { bucketing: unlesh }\n", /router.bucketing: .*found unlesh.*unleash/],
    [
      "router: { bucketing: flagd, group: g }\n",
      /router.group: flagd does not hash this; found g; allowed: bucketing: unleash/,
    ],
    ["router: { flag: f, salt: s }\n", /router.salt: canonical does not hash this/],
    ["router: { bucketing: launchdarkly, seed: one }\n", /LaunchDarkly's seeds are numbers; found one/],
    ["router: { killPropagation: 1s }\n", /nobody throws the kill switch/],
    ["router: { propagation: 1s }\nrouters: [2s]\n", /have delays of their own/],
    ["router: { segments: { plan=pro: 5% } }\n", /router.segments.plan=pro: the users have no such segment/],
    ["router: { segments: { pro: 5% } }\n", /this is not a segment; found pro/],
    ["routers: { count: 0, poll: 1s }\n", /routers.count: this must be at least 1/],
    ["routers: { count: 257, poll: 1s }\n", /at most 256/],
    ["routers: { count: 2, poll: 0s }\n", /duration of nothing/],
    ["routers: { count: 2 }\n", /routers: poll is missing/],
    ["routers: []\n", /at least one is needed/],
    [
      "routers: [1s]\nflagStore: { unreachable: [{ at: 1m, routers: [2] }] }\n",
      /there is no such router; found 2; allowed: 1 to 1/,
    ],
    ["killSwitch: [{ at: 1m, for: 2m }, { at: 2m }]\n", /killSwitch\[1\].at: throws come in order/],
    ["killSwitch: [{ at: 1m }, { at: 2m }]\n", /killSwitch\[1\].at: throws come in order/],
    ["flagStore: { unreachable: [{ from: 1m }] }\n", /flagStore.unreachable\[0\].*from/],
  ])("is refused: %s", (text, says) => {
    expect(problems(text).join("\n")).toMatch(says);
  });
});

describe("warnings of routing", () => {
  const policy: Policy = { ...QUICK_POLICY, phases: [{ ...QUICK_POLICY.phases[0]!, name: "TINY", trafficPpm: 5_000 }] };
  const warnings = (text: string): string[] => warnOfRouting(read(text), policy).map(describeProblem);

  it("are none where nothing is unwise", () => {
    expect(warnings("")).toEqual([]);
    expect(warnings("router: { bucketing: flagd }\nrouters: [1s, 2s]\n")).toEqual([]);
  });

  it.each([
    ["router: { bucketing: unleash }\n", /TINY: 0.5 % yields nobody/],
    ["router: { bucketing: growthbook-v1 }\n", /does not keep flags apart/],
    ["router: { stickiness: session }\n", /requests do not name their session/],
    ["users: { identity: none }\nrouter: { stickiness: user }\n", /requests do not name their user/],
    ["users: { identity: session }\nrouter: { deny: [u1] }\n", /the lists match nobody/],
  ])("%s", (text, says) => {
    expect(warnings(text).join("\n")).toMatch(says);
  });
});

describe("a scenario with several routers", () => {
  it("tells in its record and its figures who met two that disagreed", () => {
    const scenario = read(`users: { population: 500 }
routers: { count: 4, poll: 20s }
expect:
  - routing.routers is 4
  - routing.bucketing is canonical
  - routing.routerFlips > 0
  - routing.tornUsers > 0
  - routing.slowestUpdate > 5s
  - routing.slowestUpdate <= 21s
`);
    const record = rehearseScenario(scenario, QUICK_POLICY, "5", {}, { check: true });
    expect(record.expectations.filter(({ held }) => !held)).toEqual([]);
    expect(record.expectations).toHaveLength(6);
  });
});
