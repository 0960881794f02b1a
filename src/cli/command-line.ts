/**
 * The command line: verbs, options, help, and how mistakes end. Prints through its surroundings only. What a verb does is
 * loaded when it is done: help and version need none of it.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { nearestWord } from "../scenarios/nearest-word.ts";
import { LISTS, SCHEMAS } from "./choices.ts";
import { EXIT } from "./exit-code.ts";
import { reportInternalError } from "./internal-error.ts";
import { packageVersion } from "./package-files.ts";
import type { FitOptions } from "./fit.ts";
import type { MergeOptions } from "./merge.ts";
import type { ReplayOptions } from "./replay.ts";
import type { ReadyOptions } from "./ready.ts";
import { reproducingCommand, spellOutBail } from "./reproducing-command.ts";
import { REPORTERS, type RunOptions } from "./run-settings.ts";
import type { StatusOptions } from "./status.ts";
import type { TraceConvertOptions, TraceInfoOptions } from "./trace.ts";
import type { Surroundings } from "./surroundings.ts";

const TRACE_ARGUMENT =
  "recorded log of any common format, perhaps compressed by gzip, or trace file; - is standard input";

/** Runs what was typed after `rehearse`. Resolves to the exit code; never rejects, never ends the process. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = buildProgram(argv, surroundings, (code) => {
    exitCode = code;
  });
  try {
    if (argv.length === 0) {
      surroundings.stderr.write(program.helpInformation());
      return EXIT.badInput;
    }
    await program.parseAsync(spellOutBail(argv), { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
    return reportInternalError(error, reproducingCommand(argv, []), surroundings.stderr);
  }
}

function buildProgram(argv: readonly string[], surroundings: Surroundings, end: (exitCode: number) => void): Command {
  const program = new Command("rehearse")
    .description(
      "Rehearse a progressive rollout before it happens: offline, deterministic, on simulated or recorded traffic.",
    )
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    });

  verb(program, "run", "run scenarios and check their expectations; without arguments, the built-in suite")
    .argument("[what...]", "scenario files, folders of them, or built-in names such as setbull-v2/bad-candidate")
    .option("--policy <name|file>", "rehearse this policy instead of each scenario's own")
    .addOption(seedOption())
    .addOption(flagsFromEnvironmentOption())
    .option("--check", "check the invariants at every state on the way")
    .option("--filter <text>", "only scenarios with this in their name; /TEXT/ is a regular expression")
    .option("--slow", "also what is marked as slow, which suites and folders leave out")
    .option("--replications <n>", "run every scenario n times, each with other luck")
    .option("--shard <i/n>", "only the i-th of n parts of all these runs")
    .option("--bail [n]", "stop when n scenarios have failed (without a number: one)")
    .option("--jobs <n>", "run n at once (default: one per processor); changes no result")
    .option("--reporter <names>", `any of ${REPORTERS.join(", ")} (default: console)`, collect)
    .option("--output-file <file>", "where the reporter writes to; NAME=FILE where there are several", collect)
    .option("--audit <file>", "write the audit trail: who decided what, when and why, as JSON Lines")
    .option("--series <file>", "write every metric in every window between two ticks, as CSV")
    .option(
      "--record <file>",
      "write every request with both attempts, as .csv, .jsonl or .trace, for replay to run again",
    )
    .option("--journal <file>", "write what happened in the run, event by event, for replay to execute again")
    .option("--log <file>", "write the application log: summaries, decisions, alerts, errors")
    .option("--watch", "run again what changes, until Ctrl-C")
    .option("--verbose", "show what is unwise in scenarios and policies, not only how much")
    .option("--pass-with-no-tests", "exit with 0 when nothing matched")
    .addOption(jsonOption())
    .addOption(asciiOption())
    .addOption(strictOption())
    .action(async (what: string[], options: RunOptions) => {
      const { run } = await import("./run.ts");
      end(await run(argv, what, options, surroundings));
    });
  verb(program, "merge", "join the JSON documents of run --shard into that of the whole suite")
    .argument("<files...>", "what run --shard i/n --json wrote, of every i")
    .option("--reporter <names>", `any of ${REPORTERS.join(", ")} (default: console)`, collect)
    .option("--output-file <file>", "where the reporter writes to; NAME=FILE where there are several", collect)
    .addOption(jsonOption())
    .addOption(asciiOption())
    .addOption(strictOption())
    .action(async (files: string[], options: MergeOptions) => {
      const { merge } = await import("./merge.ts");
      end(await merge(files, options, surroundings));
    });
  withImportOptions(
    verb(program, "replay", "rehearse a policy on the traffic of a recorded log, or a recorded run again"),
  )
    .argument("<trace>", TRACE_ARGUMENT)
    .option("--policy <name|file>", "the policy: a built-in name or a file (default: a recording's own)")
    .option("--candidate <file>", "how the candidate differs from what was recorded (default: not at all)")
    .option("--rate <xN>", "let requests arrive N times as fast", readRate)
    .option("--amplify <n>", "let N users stand for each user of the trace", readCount)
    .option(
      "--resample <time>",
      "how far from a request one may be whose outcome stands in for an unrecorded one; never (default: 10m)",
    )
    .option("--incidents <file>", "known incidents: what each trigger and alert saw of them, while none acts")
    .addOption(seedOption())
    .addOption(flagsFromEnvironmentOption())
    .option("--check", "check the invariants at every state on the way")
    .addOption(jsonOption())
    .addOption(asciiOption())
    .addOption(strictOption())
    .action(async (trace: string, options: ReplayOptions) => {
      const { replay } = await import("./replay.ts");
      end(await replay(argv, trace, options, surroundings));
    });

  const trace = verb(program, "trace", "look at recorded logs, and convert them");
  withImportOptions(verb(trace, "info", "what is in a log or trace file, without replaying it"))
    .argument("<trace>", TRACE_ARGUMENT)
    .addOption(jsonOption())
    .addOption(asciiOption())
    .action(async (file: string, options: TraceInfoOptions) => {
      const { traceInfo } = await import("./trace.ts");
      end(await traceInfo(file, options, surroundings));
    });
  withImportOptions(verb(trace, "convert", "write a log as a trace file, which is read in an instant, or as CSV"))
    .argument("<trace>", TRACE_ARGUMENT)
    .argument("<file>", "where to write: NAME.trace or NAME.csv")
    .option("--force", "overwrite what is there")
    .action(async (file: string, into: string, options: TraceConvertOptions) => {
      const { traceConvert } = await import("./trace.ts");
      end(await traceConvert(file, into, options, surroundings));
    });

  withImportOptions(verb(program, "fit", "write a scenario that is like a recorded log, and say how well it fits"))
    .argument("<trace>", TRACE_ARGUMENT)
    .option("--policy <name|file>", "the policy that the scenario names", "setbull-v2")
    .option("--output <file>", "where to write the scenario (default: standard output)")
    .option("--force", "overwrite what is there")
    .addOption(jsonOption())
    .addOption(asciiOption())
    .addOption(strictOption())
    .action(async (file: string, options: FitOptions) => {
      const { fit } = await import("./fit.ts");
      end(await fit(file, options, surroundings));
    });

  verb(program, "ready", "check by a list whether a rollout may begin, measured by rehearsing it")
    .argument("<scenario>", "scenario file or built-in name")
    .option("--profile <name>", "the checklist: plan, completion or go-no-go")
    .option("--inputs <file>", "readiness file: answers, sign-offs, overrides")
    .option("--input <item=value>", "answer to what cannot be measured, as in coverage=98.4%", collect)
    .option("--override <item>", "an item that does not pass and shall not stand in the way", collect)
    .option("--by <who>", "who answers for the overrides")
    .option("--why <text>", "why")
    .addOption(seedOption())
    .addOption(jsonOption())
    .addOption(asciiOption())
    .action(async (scenario: string, options: ReadyOptions) => {
      const { ready } = await import("./ready.ts");
      end(await ready(argv, scenario, options, surroundings));
    });

  verb(program, "check", "validate scenario, policy and version files without running them")
    .argument("<files...>", "files, or folders of them")
    .addOption(jsonOption())
    .addOption(strictOption())
    .action(async (files: string[], options: { json?: true; strict?: true }) => {
      const { check } = await import("./check.ts");
      end(await check(files, options, surroundings));
    });

  verb(program, "status", "what the simulated service answers to /health and /status at a time, as JSON")
    .argument("<scenario>", "a scenario file, or a built-in name such as setbull-v2/bad-candidate")
    .requiredOption("--at <time>", "the time since the run's start: 12m")
    .option("--policy <name|file>", "under this policy instead of the scenario's own")
    .addOption(seedOption())
    .addOption(flagsFromEnvironmentOption())
    .action(async (what: string, options: StatusOptions) => {
      const { status } = await import("./status.ts");
      end(await status(argv, what, options, surroundings));
    });

  verb(program, "list", "list what is built in")
    .addArgument(program.createArgument("[kind]", `one of ${LISTS.join(", ")}`).argParser(oneOf(LISTS)))
    .addOption(jsonOption())
    .option("--markdown", "print the metrics as a page of documentation")
    .action(async (kind: string | undefined, options: { json?: true; markdown?: true }) => {
      const { list, listAsMarkdown } = await import("./list.ts");
      if (options.markdown === true) return end(listAsMarkdown(kind, surroundings));
      end(list(kind, options.json === true, surroundings));
    });

  verb(program, "schema", "print the JSON Schema of a kind of file, for editors")
    .addArgument(program.createArgument("<kind>", `one of ${SCHEMAS.join(", ")}`).argParser(oneOf(SCHEMAS)))
    .action(async (kind: string) => {
      const { printSchema } = await import("./schema.ts");
      end(printSchema(kind, surroundings));
    });

  verb(program, "init", "write a first policy, scenario, candidate and CI workflow, with comments")
    .argument("[folder]", "where to write them", ".")
    .option("--force", "overwrite what is there")
    .action(async (folder: string, options: { force?: true }) => {
      const { init } = await import("./init.ts");
      end(init(folder, options.force === true, surroundings));
    });

  return program;
}

function verb(program: Command, name: string, description: string): Command {
  const path = program.parent === null ? name : `${program.name()} ${name}`;
  return program.command(name).description(description).showHelpAfterError(`(rehearse ${path} --help says more)`);
}

/** How a trace is read: the same options wherever one is. */
function withImportOptions(command: Command): Command {
  return command
    .option("--format <name>", "the trace's format, where it cannot be told from its first lines")
    .option("--columns <mapping>", "columns or keys, as in timestamp=ts,user=client_id,latency_ms=took")
    .option("--versions <mapping>", "which versions are whose, as in baseline=1.2.3,candidate=1.2.4")
    .option("--zone <offset>", "time zone of times without one, as in +02:00 or UTC")
    .option("--start <time>", "when times begin that count from 0, as in 2024-05-17T10:00:00Z")
    .option("--from <time>", "leave out what starts earlier: a time, or an offset from the first row such as 90m")
    .option("--to <time>", "leave out what starts then or later")
    .option("--errors <list>", "which statuses are failures, as in 5xx,429")
    .option("--max-rejected <share>", "stop when more than this share of the rows cannot be read")
    .option("--trace-store <folder>", "where imported logs are kept as trace files (default: .rehearse/traces)")
    .option("--no-trace-store", "keep nothing, and take nothing that was kept");
}

