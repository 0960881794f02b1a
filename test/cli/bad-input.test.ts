import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, rehearse, rehearseProcess, ROOT, type Finished } from "./rehearse.ts";

const SCENARIO = `scenario: fine
policy: setbull-v2
duration: 1m
traffic: { constant: 20/s }
baseline: { latency: 80ms }
candidate: { latency: x 0.5 }
`;

const folder = folderWith({
  "fine.yaml": SCENARIO,
  "empty.yaml": "",
  "binary.yaml": Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]),
  "latin1.yaml": Uint8Array.from([0x73, 0xe9, 0x0a]),
  "three.yaml": SCENARIO.replace("80ms", "-80ms").replace("20/s", "20").replace("latency: x", "latancy: x"),
  "percent.yaml": "policy: mine\nphases: [{ name: A, traffic: 101%, minDuration: 1m }]\n",
  "negative.yaml": "policy: mine\nphases: [{ name: A, traffic: 1%, minDuration: -1m }]\n",
  "metric.yaml": "policy: mine\nphases: [{ name: A, traffic: 1%, minDuration: 1m, gates: [errorrRate < 1%] }]\n",
  "versions.yaml": "latency: x 2\n",
  "syntax.yaml": "scenario: [unclosed\n",
  "neither.yaml": "name: ci\non: push\n",
  "other.log": "Jan  1 00:00:00 host kernel: this is no access log\n",
  "folder.yaml/inner.txt": "",
});
const at = (name: string): string => join(folder, name);

/** A mistake of the user's ends with code 2, a message on standard error, nothing on standard output, and no stack. */
function expectRefusal(finished: Finished, ...said: readonly string[]): void {
  expect(finished.stdout).toBe("");
  expect(finished.exitCode).toBe(2);
  expect(finished.stderr).not.toMatch(/^\s+at .*\.[jt]s|node:internal|Error:/mu);
  for (const words of said) expect(finished.stderr).toContain(words);
}

