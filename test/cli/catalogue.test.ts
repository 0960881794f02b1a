import { describe, expect, it } from "vitest";
import { METRICS } from "../../src/engine/monitor/catalogue.ts";
import { folderWith, rehearse } from "./rehearse.ts";

describe("rehearse list", () => {
  it("lists policies, scenarios and metrics, all or one kind, within 80 columns", async () => {
    const all = await rehearse(["list"]);
    for (const name of ["setbull-v2", "setbull-v2/bad-candidate", "latency.delta"]) expect(all.stdout).toContain(name);
    expect(all.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const metrics = await rehearse(["list", "metrics"]);
    for (const metric of METRICS) expect(metrics.stdout).toContain(`${metric.name} `);
    expect(metrics.stdout).not.toContain("setbull");
  });

  it("says the same in JSON", async () => {
    const lists = JSON.parse((await rehearse(["list", "--json"])).stdout) as Record<string, unknown>;
    expect(lists).toMatchObject({ schema: "rehearse.list/1", metrics: METRICS });
    expect(lists["scenarios"]).toContainEqual(expect.objectContaining({ name: "setbull-v2/bad-candidate" }));
  });
});

describe("rehearse schema", () => {
  it.each(["scenario", "policy"])("prints the JSON Schema of a %s", async (kind) => {
    const finished = await rehearse(["schema", kind]);
    expect(finished).toMatchObject({ exitCode: 0, stderr: "" });
    const schema = JSON.parse(finished.stdout) as { type: string; required: string[] };
    expect(schema.type).toBe("object");
    expect(schema.required).toContain(kind);
  });
});

describe("rehearse check", () => {
  it("says in JSON what each file is and what is wrong with it", async () => {
    const folder = folderWith({
      "good.yaml": "policy: mine\nphases: [{ name: A, traffic: 1%, minDuration: 1m }]\n",
      "bad.yaml": "policy: mine\nphases: []\n",
    });
    const finished = await rehearse(["check", folder, "--json"]);
    expect(finished.exitCode).toBe(2);
    expect(JSON.parse(finished.stdout)).toMatchObject({
      schema: "rehearse.check/1",
      files: [
        { file: `${folder}/bad.yaml`, kind: "policy", problems: [{ line: 2, path: "phases" }] },
        { file: `${folder}/good.yaml`, kind: "policy", problems: [], warnings: [{ rule: "unmeasured-phase" }] },
      ],
    });
  });
});

describe("help and version", () => {
  it("go to standard output and end with 0, within 80 columns", async () => {
    for (const argv of [["--help"], ["help", "run"], ["replay", "--help"], ["--version"]]) {
      const finished = await rehearse(argv);
      expect(finished).toMatchObject({ exitCode: 0, stderr: "" });
      expect(finished.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });
});
