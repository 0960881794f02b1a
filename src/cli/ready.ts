/** `rehearse ready`: whether a rollout may begin, by a checklist that is measured by rehearsing it where it can be. */
import type { Problem } from "../engine/kernel/problem.ts";
import { msFromUs } from "../engine/kernel/units.ts";
import { renderReadiness, renderReadinessJson } from "../report/readiness-text.ts";
import { readFileText } from "../scenarios/file-text.ts";
import { nearestWord } from "../scenarios/nearest-word.ts";
import { complainOfGiven, judgeReadiness } from "../scenarios/readiness/judge-readiness.ts";
import { MEASURE_US, measureReadiness } from "../scenarios/readiness/measure-readiness.ts";
import { COMMANDER, itemsOf, PROFILES, type ProfileName } from "../scenarios/readiness/profile.ts";
import { NOTHING_GIVEN, readReadiness, type ReadinessGiven } from "../scenarios/readiness/readiness-file.ts";
import type { ReadinessDocument } from "../scenarios/readiness/readiness-result.ts";
import { seedOf } from "../scenarios/runner.ts";
import { EXIT } from "./exit-code.ts";
import { reportProblems, wholeProblem } from "./problem-report.ts";
import { reproducingCommand } from "./reproducing-command.ts";
import { findRehearsals } from "./scenario-sources.ts";
import { wantsAscii, wantsColour, type Surroundings } from "./surroundings.ts";

/** Options as typed. */
export interface ReadyOptions {
  readonly profile?: string;
  readonly inputs?: string;
  readonly input?: readonly string[];
  readonly override?: readonly string[];
  readonly by?: string;
  readonly why?: string;
  readonly seed?: string;
  readonly json?: true;
  readonly ascii?: true;
}

/** Left out of the measurements: what goes wrong on purpose, and people. */
const NOTES = [
  "measured with the scenario's versions, resources, traffic and flags; its faults, operators, pipeline and sign-offs are left out",
];

/** Checks the readiness of one scenario. Resolves to the exit code. */
export async function ready(
  argv: readonly string[],
  what: string,
  options: ReadyOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, env } = surroundings;
  const found = await findRehearsals([what], null);
  const given = readGiven(options);
  const problems: Problem[] = [...(found.ok ? [] : found.problems), ...(given.ok ? [] : given.problems)];
  if (!found.ok || !given.ok) return reportProblems(problems, stderr);
  const [rehearsal, ...more] = found.value;
  if (rehearsal === undefined || more.length > 0) {
    const named = `${found.value.length} scenarios`;
    return reportProblems(
      [wholeProblem(what, "readiness is checked of one scenario", { found: named, allowed: "one file or name" })],
      stderr,
    );
  }
  const { scenario, policy } = rehearsal;
  const { profile, value } = given;
  const items = itemsOf(profile);
  const complain = (measured?: Parameters<typeof complainOfGiven>[2]): Problem[] =>
    complainOfGiven(items, value, measured).map(({ name, complaint }) => ({
      ...wholeProblem(options.inputs ?? "--input", ""),
      path: name,
      ...complaint,
    }));
  const unread = complain();
  if (unread.length > 0) return reportProblems(unread, stderr);
  const forUs = value.measureUs ?? MEASURE_US;
  const measured = measureReadiness(scenario, policy, options.seed ?? null, forUs);
  const superfluous = complain(measured);
  if (superfluous.length > 0) return reportProblems(superfluous, stderr);
  const seed = seedOf(scenario, options.seed ?? null);
  const document: ReadinessDocument = {
    schema: "rehearse.readiness/1",
    command: reproducingCommand(argv, [seed]),
    profile,
    scenario: scenario.name,
    policy: policy.name,
    seed,
    measuredForMs: msFromUs(forUs),
    ...judgeReadiness(items, value, measured),
    notes: NOTES,
  };
  const theme = { colour: wantsColour(stdout, env), ascii: wantsAscii(options.ascii === true, env) };
  stdout.write(options.json === true ? renderReadinessJson(document) : renderReadiness(document, theme));
  return document.ready ? EXIT.ok : EXIT.expectationFailed;
}

type Given =
  | { readonly ok: true; readonly profile: ProfileName; readonly value: ReadinessGiven }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What the file and the options give, the options winning; or everything that is wrong with them. */
function readGiven({ profile: named, inputs, input = [], override = [], by, why }: ReadyOptions): Given {
  const problems: Problem[] = [];
  let value = NOTHING_GIVEN;
  if (inputs !== undefined) {
    const text = readFileText(inputs, inputs, "a readiness check");
    const read = text.ok ? readReadiness(text.value, inputs) : text;
    if (read.ok) value = read.value;
    else problems.push(...read.problems);
  }
  const typed: Record<string, string> = {};
  let incidentCommander = value.incidentCommander;
  for (const text of input) {
    const [, name = "", answer = ""] = /^([\w-]+)=(.+)$/u.exec(text) ?? [];
    if (name === "") {
      problems.push(
        wholeProblem("--input", "this is no answer to an item", { found: text, allowed: "coverage=98.4%" }),
      );
    } else if (name === COMMANDER) incidentCommander = answer;
    else typed[name] = answer;
  }
  if (override.length > 0 && (by === undefined || why === undefined)) {
    problems.push(
      wholeProblem("--override", "an override says who answers for it, and why", { allowed: "--by, --why" }),
    );
  }
  if (override.length === 0 && (by !== undefined || why !== undefined)) {
    problems.push(wholeProblem("--by, --why", "there is nothing that they answer for", { allowed: "--override ITEM" }));
  }
  const known = named ?? value.profile;
  const profile = PROFILES.find((one) => one === known);
  if (profile === undefined) {
    const suggestion = known === null ? null : nearestWord(known, PROFILES);
    const message = known === null ? "the checklist is missing" : "there is no checklist of this name";
    problems.push(wholeProblem("--profile", message, { found: known, allowed: PROFILES.join(", "), suggestion }));
  }
  if (problems.length > 0 || profile === undefined) return { ok: false, problems };
  const overrides = [...value.overrides, ...override.map((item) => ({ item, by: by ?? "", why: why ?? "" }))];
  return {
    ok: true,
    profile,
    value: { ...value, inputs: { ...value.inputs, ...typed }, incidentCommander, overrides },
  };
}
