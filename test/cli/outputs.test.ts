/** Files that a command writes: never those that it reads, never one twice, and nothing before that is known. */
import { existsSync, linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, rehearse } from "./rehearse.ts";

const POLICY = `policy: tiny
phases: [{ name: ALL, traffic: 50%, minDuration: 10s, gates: ["errorRate < 50%, at least 10"] }]
`;
const SCENARIO = `scenario: one
policy: policy.yaml
duration: 30s
traffic: { trace: shop.csv }
baseline: { latency: 40ms }
candidate: { latency: 40ms }
`;
const TRACE = `timestamp,user,status,latency_ms
${Array.from({ length: 50 }, (_, i) => `${1_700_000_000 + i},u${i % 7},200,40`).join("\n")}
`;

function filesOf(): { readonly at: (name: string) => string; readonly unchanged: () => void } {
  const contents = { "scenario.yaml": SCENARIO, "policy.yaml": POLICY, "other.yaml": POLICY, "shop.csv": TRACE };
  const folder = folderWith(contents);
  const at = (name: string): string => join(folder, name);
  const unchanged = (): void => {
    for (const [name, content] of Object.entries(contents)) expect(readFileSync(at(name), "utf8")).toBe(content);
  };
  return { at, unchanged };
}

describe("outputs", () => {
  it("are written where they are files of their own, and folders for them are made", async () => {
    const { at, unchanged } = filesOf();
    const outputs = ["--audit", at("new/a.jsonl"), "--log", at("b.log"), "--series", at("c.csv")];
    const finished = await rehearse(["run", at("scenario.yaml"), ...outputs, "--output-file", `json=${at("d.json")}`]);
    expect(finished).toMatchObject({ exitCode: 0 });
    for (const name of ["new/a.jsonl", "b.log", "c.csv", "d.json"]) expect(existsSync(at(name)), name).toBe(true);
    unchanged();
  });

  it("are refused on every input, whatever it is called, all at once and before anything is written", async () => {
    const { at, unchanged } = filesOf();
    symlinkSync(at("policy.yaml"), at("symbolic"));
    linkSync(at("shop.csv"), at("hard"));
    const outputs = ["--audit", at("scenario.yaml"), "--log", at("symbolic"), "--series", at("hard")];
    const { exitCode, stderr } = await rehearse([
      "run",
      at("scenario.yaml"),
      "--policy",
      at("other.yaml"),
      ...outputs,
      "--output-file",
      `json=${at("other.yaml")}`,
      "--output-file",
      `junit=${at("fine.xml")}`,
    ]);
    expect(exitCode).toBe(2);
    for (const option of ["--audit", "--log", "--series", "--output-file json"]) {
      expect(stderr).toContain(`${option}: this would overwrite what is read`);
    }
    expect(stderr).toContain(`${at("symbolic")}, which is ${at("policy.yaml")}`);
    expect(existsSync(at("fine.xml"))).toBe(false);
    unchanged();
  });

  it("are refused where two are one file, also one that is not there yet", async () => {
    const { at } = filesOf();
    mkdirSync(at("real"));
    symlinkSync(at("real"), at("alias"));
    const outputs = ["--audit", at("real/x"), "--log", at("alias/x"), "--series", at("real/../real/x")];
    const { exitCode, stderr } = await rehearse(["run", at("scenario.yaml"), ...outputs]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--log: --series writes this file as well");
    expect(stderr).toContain("--audit: --series writes this file as well");
    expect(existsSync(at("real/x"))).toBe(false);
  });

  it("go through a link to the file behind it, which stays a link", async () => {
    const { at } = filesOf();
    for (const name of ["log", "csv", "jsonl", "json"]) {
      writeFileSync(at(`real.${name}`), "before");
      symlinkSync(at(`real.${name}`), at(`link.${name}`));
    }
    const outputs = ["--log", at("link.log"), "--series", at("link.csv"), "--audit", at("link.jsonl")];
    await rehearse(["run", at("scenario.yaml"), ...outputs, "--output-file", `json=${at("link.json")}`]);
    for (const name of ["log", "csv", "jsonl", "json"]) {
      expect(lstatSync(at(`link.${name}`)).isSymbolicLink(), name).toBe(true);
      expect(readFileSync(at(`real.${name}`), "utf8")).not.toMatch(/^(?:before)?$/u);
    }
  });

  it("of merge are not one of its parts", async () => {
    const { at } = filesOf();
    const part = at("part.json");
    await rehearse(["run", at("scenario.yaml"), "--shard", "1/1", "--output-file", `json=${part}`]);
    const before = readFileSync(part, "utf8");
    const { exitCode, stderr } = await rehearse(["merge", part, "--output-file", `json=${part}`]);
    expect([exitCode, readFileSync(part, "utf8")]).toEqual([2, before]);
    expect(stderr).toContain("--output-file json: this would overwrite what is read");
  });
});
