/** `--watch`: runs again what changed, and goes on when something is wrong, until a signal comes. */
import { statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Problem } from "../engine/kernel/problem.ts";
import { formatPlural } from "../report/number-format.ts";
import type { Rehearsal } from "../scenarios/built-in.ts";
import { EXIT } from "./exit-code.ts";
import { filesBeside } from "./input-files.ts";
import { reportProblems, reportWarnings } from "./problem-report.ts";
import { findRehearsals } from "./scenario-sources.ts";
import type { EndingSignal, Surroundings } from "./surroundings.ts";
import { findYamlFiles } from "./yaml-files.ts";

/** How often files are looked at, milliseconds. */
const LOOK_MS = 200;

/** Runs these rehearsals and reports on them. */
type Round = (rehearsals: readonly Rehearsal[], lints: readonly Problem[]) => Promise<void>;

/** Watches until a signal comes. Resolves to the exit code. */
export async function watchRehearsals(
  whats: readonly string[],
  policy: string | null,
  withSlow: boolean,
  round: Round,
  interruptedBy: () => EndingSignal | null,
  { stderr }: Surroundings,
): Promise<number> {
  const ran = new Map<string, string>();
  let policies: string[] = policy === null ? [] : [policy];
  let seen: string | null = null;
  for (let signal = interruptedBy(); ; signal = interruptedBy()) {
    if (signal !== null) return signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
    const now = appearance([...whats, ...policies]);
    if (now !== seen) {
      seen = now;
      const found = await findRehearsals(whats, policy, withSlow);
      if (found.ok) {
        policies = [...(policy === null ? [] : [policy]), ...found.value.flatMap(filesBeside)];
        seen = appearance([...whats, ...policies]);
        reportWarnings(found.warnings, stderr);
        const changed = found.value.filter((one) => ran.get(one.scenario.file) !== fingerprint(one));
        if (changed.length > 0) await round(changed, found.lints ?? []);
        else stderr.write("nothing to run: what was run says the same as before\n");
        // Only then: what was interrupted has not been run.
        if (interruptedBy() === null) for (const one of changed) ran.set(one.scenario.file, fingerprint(one));
      } else {
        reportProblems(found.problems, stderr);
        forget(ran, found.problems);
      }
      const watched = found.ok ? formatPlural(found.value.length, "scenario") : "files";
      stderr.write(`watching ${watched}; Ctrl-C ends it\n`);
    }
    await setTimeout(LOOK_MS);
  }
}

/**
 * What was wrong is run again once it is right, even if it then says what it said when it last ran: whoever mends a file
 * waits for its result. A mistake outside of the scenarios' files may be of any of them.
 */
function forget(ran: Map<string, string>, problems: readonly Problem[]): void {
  if (problems.some(({ source }) => !ran.has(source))) ran.clear();
  for (const { source } of problems) ran.delete(source);
}

/** What a rehearsal would be run on. */
function fingerprint({ scenario, policy }: Rehearsal): string {
  return JSON.stringify([scenario, policy]);
}

/** Names, sizes and times of all files: another text when any of them has changed. */
function appearance(whats: readonly string[]): string {
  const files = whats.flatMap((what) => {
    const found = findYamlFiles(what);
    return found.ok ? found.value : [what];
  });
  return [...new Set(files)].map(appearanceOf).join("\n");
}

function appearanceOf(file: string): string {
  try {
    const { mtimeMs, size } = statSync(file);
    return `${file} ${mtimeMs} ${size}`;
  } catch {
    return `${file} is not there`;
  }
}
