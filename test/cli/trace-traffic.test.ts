/** Scenarios whose traffic has the shape of a recorded trace. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunDocument } from "../../src/engine/result.ts";
import { folderWith, rehearse, ROOT } from "./rehearse.ts";

const SHOP = readFileSync(join(ROOT, "fixtures/traces/small-shop.log"), "utf8");

function scenario(trace: string, more = ""): string {
  return `scenario: shop
policy:
  policy: tiny
  phases:
    - { name: FIRST, traffic: 50%, minDuration: 4m, gates: ["all.errorRate < 50%, at least 1"] }
    - { name: REST, traffic: 60%, minDuration: 14m, gates: ["all.errorRate < 50%, at least 1"] }
duration: 20m
traffic: { trace: ${trace}${more} }
baseline: { latency: 40ms }
candidate: { errors: 1% }
`;
}

const folder = folderWith({
  "traces/shop.log": SHOP,
  "traces/part.log": `${SHOP.split("\n").slice(0, 200).join("\n")}\nno line of a log\n`,
  "traces/times.csv": "ts;who\n2024-03-04 09:00:00;ana\n2024-03-04 09:00:30;ben\n2024-03-04 09:02:00;ana\n",
});

async function documentOf(text: string): Promise<RunDocument> {
  writeFileSync(join(folder, "s.yaml"), text);
  const finished = await rehearse(["run", join(folder, "s.yaml"), "--json"]);
  if (finished.stdout === "") throw new Error(finished.stderr);
  return JSON.parse(finished.stdout) as RunDocument;
}

async function requestsOf(trace: string, more = ""): Promise<number> {
  return (await documentOf(scenario(trace, more))).results[0]?.impact.requests ?? 0;
}

/** Arrivals that are evenly spaced for the rate are as many as expected, but for one. */
async function expectRequests(trace: string, expected: number, more = ""): Promise<void> {
  expect(Math.abs((await requestsOf(trace, `, spacing: even${more}`)) - expected)).toBeLessThanOrEqual(1);
}

describe("traffic: { trace }", () => {
  it("has as many requests as the trace, at its times, and none afterwards", async () => {
    await expectRequests("traces/shop.log", 562);
    const [record] = (await documentOf(scenario("{ file: traces/shop.log, step: 10s }", ", spacing: even"))).results;
    const [phase] = record?.phases ?? [];
    const recorded = SHOP.split("\n").filter((line) => /2024:09:0[0-3]:/u.test(line)).length;
    const served = (phase?.baseline.requests ?? 0) + (phase?.candidate.requests ?? 0);
    // The trace goes from second to second, and what arrives at the end of the phase is served behind it.
    expect(Math.abs(served - recorded)).toBeLessThanOrEqual(5);
    expect(record?.phases.map(({ verdict, leftAtMs }) => [verdict, leftAtMs])).toEqual([
      ["advanced", 240_000],
      ["advanced", 1_080_000],
    ]);
  });

  it("is as many requests in less time, more requests, a part of it, or all of it again and again", async () => {
    // At the recorded pace it would not be over by the time it starts again.
    await expectRequests("{ file: traces/shop.log, rate: x 2 }", 562 * 6, ", repeat: 3m");
    await expectRequests("{ file: traces/shop.log, scale: x 3.5 }", 562 * 3.5);
    await expectRequests("traces/shop.log", 562 * 2, ", repeat: 10m");
    const part = await requestsOf("{ file: traces/shop.log, to: 1m }", ", spacing: even");
    expect(part).toBeGreaterThan(50);
    expect(part).toBeLessThan(200);
  });

  it("is the same every time, and other with another seed", async () => {
    const digest = async (seed: string): Promise<string | undefined> => {
      writeFileSync(join(folder, "s.yaml"), scenario("traces/shop.log"));
      const { stdout } = await rehearse(["run", join(folder, "s.yaml"), "--json", "--seed", seed]);
      return (JSON.parse(stdout) as RunDocument).results[0]?.digest;
    };
    expect(await digest("1")).toBe(await digest("1"));
    expect(await digest("1")).not.toBe(await digest("2"));
  });

  it("reads other formats as it is told to", async () => {
    await expectRequests("{ file: traces/times.csv, columns: 'timestamp=ts,user=who', zone: UTC, step: 30s }", 3);
  });

  it("warns of rows that it may leave out", async () => {
    const { warnings } = await documentOf(scenario("{ file: traces/part.log, maxRejected: 1% }"));
    expect(warnings?.find(({ file }) => file === join(folder, "traces/part.log"))).toMatchObject({
      rule: null,
      line: 201,
    });
  });

  it("is read by check, ready and status as well", async () => {
    writeFileSync(join(folder, "s.yaml"), scenario("traces/shop.log"));
    const file = join(folder, "s.yaml");
    expect((await rehearse(["check", file])).stderr).not.toMatch(/^error/mu);
    expect((await rehearse(["status", file, "--at", "1m"])).exitCode).toBe(0);
    expect((await rehearse(["ready", file, "--profile", "plan", "--json"])).stdout).toContain('"scenario": "shop"');
  });

  it.each<[string, string, string]>([
    ["no file", "traces/shp.log", "s.yaml:8:19: traffic.trace.file: there is no such file; found traces/shp.log"],
    ["a folder", "{ file: traces }", "s.yaml:8:27: traffic.trace.file: this is a directory, not a trace; found traces"],
    ["rejected rows", "traces/part.log", "traces/part.log:201:1: 1 of 201 rows were rejected: "],
    ["the limit of those", "traces/part.log", "allowed: at most 0% (traffic.trace.maxRejected)"],
    [
      "a bad option",
      "{ file: traces/shop.log, zone: here }",
      "s.yaml:8:50: traffic.trace.zone: this is no offset from UTC",
    ],
    [
      "no such format",
      "{ file: traces/shop.log, format: csw }",
      "s.yaml:8:52: traffic.trace.format: this is no format",
    ],
    ["an empty range", "{ file: traces/shop.log, from: 2h }", "s.yaml:8:50: traffic.trace.from: no row of"],
    ["too many steps", "{ file: traces/shop.log, step: 1us }", "traffic.trace.step: the trace has too many steps"],
    [
      "too busy",
      "{ file: traces/shop.log, scale: x 1000000, rate: x 1000 }",
      "traffic.trace.scale: the trace becomes too",
    ],
  ])("refuses %s", async (_, trace, said) => {
    writeFileSync(join(folder, "s.yaml"), scenario(trace));
    for (const verb of ["run", "check"]) {
      const finished = await rehearse([verb, join(folder, "s.yaml")]);
      expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
      expect(finished.stderr.replaceAll(`${folder}/`, "")).toContain(said);
    }
  });
});
