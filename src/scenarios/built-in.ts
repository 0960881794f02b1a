/** Policies and scenarios that come with the package, and the policy that a scenario refers to. */
import { readdirSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Policy } from "../engine/deployment/policy.ts";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { complain } from "./complaint.ts";
import { fileKindOf } from "./file-kind.ts";
import { readFileText } from "./file-text.ts";
import { nearestWord } from "./nearest-word.ts";
import { lintRehearsal } from "./lint/lint-rehearsal.ts";
import { readPolicy } from "./policy-file.ts";
import { readPartly } from "./partly-read.ts";
import { readScenario } from "./scenario-file.ts";
import { noTraceShapes, type TraceShapes } from "./traffic-trace.ts";
import { checkAgainstPolicy, checkClaims, meetPolicy, warnAgainstPolicy } from "./scenario-policy.ts";
import { defaultHorizonUs } from "./runner.ts";
import type { Scenario } from "./scenario.ts";
import { inFileOrder } from "./yaml-text.ts";

/** A file of the package. */
export interface BuiltInFile {
  /** `setbull-v2` for a policy, `setbull-v2/good-candidate` for a scenario. */
  readonly name: string;
  /** Path from the package's root, the same everywhere: how the file is called in reports. */
  readonly file: string;
  /** Where it is on this machine. */
  readonly path: string;
}

/** A scenario and its policy, checked against each other. */
export interface Rehearsal {
  readonly scenario: Scenario;
  readonly policy: Policy;
}

/** The package's root, seen from `src/scenarios` as from `dist/scenarios`. */
const PACKAGE_ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The built-in policies, by name. */
export function builtInPolicies(): BuiltInFile[] {
  return builtInFiles("fixtures/policies");
}

/** The built-in scenarios, by name. */
export function builtInScenarios(): BuiltInFile[] {
  return builtInFiles("fixtures/scenarios");
}

/**
 * The built-in scenarios of a name: one scenario (`setbull-v2/good-candidate`, or `good-candidate` where only one
 * suite has it), or all of a suite (`setbull-v2`). Empty when there is none.
 */
export function findBuiltInScenarios(name: string): BuiltInFile[] {
  return builtInScenarios().filter((one) => {
    const [suite = "", scenario = ""] = one.name.split("/");
    return one.name === name || suite === name || scenario === name;
  });
}

