import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, rehearse, ROOT } from "./rehearse.ts";

const CSV = join(ROOT, "fixtures/traces/small-shop.csv");
const LOG = join(ROOT, "fixtures/traces/small-shop.log");
const folder = folderWith({
  "own.yaml":
    "policy: own\nphases: [{ name: A, traffic: 100%, minDuration: 1m, gates: [candidate.errorRate < 50%] }]\n",
});
const at = (name: string): string => join(folder, name);

describe("rehearse fit", () => {
  it("writes a scenario that is read back and rehearses, and plots how well it fits within 80 columns", async () => {
    const written = await rehearse(["fit", CSV, "--output", at("shop.yaml"), "--policy", at("own.yaml"), "--ascii"]);
    expect(written.exitCode).toBe(0);
    expect(written.stdout).toMatch(
      /gaps between arrivals\n {4}exponential\n {4}\+ cannot be told apart: distance 0\.0/u,
    );
    expect(written.stdout).toMatch(/latency of the candidate\n[^]*100% \|/u);
    expect(written.stdout).toMatch(/^[\n -~]*$/u);
    for (const line of written.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(written.stderr).toContain("next:  rehearse run");
    const checked = await rehearse(["check", at("shop.yaml")]);
    expect(checked).toMatchObject({ exitCode: 0, stderr: "" });
    expect(readFileSync(at("shop.yaml"), "utf8")).toContain('policy: "./own.yaml"');
    const run = await rehearse(["run", at("shop.yaml"), "--json"]);
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({ results: [{ outcome: "completed" }] });
  });

  it("prints the scenario where no file is named, and everything as one document with --json", async () => {
    const printed = await rehearse(["fit", LOG, "--from", "1m", "--to", "5m"]);
    expect(printed.exitCode).toBe(0);
    expect(printed.stdout).toMatch(/^# Fitted to [^\n]*small-shop\.log: \d+ requests within [34]m/u);
    expect(printed.stderr).toContain("the trace does not tell versions apart: the candidate is the same");
    writeFileSync(at("printed.yaml"), printed.stdout);
    expect((await rehearse(["check", at("printed.yaml")])).exitCode).toBe(0);
    const json = await rehearse(["fit", LOG, "--json"]);
    const document = JSON.parse(json.stdout) as {
      schema: string;
      scenario: string;
      fits: object[];
      users: object;
      baseline: object;
    };
    expect(document.fits).toContainEqual(
      expect.objectContaining({ what: expect.stringMatching(/^failures of the baseline by/u), unit: "% failures" }),
    );
    expect(document.baseline).toMatchObject({ seenBursts: expect.any(Array) });
    expect(document.schema).toBe("rehearse.fit/1");
    expect(document.scenario).toContain("policy: setbull-v2");
    expect(document.fits[0]).toMatchObject({ what: "gaps between arrivals", unit: "mean gaps" });
    expect((await rehearse(["fit", LOG, "--strict"])).exitCode).toBe(3);
  });

  it("names the scenario after the file, as scenarios may be named", async () => {
    writeFileSync(at("04_02 shop (ä).csv"), readFileSync(CSV));
    const odd = await rehearse(["fit", at("04_02 shop (ä).csv"), "--output", at("odd.yaml")]);
    expect(odd.exitCode).toBe(0);
    expect(readFileSync(at("odd.yaml"), "utf8")).toContain("\nscenario: trace-04_02-shop-\n");
  });

  it("makes folders, and overwrites neither the log nor the policy that it reads", async () => {
    const deep = await rehearse(["fit", CSV, "--output", at("new/folder/shop.yaml")]);
    expect([deep.exitCode, readFileSync(at("new/folder/shop.yaml"), "utf8")]).toEqual([
      0,
      expect.stringContaining("\nscenario: small-shop\n"),
    ]);
    writeFileSync(at("log.yaml"), readFileSync(CSV));
    for (const read of ["log.yaml", "own.yaml"]) {
      const before = readFileSync(at(read), "utf8");
      const argv = ["fit", at("log.yaml"), "--policy", at("own.yaml"), "--output", at(read), "--force"];
      const done = await rehearse(argv);
      expect([done.exitCode, done.stdout, done.stderr], read).toEqual([
        2,
        "",
        expect.stringContaining("--output: this would overwrite what is read"),
      ]);
      expect(readFileSync(at(read), "utf8")).toBe(before);
    }
  });

  it("refuses what it cannot do, all of it at once, and overwrites nothing", async () => {
    const wrong = await rehearse([
      "fit",
      at("no.log"),
      "--policy",
      "setbul",
      "--output",
      at("x.txt"),
      "--zone",
      "here",
    ]);
    expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
    expect(wrong.stderr).toMatch(/--policy[^]*setbull-v2[^]*--zone[^]*x\.txt: a scenario is a YAML file/u);
    const missing = await rehearse(["fit", at("no.log")]);
    expect(missing).toMatchObject({ exitCode: 2, stderr: `error: ${at("no.log")}: there is no such file\n` });
    writeFileSync(at("mine.yaml"), "mine");
    const there = await rehearse(["fit", CSV, "--output", at("mine.yaml")]);
    expect([there.exitCode, there.stderr]).toEqual([2, expect.stringContaining("there is such a file already")]);
    expect(readFileSync(at("mine.yaml"), "utf8")).toBe("mine");
    expect((await rehearse(["fit", CSV, "--output", at("mine.yaml"), "--force"])).exitCode).toBe(0);
  });
});
