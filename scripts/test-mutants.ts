/**
 * `npm run test:mutants`: plants every fault of `test/mutants/` into a copy of the project, one at a time, and runs the
 * test that has to notice. A fault that goes unnoticed is a survivor, and fails the run. `--filter TEXT` runs some.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MUTANTS } from "../test/mutants/all-mutants.ts";
import type { Mutant } from "../test/mutants/mutant.ts";

const COPIED = ["src", "test", "bench", "scripts", "fixtures", "docs", "package.json", "tsconfig.json"];
const root = process.cwd();

/** A fault can make a test run for ever, or shrink what it found for hours: that is noticing it as well. */
const TEST_MINUTES_MAX = 5;

interface TestRun {
  readonly failedTests: number;
  readonly passedTests: number;
}

/** A copy of the project with the installed packages of this one. */
function copyProject(): string {
  const copy = mkdtempSync(join(tmpdir(), "mutants-"));
  for (const path of [...COPIED, "vitest.config.ts", "README.md"]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Runs test files in a copy; a file that can't be loaded counts as no test at all, one that is not over in time as failed. */
async function runTests(copy: string, files: readonly string[], minutesMax: number | null): Promise<TestRun> {
  const report = join(copy, "mutant-report.json");
  rmSync(report, { force: true });
  let isOver = false;
  await new Promise<void>((resolve) => {
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const options = ["--reporter=json", `--outputFile=${report}`, "--bail=1"];
    // A group of its own, so that a worker that is in an endless loop can be stopped with it.
    const child = spawn(process.execPath, [vitest, "run", ...files, ...options], {
      cwd: copy,
      stdio: "ignore",
      detached: true,
    });
    const stop = (): boolean => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
    const giveUp = (): void => {
      isOver = true;
      stop();
    };
    // Once its group is stopped, the interrupt is this process's again, which it ends.
    const interrupt = (): void => {
      stop();
      process.kill(process.pid, "SIGINT");
    };
    const timer = minutesMax === null ? undefined : setTimeout(giveUp, minutesMax * 60_000);
    process.once("SIGINT", interrupt);
    child.on("close", () => {
      process.off("SIGINT", interrupt);
      clearTimeout(timer);
      resolve();
    });
  });
  if (isOver) return { failedTests: 1, passedTests: 0 };
  const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(report, "utf8")) as {
    numFailedTests: number;
    numPassedTests: number;
  };
  return { failedTests: numFailedTests, passedTests: numPassedTests };
}

/** Plants one fault, and says whether it was noticed. */
async function tryMutant(copy: string, mutant: Mutant): Promise<string | null> {
  const path = join(copy, mutant.file);
  const source = readFileSync(path, "utf8");
  const pieces = source.split(mutant.find);
  if (pieces.length !== 2)
    return `its text stands ${pieces.length - 1} times in ${mutant.file}: bring the list up to date`;
  try {
    writeFileSync(path, pieces.join(mutant.replaceBy));
    const { failedTests } = await runTests(copy, [mutant.killedBy], TEST_MINUTES_MAX);
    return failedTests > 0 ? null : `survived ${mutant.killedBy}`;
  } finally {
    writeFileSync(path, source);
  }
}

const { values } = parseArgs({ options: { filter: { type: "string", default: "" } } });
const mutants = MUTANTS.filter(({ name, file }) => `${name} ${file}`.includes(values.filter));
const copies = Array.from({ length: Math.min(availableParallelism(), 2) }, copyProject);
let problems = 0;
try {
  const first = copies[0];
  if (first === undefined || mutants.length === 0) throw new Error("no mutant of this name");
  const whole = await runTests(first, [...new Set(mutants.map(({ killedBy }) => killedBy))], null);
  if (whole.failedTests > 0 || whole.passedTests === 0) {
    throw new Error(`without any fault ${whole.failedTests} tests fail and ${whole.passedTests} pass`);
  }
  const waiting = [...mutants];
  await Promise.all(
    copies.map(async (copy) => {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const complaint = await tryMutant(copy, mutant);
        if (complaint !== null) problems++;
        console.log(complaint === null ? `killed    ${mutant.name}` : `SURVIVED  ${mutant.name}: ${complaint}`);
      }
    }),
  );
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
}
console.log(`${mutants.length - problems} of ${mutants.length} planted faults were noticed`);
if (problems > 0) process.exitCode = 1;
