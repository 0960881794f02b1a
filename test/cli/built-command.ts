/** The command as it is built, for what its sources cannot show: worker threads. Built once per test file. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { folderWith, ROOT, type Finished } from "./rehearse.ts";

/** Builds into a folder of its own. Gives the path of the command. */
export function buildCommand(): string {
  const folder = folderWith({});
  for (const name of ["node_modules", "fixtures"]) symlinkSync(join(ROOT, name), join(folder, name));
  copyFileSync(join(ROOT, "package.json"), join(folder, "package.json"));
  const compiler = join(ROOT, "node_modules/.bin/tsc");
  // Nobody reads its declarations or maps; whether the types are right is for `npm run check:types` to say.
  const less = ["--declaration", "false", "--sourceMap", "false", "--inlineSources", "false"];
  const argv = ["-p", join(ROOT, "tsconfig.build.json"), "--outDir", join(folder, "dist"), ...less];
  const { stdout } = spawnSync(compiler, argv, { encoding: "utf8" });
  const command = join(folder, "dist/cli/main.js");
  if (!existsSync(command)) throw new Error(`the command cannot be built: ${stdout}`);
  return command;
}

/** Runs the built command. `nodeOptions` stand before it. */
export function runBuilt(
  command: string,
  argv: readonly string[],
  cwd: string,
  nodeOptions: readonly string[] = [],
): Finished {
  const env = { PATH: process.env["PATH"] ?? "" };
  const done = spawnSync(process.execPath, [...nodeOptions, command, ...argv], { cwd, env, encoding: "utf8" });
  return { exitCode: done.status, stdout: done.stdout, stderr: done.stderr };
}
