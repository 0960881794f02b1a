/** The built command, `dist/`: how it is made, and whether it still says what the sources say. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** The file that `rehearse` runs, from the repository's root. */
export const COMMAND_FILE = join("dist", "cli", "main.js");

/** Compiles `src/` to `dist/`, from nothing. Gives the exit code: 0, or the compiler's after it has complained. */
export function buildDist(root: string): number {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  const compiler = join(root, "node_modules", ".bin", "tsc");
  const { status, error } = spawnSync(compiler, ["-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
  if (error !== undefined) {
    console.error(`build: cannot run ${compiler}: ${error.message} (has npm ci been run?)`);
    return 1;
  }
  if (status !== 0) return status ?? 1;
  const command = join(root, COMMAND_FILE);
  if (!readFileSync(command, "utf8").startsWith("#!/usr/bin/env node\n")) {
    console.error("build: src/cli/main.ts must begin with #!/usr/bin/env node");
    return 1;
  }
  chmodSync(command, 0o755);
  return 0;
}

/** Whether the command exists and is newer than every source and setting that it is built from. */
export function isDistCurrent(root: string): boolean {
  const command = join(root, COMMAND_FILE);
  if (!existsSync(command)) return false;
  const builtAtMs = statSync(command).mtimeMs;
  const settings = ["package.json", "tsconfig.json", "tsconfig.build.json"];
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).map((name) =>
    join("src", name),
  );
  return [...settings, ...sources].every((name) => statSync(join(root, name)).mtimeMs <= builtAtMs);
}
