import { describe, expect, it } from "vitest";
import { describeProblem } from "../engine/kernel/problem.ts";
import type { Traffic } from "../engine/traffic/traffic.ts";
import { readScenario } from "./scenario-file.ts";

const scenario = (rest: string): string => `scenario: s
policy: setbull-v2
baseline: { latency: 80ms }
candidate: {}
${rest}`;

function trafficOf(text: string): Traffic {
  const read = readScenario(scenario(text), "s.yaml");
  if (!read.ok) throw new Error(read.problems.map(describeProblem).join("\n"));
  return read.value.traffic;
}

function problems(text: string): string[] {
  const read = readScenario(scenario(text), "s.yaml");
  return read.ok ? [] : read.problems.map(describeProblem);
}

const varying = { kind: "varying", spacing: "poisson", repeatUs: null };

describe("traffic in a file", () => {
  it.each([
    ["{ poisson: 200/s }", { kind: "poisson", perSecond: 200 }],
    ["{ constant: 600/min }", { kind: "constant", perSecond: 10 }],
    [
      "{ rates: [{ at: 0s, rate: 5/s }, { at: 10s, rate: 0/s }], repeat: 1m, spacing: even }",
      {
        kind: "varying",
        spacing: "even",
        repeatUs: 60_000_000,
        points: [
          { atUs: 0, perSecond: 5 },
          { atUs: 10_000_000, perSecond: 0 },
        ],
      },
    ],
    [
      '{ rates: "0s,5/s\\n10s,7/s" }',
      {
        ...varying,
        points: [
          { atUs: 0, perSecond: 5 },
          { atUs: 10_000_000, perSecond: 7 },
        ],
      },
    ],
    [
      "{ ramp: { from: 0/s, to: 9/s, over: 1s } }",
      {
        ...varying,
        points: [
          { atUs: 0, perSecond: 0 },
          { atUs: 1_000_000, perSecond: 9 },
        ],
      },
    ],
    [
      "{ flashCrowd: { usual: 1/s, peak: 9/s, at: 1s, holds: 5s } }",
      {
        ...varying,
        points: [
          { atUs: 1_000_000, perSecond: 1 },
          { atUs: 11_000_000, perSecond: 9 },
          { atUs: 16_000_000, perSecond: 9 },
          { atUs: 76_000_000, perSecond: 1 },
        ],
      },
    ],
    [
      "{ bursts: { calm: 1/s, burst: 9/s, every: 5m, lasts: 20s } }",
      { kind: "bursts", calmPerSecond: 1, burstPerSecond: 9, calmUs: 300_000_000, burstUs: 20_000_000 },
    ],
  ])("%s", (text, arrivals) => {
    expect(trafficOf(`traffic: ${text}`).arrivals).toEqual(arrivals);
  });

  it("knows a day", () => {
    const { arrivals } = trafficOf("traffic: { daily: { low: 5/s, high: 9/s } }");
    expect(arrivals).toMatchObject({ kind: "varying", repeatUs: 86_400_000_000 });
    const noon = arrivals.kind === "varying" ? arrivals.points[14 * 4] : undefined;
    expect(noon).toEqual({ atUs: 14 * 3_600_000_000, perSecond: 9 });
  });

  it.each([
    ["{}", "traffic is of one kind; found none; allowed: one of poisson, constant, rates, daily, ramp"],
    ["{ poisson: 1/s, daily: { low: 1/s, high: 2/s } }", "traffic is of one kind; found poisson, daily"],
    ["{ dayly: { low: 1/s, high: 2/s } }", "did you mean daily?"],
    ["{ rates: [] }", "at least one is needed"],
    [
      "{ rates: [{ at: 5s, rate: 1/s }, { at: 4s, rate: 1/s }] }",
      "times must not descend; found 4s; allowed: 5s or later",
    ],
    ["{ rates: [{ at: 5s, rate: 0/s }] }", "there are no requests: every rate is 0/s"],
    ["{ rates: [{ at: 5s, rate: 1/s }], repeat: 4s }", "the rates start again before they are over; found 4s"],
    ["{ rates: [{ at: 5s, rat: 1/s }] }", "unknown key; found rat; allowed: at, rate"],
    ['{ rates: "5s 1/s" }', "a line is a time and a rate; found 5s 1/s; allowed: 10m, 300/s"],
    ["{ rates: 5/s }", "a line is a time and a rate; found 5/s"],
    ["{ poisson: 1/s, repeat: 4s }", "only rates and traces can be repeated"],
    ["{ poisson: 1/s, spacing: even }", "the arrivals of poisson are spaced already"],
    ["{ daily: { low: 3/s, high: 2/s } }", "the lowest rate of the day is above the highest"],
    ["{ daily: { low: 1/s, high: 2/s, peak: 25h } }", "this is not a time of day; found 1d1h"],
    ["{ ramp: { from: 0/s, to: 0/s, over: 1s } }", "there are no requests"],
    ["{ bursts: { calm: 0/s, burst: 0/s, every: 1s, lasts: 1s } }", "there are no requests"],
    ["{ flashCrowd: { usual: 1/s, at: 1s, holds: 5s } }", "peak is missing"],
  ])("refuses %s", (text, message) => {
    expect(problems(`traffic: ${text}`)).toContainEqual(expect.stringContaining(message));
  });
});

