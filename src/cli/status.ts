/** `rehearse status`: what the simulated service answers to `/health` and `/status` at a time of a scenario. */
import { healthAnswer, statusAnswer } from "../engine/health-answers.ts";
import { stepUntil } from "../engine/kernel/simulation.ts";
import { createStack, startStack } from "../engine/stack.ts";
import { parseDuration } from "../scenarios/quantity.ts";
import { planScenario } from "../scenarios/runner.ts";
import { readStartingPoint } from "./environment-settings.ts";
import { EXIT } from "./exit-code.ts";
import { BrokenRehearsal } from "./internal-error.ts";
import { ofOption, reportProblems, wholeProblem } from "./problem-report.ts";
import { reproducingCommand } from "./reproducing-command.ts";
import { findRehearsals } from "./scenario-sources.ts";
import type { Surroundings } from "./surroundings.ts";

/** Options of `rehearse status`. */
export interface StatusOptions {
  readonly at: string;
  readonly policy?: string;
  readonly seed?: string;
  readonly flagsFromEnv?: true;
}

/** Prints both answers as one JSON document. `argv` is all that was typed after `rehearse`. Resolves to the exit code. */
export async function status(
  argv: readonly string[],
  what: string,
  options: StatusOptions,
  { stdout, stderr, env }: Surroundings,
): Promise<number> {
  const found = await findRehearsals([what], options.policy ?? null);
  const start = readStartingPoint(options.flagsFromEnv === true, env);
  const at = parseDuration(options.at);
  const problems = [
    ...(found.ok ? [] : found.problems),
    ...(start.ok ? [] : start.problems),
    ...(at.ok ? [] : at.complaints.map((complaint) => ({ ...wholeProblem("--at", complaint.message), ...complaint }))),
  ];
  if (!found.ok || !start.ok || !at.ok)
    return reportProblems(ofOption("--policy", options.policy ?? "", problems), stderr);
  const [rehearsal, ...others] = found.value;
  if (rehearsal === undefined || others.length > 0) {
    const count = rehearsal === undefined ? "none" : String(found.value.length);
    const allowed = "one scenario";
    return reportProblems([wholeProblem(what, "status is of one scenario", { found: count, allowed })], stderr);
  }
  const overrides = start.value.flags === null ? {} : { baseFlags: start.value.flags };
  const policy = start.value.adjust(rehearsal.policy);
  const plan = planScenario(rehearsal.scenario, policy, options.seed ?? null, overrides);
  const command = reproducingCommand(argv, [plan.seed], start.value.variables);
  try {
    const stack = createStack(plan);
    const state = startStack(stack);
    stepUntil(stack.model, state, at.value);
    const answers = {
      schema: "rehearse.status/1",
      command,
      "GET /health": healthAnswer(stack.ready, state),
      "GET /status": statusAnswer(stack.ready, state),
    };
    stdout.write(`${JSON.stringify(answers, null, 2)}\n`);
    return EXIT.ok;
  } catch (error) {
    throw new BrokenRehearsal(error, plan.seed, command);
  }
}
