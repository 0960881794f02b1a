/** `run --journal` and `replay` of it: the same run again, or where it first differs, with exit code 4. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunDocument } from "../../src/engine/result.ts";
import { folderWith, rehearse } from "./rehearse.ts";

const FED = "ultra-fast-analyzer/incident-slow-tail";

describe("rehearse replay of a journal", () => {
  it("executes a run in which requests feed back again, and gives its record", async () => {
    const file = join(folderWith({}), "run.journal");
    const run = await rehearse(["run", FED, "--journal", file, "--json"]);
    expect(run.stderr).not.toContain("error");
    const again = await rehearse(["replay", file, "--json"]);
    expect(again.stderr).toContain("the same in every window, entry and event");
    const results = [run, again].map(({ stdout }) => (JSON.parse(stdout) as RunDocument).results);
    expect(results[1]).toEqual(results[0]);
    expect(again.exitCode).toBe(run.exitCode);
    const recorded = await rehearse(["run", FED, "--record", `${file}.csv`]);
    expect(recorded.exitCode).toBe(2);
    expect(recorded.stderr).toContain("a scenario without, or --journal");
  });

  it("tells the window and the event at which it first differs", async () => {
    const file = join(folderWith({}), "run.journal");
    await rehearse(["run", "setbull-v2/bad-candidate", "--journal", file]);
    const lines = readFileSync(file, "utf8").split("\n");
    const at = lines.findIndex((line) => line.startsWith('{"decision"') && line.includes('"rollback"'));
    expect(at).toBeGreaterThan(0);
    lines[at] = (lines[at] ?? "").replace('"rollback"', '"advance"');
    writeFileSync(file, lines.join("\n"));
    const windows = lines.slice(0, at).filter((line) => line.startsWith('{"window"')).length;
    const told = await rehearse(["replay", file]);
    expect(told.exitCode).toBe(4);
    expect(told.stdout).toContain(`diverged in window ${windows}, `);
    expect(told.stdout).toContain(`${file}:${at + 1})`);
    expect(told.stdout).toContain(`recorded      ${lines[at] ?? ""}\n`);
    const json: unknown = JSON.parse((await rehearse(["replay", file, "--json"])).stdout);
    expect(json).toMatchObject({ schema: "rehearse.divergence/1", window: windows, fileLine: at + 1 });
  });

  it("refuses what cannot be executed again, and options that would change the run", async () => {
    const file = join(folderWith({}), "run.journal");
    await rehearse(["run", "setbull-v2/bad-candidate", "--journal", file]);
    const vain = await rehearse(["replay", file, "--policy", "setbull-v2", "--seed", "3"]);
    expect(vain).toMatchObject({ exitCode: 2, stdout: "" });
    expect(vain.stderr).toContain("--policy: a journal's run is executed as it was");
    expect(vain.stderr).toContain("--seed: a journal's run is executed as it was");
    writeFileSync(file, readFileSync(file, "utf8").replace('"seed":"1"', '"seed":"2"'));
    const changed = await rehearse(["replay", file]);
    expect(changed).toMatchObject({ exitCode: 2, stdout: "" });
    expect(changed.stderr).toContain("cannot be executed again");
    const many = await rehearse(["run", "--journal", `${file}2`]);
    expect(many.stderr).toContain("--journal: this is written of one run; found");
  });
});
