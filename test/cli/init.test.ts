import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { folderWith, rehearse, rehearseProcess, ROOT } from "./rehearse.ts";

/** Every file below a folder with its content. */
function contents(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path, readFileSync(path, "utf8")]));
}

/** Where the workflow of a folder takes the rehearsals from, and the commands that it runs on them. */
function readWorkflow(folder: string): { readonly rehearsals: string; readonly commands: readonly string[] } {
  const text = readFileSync(join(folder, ".github/workflows/rehearse.yml"), "utf8");
  const workflow = parse(text) as {
    readonly env: { readonly REHEARSALS: string };
    readonly jobs: { readonly rehearse: { readonly steps: readonly { readonly run?: string }[] } };
  };
  const commands = workflow.jobs.rehearse.steps.flatMap((step) =>
    step.run?.includes("npx") === true ? [step.run] : [],
  );
  return { rehearsals: workflow.env.REHEARSALS, commands };
}

describe("rehearse init", () => {
  it("writes files that pass check and run, and names each on standard output", async () => {
    const folder = join(folderWith({}), "a new/folder");
    const finished = await rehearse(["init", folder]);
    expect(finished.exitCode).toBe(0);
    const written = contents(folder);
    expect(finished.stdout.trim().split("\n").sort()).toEqual([...written.keys()].sort());
    expect([...written.keys()].some((path) => path.endsWith("scenario.yaml"))).toBe(true);
    expect([...written.keys()].some((path) => path.includes(join(".github", "workflows")))).toBe(true);
    expect(finished.stderr).toContain(`rehearse run '${folder}'`);
    expect((await rehearse(["check", folder])).exitCode).toBe(0);
    expect((await rehearse(["run", folder])).exitCode).toBe(0);
  });

  it("writes a candidate for a replay, and a workflow that finds the files from the repository's root", async () => {
    const repository = folderWith({ ".git/HEAD": "" });
    const folder = join(repository, "my rollouts/-first");
    const below = await rehearse(["init", folder]);
    expect(below.stderr).toContain(`move '${join(folder, ".github")}' to the root of your repository`);
    const { rehearsals, commands } = readWorkflow(folder);
    expect(rehearsals).toBe("./my rollouts/-first");
    expect(commands.length).toBe(2);
    for (const command of commands) {
      const files = [...command.matchAll(/"\$REHEARSALS\/([^"]+)"/gu)].map((match) => match[1] ?? "");
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) readFileSync(join(repository, rehearsals, file));
    }
    const log = join(ROOT, "fixtures/traces/small-shop.log");
    const argv = [
      "replay",
      log,
      "--policy",
      join(folder, "policy.yaml"),
      "--candidate",
      join(folder, "candidate.yaml"),
    ];
    expect((await rehearse(argv)).exitCode).toBe(0);

    const atRoot = await rehearse(["init", repository]);
    expect(atRoot.stderr).not.toContain("move");
    expect(readWorkflow(repository).rehearsals).toBe(".");
  });

  it("takes the current folder for the repository's root where nothing else says", () => {
    const current = folderWith({});
    expect(rehearseProcess(["init"], current).stderr).not.toContain("move");
    expect(readWorkflow(current).rehearsals).toBe(".");
    const below = rehearseProcess(["init", "my-rollout"], current);
    expect(below.stderr).toContain("move my-rollout/.github to the root of your repository");
    expect(readWorkflow(join(current, "my-rollout")).rehearsals).toBe("./my-rollout");
  });

  it("never overwrites: one file in the way, and nothing at all is written", async () => {
    const folder = folderWith({ "policy.yaml": "mine" });
    const finished = await rehearse(["init", folder]);
    expect(finished).toMatchObject({ exitCode: 2, stdout: "" });
    expect(finished.stderr).toContain(`${join(folder, "policy.yaml")}: this exists already`);
    expect(contents(folder)).toEqual(new Map([[join(folder, "policy.yaml"), "mine"]]));
  });

  it("overwrites with --force, and leaves other files alone", async () => {
    const folder = folderWith({ "policy.yaml": "mine", "other.txt": "kept" });
    expect((await rehearse(["init", folder, "--force"])).exitCode).toBe(0);
    expect(readFileSync(join(folder, "policy.yaml"), "utf8")).toContain("policy:");
    expect(readFileSync(join(folder, "other.txt"), "utf8")).toBe("kept");
  });

  it("leaves nothing half-written where something cannot be written", async () => {
    const folder = folderWith({});
    mkdirSync(join(folder, "policy.yaml"));
    const inTheWay = await rehearse(["init", folder, "--force"]);
    expect(inTheWay.exitCode).toBe(2);
    expect(inTheWay.stderr).toContain("a folder is in the way of a file");
    expect(contents(folder).size).toBe(0);
    const file = join(folder, "file");
    writeFileSync(file, "kept");
    const ontoFile = await rehearse(["init", file]);
    expect(ontoFile.exitCode).toBe(2);
    expect(ontoFile.stderr).toContain("this is a file, not a folder");
    const belowFile = await rehearse(["init", join(file, "below")]);
    expect(belowFile.exitCode).toBe(2);
    expect(belowFile.stderr).toMatch(/file, not a folder|exists already/u);
    expect(readFileSync(file, "utf8")).toBe("kept");
  });
});
