/** `npm start`: builds if need be, then runs the built-in suite; further arguments go to `rehearse run`. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { buildDist, COMMAND_FILE, isDistCurrent } from "./dist.ts";

const root = process.cwd();
const buildCode = isDistCurrent(root) ? 0 : buildDist(root);
if (buildCode === 0) {
  const command = spawn(process.execPath, [COMMAND_FILE, "run", ...process.argv.slice(2)], { stdio: "inherit" });
  // The terminal sends Ctrl-C to both processes; the command decides how to end, and this one waits for it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => command.kill("SIGTERM"));
  command.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
} else {
  process.exitCode = buildCode;
}
