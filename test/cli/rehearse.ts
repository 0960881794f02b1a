/** Runs the command line, within this process or in one of its own, and gives what it wrote and how it ended. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runCommandLine } from "../../src/cli/command-line.ts";
import type { EndingSignal, Output } from "../../src/cli/surroundings.ts";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Arguments after `node` that run the command from its sources, from any folder. */
export const COMMAND: readonly string[] = [
  "--import",
  pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href,
  join(ROOT, "src/cli/main.ts"),
];

/** What a command did. */
export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the command is told of the outside; nothing by default. */
export interface Outside {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly terminal?: boolean;
  /** Asked whenever the command asks whether a signal has come. */
  readonly signal?: () => EndingSignal | null;
  readonly nowMs?: () => number;
  /** Told what is written to standard error as it is written. */
  readonly onStderr?: (text: string) => void;
}

/** Runs within this process. */
export async function rehearse(argv: readonly string[], outside: Outside = {}): Promise<Finished> {
  const written = { stdout: "", stderr: "" };
  const output = (name: "stdout" | "stderr"): Output => ({
    write: (text) => {
      written[name] += text;
      if (name === "stderr") outside.onStderr?.(text);
    },
    isTerminal: outside.terminal ?? false,
    stream: null,
  });
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(new TextEncoder().encode(outside.stdin ?? ""));
  }
  const exitCode = await runCommandLine(argv, {
    stdin: stdin(),
    stdout: output("stdout"),
    stderr: output("stderr"),
    env: outside.env ?? {},
    nowMs: outside.nowMs ?? ((): number => performance.now()),
    traceStore: null,
    // One job needs no thread of its own: threads are shown by processes of their own.
    processors: 1,
    watchSignals: () => outside.signal ?? ((): null => null),
  });
  return { exitCode, ...written };
}

/** Runs in a process of its own, in the given folder. */
export function rehearseProcess(argv: readonly string[], cwd: string = ROOT): Finished {
  const env = { PATH: process.env["PATH"] ?? "" };
  const done = spawnSync(process.execPath, [...COMMAND, ...argv], { cwd, env, encoding: "utf8" });
  return { exitCode: done.status, stdout: done.stdout, stderr: done.stderr };
}

const folders: string[] = [];

/** A new folder with these files in it, until the tests are over. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "rehearse-"));
  if (folders.length === 0) {
    process.once("exit", () => {
      for (const one of folders) rmSync(one, { recursive: true, force: true });
    });
  }
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}