function builtInFiles(folder: string): BuiltInFile[] {
  const root = join(PACKAGE_ROOT, folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .map((path) => {
      const slashed = path.split(sep).join("/");
      return { name: slashed.replace(/\.yaml$/, ""), file: `${folder}/${slashed}`, path: join(root, path) };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Reads a policy by its built-in name, or else from a file; a relative path starts at `folder`. Names hold no `/`
 * and no `.yaml`, so a file is never mistaken for a name.
 */
export function loadPolicy(reference: string, folder = ""): Read<Policy> {
  const policies = builtInPolicies();
  const builtIn = policies.find((policy) => policy.name === reference);
  if (builtIn !== undefined) {
    // Its lints are for whoever checks its file: who only uses it could not cure them.
    const read = readPolicyFile(builtIn.path, builtIn.file);
    return read.ok ? { ...read, lints: [] } : read;
  }
  if (/[/\\]|\.ya?ml$/.test(reference)) {
    const file = reference.startsWith("/") || folder === "" ? reference : join(folder, reference);
    return readPolicyFile(file, file);
  }
  const names = policies.map((policy) => policy.name);
  const complaint = complain("there is no built-in policy of this name", {
    found: reference,
    allowed: `${names.join(", ")}, or a file such as ./policy.yaml`,
    suggestion: nearestWord(reference, names),
  });
  return { ok: false, problems: [{ source: reference, line: 0, column: 0, path: "", ...complaint }] };
}

function readPolicyFile(path: string, shown: string): Read<Policy> {
  const text = readFileText(path, shown, "a policy");
  if (!text.ok) return text;
  const kind = fileKindOf(text.value);
  if (kind !== "scenario" && kind !== "versions") return readPolicy(text.value, shown);
  const message = `this is a ${kind === "scenario" ? "scenario" : "version file"}, not a policy`;
  const complaint = complain(message, { found: shown, allowed: "a file whose first key is policy" });
  return { ok: false, problems: [{ source: shown, line: 0, column: 0, path: "", ...complaint }] };
}

/** The policy that a scenario is to be rehearsed under: its own, or the one that it refers to. */
function loadPolicyOf(scenario: Pick<Scenario, "policy" | "file">): Read<Policy> {
  if (scenario.policy.kind === "inline") return { ok: true, value: scenario.policy.policy, warnings: [] };
  const { reference, place } = scenario.policy;
  const read = loadPolicy(reference, dirname(scenario.file));
  if (read.ok) return read;
  // What is wrong with the reference itself is a problem of the scenario's file; what is wrong inside, of the policy's.
  const problems = read.problems.map((problem): Problem => {
    if (problem.line > 0) return problem;
    return { ...problem, source: scenario.file, ...place, path: "policy", found: problem.found ?? reference };
  });
  return { ok: false, problems };
}

/**
 * Reads a scenario with its policy and checks them against each other. `policy`: rehearse under this one instead
 * (a built-in name or a file as typed); null: under the scenario's own. `shapes`: of the traces that traffic may be of.
 */
export function readRehearsal(
  text: string,
  file: string,
  policy: string | null = null,
  shapes: TraceShapes = noTraceShapes,
): Read<Rehearsal> {
  const scenario = readScenario(text, file, shapes);
  if (!scenario.ok) return { ok: false, problems: withClaims(text, file, policy, scenario.problems) };
  const read = policy === null ? loadPolicyOf(scenario.value) : loadPolicy(policy);
  if (!read.ok) return read;
  const source = policy ?? (scenario.value.policy.kind === "reference" ? scenario.value.policy.reference : file);
  const met = policy === null ? { scenario: scenario.value, warnings: [] } : meetPolicy(scenario.value, read.value);
  const problems = checkAgainstPolicy(met.scenario, read.value, source);
  if (problems.length > 0) return { ok: false, problems };
  const unwise = warnAgainstPolicy(met.scenario, read.value);
  const warnings = [...scenario.warnings, ...read.warnings, ...met.warnings, ...unwise];
  const durationUs = met.scenario.durationUs ?? defaultHorizonUs(read.value);
  const lints = [
    ...(policy === null ? (scenario.lints ?? []) : []),
    ...(read.lints ?? []),
    ...lintRehearsal(met.scenario, read.value, durationUs),
  ];
  return { ok: true, value: { scenario: met.scenario, policy: read.value }, warnings, lints };
}

/** The problems of a scenario's file, and those between what could be read of it and its policy. */
function withClaims(text: string, file: string, policy: string | null, problems: readonly Problem[]): Problem[] {
  const partly = readPartly(text, file, problems);
  if (partly === null || (policy === null && partly.policy === null)) return [...problems];
  const read =
    policy !== null || partly.policy === null
      ? loadPolicy(policy ?? "")
      : loadPolicyOf({ policy: partly.policy, file });
  if (!read.ok) {
    const here = read.problems.filter(({ source }) => source === file);
    return [...inFileOrder([...problems, ...here]), ...read.problems.filter(({ source }) => source !== file)];
  }
  const claims = policy === null ? partly.claims : { ...partly.claims, expectations: [] };
  return inFileOrder([...problems, ...checkClaims(claims, read.value)]);
}

/** Reads the rehearsal of a scenario's file; `shown` is how it is called in messages and in the record. */
export function loadRehearsal(path: string, shown: string = path, policy: string | null = null): Read<Rehearsal> {
  const text = readFileText(path, shown, "a scenario");
  if (!text.ok) return text;
  return readRehearsal(text.value, shown, policy);
}