describe("users in a file", () => {
  const users = (text: string) => trafficOf(`traffic: { poisson: 1/s }\nusers: ${text}`).users;

  it("are as many as it says, equally busy, and known by themselves", () => {
    expect(users("{ population: 7 }")).toEqual({ population: 7 });
    expect(users("{}")).toEqual({ population: 100_000 });
  });

  it("are busy by Zipf's law, divided into segments, and have sessions", () => {
    expect(
      users("{ population: 7, zipf: 1.1, segments: { region: { eu: 40%, us: 60% } }, identity: session }"),
    ).toEqual({
      population: 7,
      zipf: 1.1,
      segments: [
        {
          name: "region",
          values: [
            { name: "eu", ppm: 400_000 },
            { name: "us", ppm: 600_000 },
          ],
        },
      ],
      sessions: { kind: "time", lengthUs: 1_800_000_000 },
    });
    expect(users("{ identity: session, session: { requests: 3 } }").sessions).toEqual({
      kind: "requests",
      requests: 3,
    });
    expect(users("{ identity: session, session: { lasts: 3s } }").sessions).toEqual({
      kind: "time",
      lengthUs: 3_000_000,
    });
    expect(users("{ identity: none }").sessions).toEqual({ kind: "none" });
  });

  it.each([
    ["{ population: 0 }", "this must be at least 1"],
    ["{ zipf: 0 }", "this must be more than 0"],
    ["{ segments: { region: { eu: 40%, us: 50% } } }", "the shares must add up to all users; found 90%; allowed: 100%"],
    ["{ segments: { region: {} } }", "the shares must add up to all users; found 0%"],
    ["{ segments: { region: { eu: 100% } , a b: { c: 100% } } }", "this is not a name; found a b"],
    ["{ identity: sesion }", "did you mean session?"],
    ["{ session: { lasts: 3s } }", "requests have no sessions; allowed: identity: session"],
    ["{ identity: session, session: {} }", "a session has a length in requests or in time"],
    ["{ identity: session, session: { lasts: 3s, requests: 4 } }", "a session has a length in requests or in time"],
  ])("refuses %s", (text, message) => {
    expect(problems(`traffic: { poisson: 1/s }\nusers: ${text}`)).toContainEqual(expect.stringContaining(message));
  });

  it("refuses more combinations of segments than a column of bytes holds", () => {
    const values = (count: number): string =>
      `{ ${Array.from({ length: count }, (_, i) => `v${i}: ${i === 0 ? 100 - count + 1 : 1}%`).join(", ")} }`;
    const text = `traffic: { poisson: 1/s }\nusers: { segments: { a: ${values(16)}, b: ${values(16)} } }`;
    expect(problems(text)).toContainEqual(expect.stringContaining("too many combinations of segments; found 256"));
  });
});