describe("bad input", () => {
  it.each([
    ["a missing file", ["run", at("nosuch.yaml")], ["nosuch.yaml: there is no file, folder or built-in scenario"]],
    ["an empty file", ["run", at("empty.yaml")], ["empty.yaml", "empty"]],
    ["a binary file", ["run", at("binary.yaml")], ["binary.yaml: this is a binary file, not a scenario"]],
    ["text in another encoding", ["run", at("latin1.yaml")], ["not text in UTF-8"]],
    ["a policy in place of a scenario", ["run", at("percent.yaml")], ["this is not a scenario; found a policy"]],
    ["broken YAML", ["run", at("syntax.yaml")], ["syntax.yaml:"]],
    ["an unknown built-in name", ["run", "setbull-v2/bad-candidat"], ["did you mean setbull-v2/bad-candidate?"]],
    [
      "an unknown policy",
      ["run", at("fine.yaml"), "--policy", "setbul-v2"],
      ["--policy: ", "did you mean setbull-v2?"],
    ],
    ["an unknown command", ["runn"], ["unknown command 'runn'", "(Did you mean run?)"]],
    ["an unknown option", ["run", "--jsn"], ["unknown option '--jsn'", "(Did you mean --json?)"]],
    ["an unknown option of a verb's verb", ["trace", "info", "--jsn"], ["(rehearse trace info --help says more)"]],
    ["an unknown list", ["list", "metric"], ["(Did you mean metrics?)"]],
    ["an unknown schema", ["schema", "polcy"], ["(Did you mean policy?)"]],
    ["no command at all", [], ["Usage: rehearse"]],
    ["a replay without its policy", ["replay", at("other.log")], ["--policy"]],
    [
      "a log of another format",
      ["replay", at("other.log"), "--policy", "setbull-v2"],
      ["other.log: the format", "tried"],
    ],
    ["a folder in place of a log", ["replay", folder, "--policy", "setbull-v2"], ["directory"]],
    ["a missing log", ["replay", at("no.log"), "--policy", "setbull-v2"], ["no.log: there is no such file"]],
    ["a binary log", ["replay", at("binary.yaml"), "--policy", "setbull-v2"], ["binary"]],
    ["an empty log", ["replay", at("empty.yaml"), "--policy", "setbull-v2"], ["the file is empty"]],
    ["a rate of nothing", ["replay", at("other.log"), "--policy", "setbull-v2", "--rate", "x0"], ["--rate", "x35"]],
    ["a share of 0 users", ["replay", at("other.log"), "--policy", "setbull-v2", "--amplify", "0"], ["--amplify"]],
    ["an empty seed", ["run", at("fine.yaml"), "--seed", ""], ["--seed", "Allowed: any text but the empty one"]],
    [
      "a scenario in place of a policy, once",
      ["run", at("fine.yaml"), "--policy", at("fine.yaml")],
      ["error: --policy: this is a scenario, not a policy; found"],
    ],
    [
      "a version file in place of a policy",
      ["replay", at("other.log"), "--policy", at("versions.yaml")],
      ["--policy: this is a version file, not a policy; found"],
    ],
    ["a missing file to check", ["check", at("nosuch.yaml")], ["nosuch.yaml: no such file or folder"]],
    ["a file of no known kind", ["check", at("neither.yaml")], ["neither.yaml: this is none of the files"]],
    ["an empty file to check", ["check", at("empty.yaml")], ["empty.yaml: the file is empty"]],
    ["a folder without files to check", ["check", at("folder.yaml")], ["there is no *.yaml file in this folder"]],
  ])("%s", async (_, argv, said) => {
    expectRefusal(await rehearse(argv), ...said);
  });

  it("a scenario with three mistakes: all three, each with its place", async () => {
    const finished = await rehearse(["run", at("three.yaml")]);
    expectRefusal(
      finished,
      "three.yaml:4:22: traffic.constant: a rate needs its unit of time",
      "three.yaml:5:22: baseline.latency",
      "three.yaml:6:14: candidate.latancy: unknown key",
      "did you mean latency?",
      "3 problems",
    );
  });

  it.each([
    ["a share of 101 %", "percent.yaml", "percent.yaml:2:30: phases[0].traffic", "101%"],
    ["a negative duration", "negative.yaml", "negative.yaml:2:", "must not be negative"],
    ["an unknown metric", "metric.yaml", "unknown metric; found errorrRate", "did you mean errorRate?"],
  ])("%s", async (_, name, ...said) => {
    expectRefusal(await rehearse(["check", at(name)]), ...said);
  });

  it("says what is wrong with all files of a check at once", async () => {
    const finished = await rehearse(["check", at("percent.yaml"), at("negative.yaml"), at("fine.yaml")]);
    expect(finished.exitCode).toBe(2);
    expect(finished.stderr).toContain("percent.yaml:2:30");
    expect(finished.stderr).toContain("negative.yaml:2:");
    expect(finished.stderr).toContain("2 problems");
    expect(finished.stdout).toBe(`ok  ${at("fine.yaml")}  (scenario)\n`);
  });

  it("a bad variable is named with its value and what is allowed, and only where the environment is asked for", async () => {
    const env = { CACHE_ENABLED: "yes", ROLLOUT_PERCENTAGE: "101" };
    const finished = await rehearse(["run", at("fine.yaml"), "--flags-from-env"], { env });
    expectRefusal(
      finished,
      "environment: CACHE_ENABLED",
      "found yes",
      "true, false",
      "ROLLOUT_PERCENTAGE",
      "found 101",
    );
    expect((await rehearse(["run", at("fine.yaml")], { env })).exitCode).toBe(0);
  });

  it("is refused the same in a process of its own", () => {
    mkdirSync(at("nothing"), { recursive: true });
    expectRefusal(rehearseProcess(["run", "three.yaml"], folder), "three.yaml:4:22");
    expectRefusal(rehearseProcess(["replay", "..", "--policy", "setbull-v2"], folder), "directory");
    expectRefusal(rehearseProcess(["rnu"], ROOT), "(Did you mean run?)");
  });
});
