/** Every command that the README and the guide print is run as printed, in the order of the page. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { quoteForShell } from "../../src/cli/reproducing-command.ts";
import { COMMAND, folderWith, rehearse, ROOT } from "./rehearse.ts";

const README = readFileSync(join(ROOT, "README.md"), "utf8");

/** The lines of all code blocks of a kind in a page. */
function codeLines(page: string, kind: string): string[] {
  const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gmsu)].filter((block) => block[1] === kind);
  return blocks.flatMap((block) => (block[2] ?? "").trimEnd().split("\n"));
}

/** A folder like a clone, in which `npx rehearse` is the command's sources. */
function cloneLike(): { readonly folder: string; readonly path: string } {
  const folder = folderWith({});
  symlinkSync(join(ROOT, "fixtures"), join(folder, "fixtures"));
  const bin = folderWith({});
  const command = [process.execPath, ...COMMAND].map(quoteForShell).join(" ");
  writeFileSync(join(bin, "npx"), `#!/bin/sh\n[ "$1" = rehearse ] || exit 127\nshift\nexec ${command} "$@"\n`);
  chmodSync(join(bin, "npx"), 0o755);
  return { folder, path: [bin, process.env["PATH"] ?? ""].join(delimiter) };
}

describe.each(["README.md", "docs/getting-started.md"])("%s", (page) => {
  const lines = codeLines(readFileSync(join(ROOT, page), "utf8"), "sh");

  it("prints commands of which every one works", () => {
    expect(lines.filter((line) => line.startsWith("npx rehearse ")).length).toBeGreaterThanOrEqual(6);
    const { folder, path } = cloneLike();
    for (const line of lines) {
      // The whole suite is what `npm start` runs, compiled and in threads: from its sources a part of it will do.
      const typed = line === "npx rehearse run" ? `${line} --filter good-candidate` : line;
      const done = spawnSync("/bin/sh", ["-c", typed], { cwd: folder, env: { PATH: path }, encoding: "utf8" });
      const stated = /# exits with (\d+)$/u.exec(line)?.[1] ?? "0";
      expect({ line, exitCode: done.status, stderr: done.stderr }).toMatchObject({ line, exitCode: Number(stated) });
    }
  });
});

describe("the picture of a run in the README", () => {
  it("is what the command prints, to the last digit", async () => {
    const { stdout } = await rehearse(["run", "setbull-v2/bad-candidate"]);
    expect(`${codeLines(README, "text").join("\n")}\n`, "npm run readme writes it anew").toBe(stdout);
  });
});

describe("the pages", () => {
  const pages = [
    "README.md",
    ...readdirSync(join(ROOT, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];

  it.each(pages)("%s links to files that exist", (page) => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/gu)].map((link) => link[1] ?? "");
    for (const target of targets) expect(() => readFileSync(join(ROOT, dirname(page), target))).not.toThrow();
  });

  it("are in the package, as far as the README links to them", () => {
    const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly files: string[] };
    const targets = [...README.matchAll(/\]\((?!https?:)([^)#]+)/gu)].map((link) => link[1] ?? "");
    const folders = targets.filter((target) => target.includes("/")).map((target) => target.split("/")[0]);
    expect(folders).not.toEqual([]);
    expect(files).toEqual(expect.arrayContaining(folders));
  });

  it("show YAML that passes check", async () => {
    const policy = codeLines(readFileSync(join(ROOT, "docs/policies.md"), "utf8"), "yaml").join("\n");
    const scenarios = readFileSync(join(ROOT, "docs/scenarios.md"), "utf8");
    const [scenario = "", versions = "", ...more] = [...scenarios.matchAll(/^```yaml\n(.*?)^```$/gmsu)].map(
      (block) => block[1] ?? "",
    );
    const folder = folderWith({ "policy.yaml": policy, "scenario.yaml": scenario, "versions.yaml": versions });
    mkdirSync(join(folder, "more"));
    const routes = "routes: { GET /reports: 1, GET /: 3 }\n";
    writeFileSync(join(folder, "more/scenario.yaml"), `${scenario}${routes}${more.join("")}`);
    const resources = /^```yaml resources\n(.*?)^```$/msu.exec(scenarios)?.[1] ?? "";
    writeFileSync(join(folder, "resources.yaml"), `scenario: resources\npolicy: setbull-v2\n${resources}`);
    const finished = await rehearse(["check", folder]);
    // The built-in policy's alert on the cache needs more traffic in CANARY than the pages' scenarios have.
    const lines = finished.stderr.split("\n").filter((line) => line !== "");
    expect(lines.filter((line) => !line.includes("policy setbull-v2: alert cache-hit-rate is blind"))).toEqual([]);
    expect(finished.stdout.trim().split("\n")).toHaveLength(5);
    expect((await rehearse(["run", join(folder, "scenario.yaml")])).exitCode).toBe(0);
  });
});
