/** What an import leaves where it is ended by a signal: nothing. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { COMMAND, folderWith } from "./rehearse.ts";

const HEADER = "timestamp,user,route,status,latency_ms\n";
const rowsOf = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `${1_700_000_000 + from + i},u${(from + i) % 99},/a,200,5\n`).join("");

/** The command, with folders for temporary files and for outputs of its own. */
function start(folder: string, argv: readonly string[], stdin: "pipe" | "ignore"): ChildProcess {
  const env = { PATH: process.env["PATH"] ?? "", TMPDIR: join(folder, "temporary") };
  return spawn(process.execPath, [...COMMAND, ...argv], { cwd: folder, env, stdio: [stdin, "ignore", "ignore"] });
}

async function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? String(code))));
}

/** What lies in the folder and is not the test's own or of the tool that runs the sources. */
function leftIn(folder: string): string[] {
  const names = [...readdirSync(folder), ...readdirSync(join(folder, "temporary"))];
  return names.filter((name) => /^rehearse-|unfinished|^out\./u.test(name));
}

describe("an import that is ended by a signal", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "leaves nothing while the log is read: %s",
    async (signal) => {
      const folder = folderWith({});
      mkdirSync(join(folder, "temporary"));
      const child = start(folder, ["trace", "convert", "-", "out.trace"], "pipe");
      const { stdin } = child;
      if (stdin === null) throw new Error("there is no pipe");
      stdin.on("error", () => undefined);
      stdin.write(HEADER);
      // More than a pipe holds, and than rows that stay in memory: once it is taken, rows lie on disk.
      for (let from = 0; from < 1_200_000; from += 100_000) {
        const isTaken = new Promise<void>((resolve) => stdin.write(rowsOf(from, 100_000), () => resolve()));
        await isTaken;
      }
      const over = ended(child);
      child.kill(signal);
      expect(await over).toBe(signal);
      expect(leftIn(folder)).toEqual([]);
    },
    60_000,
  );

  it("leaves no part of an output while that is written", async () => {
    const rows = 400_000;
    const folder = folderWith({ "log.csv": HEADER + rowsOf(0, rows) });
    mkdirSync(join(folder, "temporary"));
    const child = start(folder, ["trace", "convert", "log.csv", "out.csv"], "ignore");
    const over = ended(child);
    let isOver = false;
    void over.then(() => (isOver = true));
    while (!isOver && leftIn(folder).length === 0) await setTimeout(1);
    child.kill("SIGINT");
    const how = await over;
    // A signal that comes too late finds the whole file.
    const isWhole =
      leftIn(folder).length === 1 && readFileSync(join(folder, "out.csv"), "utf8").split("\n").length === rows + 2;
    expect([how, leftIn(folder), isWhole]).toEqual(
      isWhole ? [expect.stringMatching(/^(?:0|SIGINT)$/u), ["out.csv"], true] : ["SIGINT", [], false],
    );
  }, 60_000);
});