function seedOption(): Option {
  return new Option("--seed <text>", "seed of all chance (default: the scenario's, else 1)").argParser((text) => {
    if (text === "") throw new InvalidArgumentError("Allowed: any text but the empty one, as in 7.");
    return text;
  });
}

function flagsFromEnvironmentOption(): Option {
  return new Option("--flags-from-env", "start from the feature flags in the environment, not from the safe defaults");
}

function jsonOption(): Option {
  return new Option("--json", "print one JSON document and nothing else");
}

function asciiOption(): Option {
  return new Option("--ascii", "use no character beyond ASCII");
}

function strictOption(): Option {
  return new Option("--strict", "exit with 3 when there are warnings");
}

/** An option that may be given again and again. */
function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}

function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text;
    const nearest = nearestWord(text, words);
    const suggestion = nearest === null ? "" : `\n(Did you mean ${nearest}?)`;
    throw new InvalidArgumentError(`Allowed: ${words.join(", ")}.${suggestion}`);
  };
}

function readRate(text: string): number {
  const match = /^x?(\d+(?:\.\d+)?)$/u.exec(text);
  const rate = Number(match?.[1]);
  if (match === null || !(rate > 0) || rate > 1_000_000) {
    throw new InvalidArgumentError("Allowed: x and a number above 0, at most 1000000, as in x35.");
  }
  return rate;
}

function readCount(text: string): number {
  const count = /^\d{1,7}$/u.test(text) ? Number(text) : 0;
  if (count < 1 || count > 1_000_000) throw new InvalidArgumentError("Allowed: a whole number from 1 to 1000000.");
  return count;
}
