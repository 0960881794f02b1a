/**
 * `npm run check`: every check that needs no running program. Each is a script of package.json named `check:...`, so
 * it can be run alone; all run whatever the others say, and what failed is shown whole, last.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const CHECKS = ["check:types", "check:lint", "check:format", "check:unused", "check:repository"];

interface Outcome {
  readonly name: string;
  readonly exitCode: number;
  readonly seconds: number;
  readonly output: string;
}

function readScripts(root: string): ReadonlyMap<string, string> {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
  return new Map(Object.entries(manifest.scripts));
}

function runCheck(root: string, name: string, command: string): Promise<Outcome> {
  const startedAtMs = performance.now();
  const path = [join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter);
  return new Promise((resolve) => {
    const child = spawn(command, { cwd: root, shell: true, env: { ...process.env, PATH: path } });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("close", (code) => {
      resolve({ name, exitCode: code ?? 1, seconds: (performance.now() - startedAtMs) / 1000, output });
    });
  });
}

const root = process.cwd();
const scripts = readScripts(root);
const outcomes = await Promise.all(
  CHECKS.map(async (name) => {
    const command = scripts.get(name);
    if (command === undefined) return { name, exitCode: 1, seconds: 0, output: `package.json has no script ${name}\n` };
    return await runCheck(root, name, command);
  }),
);
const failed = outcomes.filter((outcome) => outcome.exitCode !== 0);
for (const outcome of outcomes) {
  const verdict = outcome.exitCode === 0 ? "ok    " : "FAILED";
  console.log(`${verdict} ${outcome.name.padEnd(18)} ${outcome.seconds.toFixed(1)} s`);
}
for (const outcome of failed) {
  console.log(`\n--- ${outcome.name} (npm run ${outcome.name}) ---\n${outcome.output.trimEnd()}`);
}
if (failed.length > 0) {
  console.log(`\n${failed.length} of ${outcomes.length} checks failed: ${failed.map(({ name }) => name).join(", ")}`);
  process.exitCode = 1;
}
