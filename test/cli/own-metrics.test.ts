/** Metrics of a scenario's own on the command line: the report, the JSON, the series, and files that do not go together. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunDocument } from "../../src/engine/result.ts";
import { folderWith, rehearse } from "./rehearse.ts";

const POLICY = `policy: shop
metrics: { conversion: boolean, basket.value: number }
phases: [{ name: CANARY, traffic: 50%, minDuration: 5m, gates: [conversion.rate > 2%] }]
triggers: ["basket.value.mean.delta < -2 over 1m, at least 200"]
`;
const SCENARIO = `scenario: shop
policy: ./policy.yaml
traffic: { constant: 50/s }
users: { population: 500 }
baseline: { latency: 10ms }
candidate: {}
`;
const METRICS = `metrics:
  conversion: { kind: boolean, baseline: 5% }
  basket.value: { kind: number, unit: EUR, baseline: 20 }
faults: [{ at: 2m, metrics: { basket.value: x 0.5 } }]
`;
const folder = folderWith({
  "policy.yaml": POLICY,
  "shop.yaml": `${SCENARIO}${METRICS}expect: [rollback.trigger is basket-value-mean-delta]\n`,
  "plain.yaml": SCENARIO,
  "other.yaml": `${SCENARIO.replace("./policy.yaml", "setbull-v2")}metrics: { returns: { kind: boolean, baseline: 1% } }\n`,
});
const at = (name: string): string => join(folder, name);

describe("metrics of a scenario's own", () => {
  it("stand in the report and in the JSON, and decide", async () => {
    const { stdout, exitCode } = await rehearse(["run", at("shop.yaml")]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Metrics of its own\n.*\n {4}CANARY +conversion\.rate +[\d.]+% +[\d.]+% +[\d,]+\n/u);
    expect(stdout).toMatch(/basket\.value\.mean +20 EUR +1\d\.\d+ EUR/u);
    expect(stdout).toMatch(/basket\.value\.mean\.delta -2\.\d+\s+< -2,/u);
    const json = await rehearse(["run", at("shop.yaml"), "--json"]);
    const { results } = JSON.parse(json.stdout) as RunDocument;
    expect(results[0]?.phases[0]?.baseline.metrics?.["basket.value"]).toMatchObject({ unit: "EUR", mean: 20 });
  });

  it("are columns of the series, empty for scenarios that have them not", async () => {
    const file = at("series.csv");
    await rehearse(["run", at("shop.yaml"), at("other.yaml"), "--series", file, "--jobs", "2"]);
    const [header = "", ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
    const names = header.split(",");
    const cell = (row: string, name: string): string => row.split(",")[names.indexOf(name)] ?? "missing";
    const first = rows.find((row) => row.startsWith("shop,1,60000,"))!;
    expect(cell(first, "baseline.basket.value.mean")).toBe("20");
    expect(cell(first, "all.returns.rate")).toBe("");
    const last = rows.at(-1)!;
    expect(cell(last, "all.basket.value.mean")).toBe("");
    expect(cell(last, "all.returns.rate")).toMatch(/^0\.\d+$/u);
    expect(new Set(rows.map((row) => row.split(",").length))).toEqual(new Set([names.length]));
  });

  it("that a policy speaks of and a scenario has not are a problem that names both files", async () => {
    const { stderr, exitCode } = await rehearse(["check", at("plain.yaml")]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `the policy ./policy.yaml speaks of the boolean conversion, and the scenario ${at("plain.yaml")} has no metric`,
    );
    const trace = ["replay", "fixtures/traces/small-shop.log", "--policy", at("policy.yaml")];
    const replayed = await rehearse(trace);
    expect(replayed.exitCode).toBe(2);
    expect(replayed.stderr).toContain(
      `the policy ${at("policy.yaml")} speaks of metrics of a scenario's own, and the trace fixtures/traces/small-shop.log has none`,
    );
  });
});
