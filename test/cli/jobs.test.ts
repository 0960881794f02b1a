/** Worker threads: the same bytes whatever their number, and nothing lost when one of them breaks. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunDocument } from "../../src/engine/result.ts";
import { buildCommand, runBuilt } from "./built-command.ts";
import { folderWith } from "./rehearse.ts";

function scenario(name: string, duration: string, expectation: string): string {
  return `scenario: ${name}
policy:
  policy: tiny
  phases: [{ name: ALL, traffic: 50%, minDuration: ${duration}, gates: ["errorRate < 50%, at least 10"] }]
  triggers: ["errorRate > 15% over 30s, at least 50"]
duration: ${duration}
traffic: { poisson: 20/s }
users: { population: 200 }
baseline: { latency: 40ms }
candidate: { errors: 10% }
expect: ["${expectation}"]
`;
}

function inThreads(code: string): string {
  return `import { isMainThread, MessagePort } from "node:worker_threads";\nif (!isMainThread) {\n  ${code}\n}\n`;
}

function afterAnswer(code: string): string {
  return `const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (...given) {
    if (given[0]?.done !== undefined) process.nextTick(() => { ${code} });
    return post.apply(this, given);
  };`;
}

const folder = folderWith({
  "suite/a.yaml": scenario("first", "2m", "P(completed) >= 1%"),
  "suite/b.yaml": scenario("second", "3m", "outcome is paused"),
  "suite/c.yaml": scenario("third", "4m", "P(rolled-back) <= 99%"),
  "long/short.yaml": scenario("short", "1m", "outcome is not paused"),
  "long/very.yaml": scenario("very-long", "366d", "outcome is not paused")
    .replace("errorRate < 50%", "errorRate < 0%")
    .replace("> 15%", "> 90%"),
  "break.mjs": `import { isMainThread } from "node:worker_threads";
if (!isMainThread) {
  const set = Float64Array.prototype.set;
  let calls = 0;
  Float64Array.prototype.set = function (...given) {
    if (++calls > 100) throw new Error("planted");
    return set.apply(this, given);
  };
}
`,
  "die-at-once.mjs": inThreads('setTimeout(() => { throw new Error("died"); }, 0).unref();'),
  "die-at-work.mjs": inThreads(`const set = Float64Array.prototype.set;
  let calls = 0;
  Float64Array.prototype.set = function (...given) {
    if (++calls === 100) queueMicrotask(() => { throw new Error("died"); });
    return set.apply(this, given);
  };`),
  "die-after-answer.mjs": inThreads(afterAnswer('throw new Error("died");')),
  "leave-after-answer.mjs": inThreads(afterAnswer("process.exit(0);")),
});

let command = "";
beforeAll(() => {
  command = buildCommand();
});

describe("--jobs", () => {
  it("changes no byte, of the document, the series, or the files of reporters", () => {
    const [one, two, three] = [1, 2, 3].map((jobs) => {
      const files = ["--series", `s${jobs}.csv`, "--output-file", `junit=j${jobs}.xml`, "--reporter", "json"];
      const run = runBuilt(command, ["run", "suite", "--replications", "12", "--jobs", String(jobs), ...files], folder);
      expect(run.exitCode).toBe(1);
      return [
        run.stdout,
        readFileSync(join(folder, `s${jobs}.csv`), "utf8"),
        readFileSync(join(folder, `j${jobs}.xml`), "utf8"),
      ];
    });
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    const { results } = JSON.parse(one?.[0] ?? "") as RunDocument;
    expect(results.map(({ scenario, replications }) => [scenario, replications?.count])).toEqual([
      ["first", 12],
      ["second", 12],
      ["third", 12],
    ]);
  });

  it("stops behind the same failure", () => {
    const stdouts = ["1", "3"].map(
      (jobs) => runBuilt(command, ["run", "suite", "--bail", "--json", "--jobs", jobs], folder).stdout,
    );
    expect((JSON.parse(stdouts[0] ?? "") as RunDocument).results.map(({ scenario }) => scenario)).toEqual([
      "first",
      "second",
    ]);
    expect(stdouts[1]).toBe(stdouts[0]);
  });
});

describe("a thread that breaks", () => {
  it("ends the run with 70, the seed and the command that breaks it again", () => {
    const argv = ["run", "suite", "--replications", "20", "--jobs", "2", "--json"];
    const broken = runBuilt(command, argv, folder, ["--import", join(folder, "break.mjs")]);
    expect(broken).toMatchObject({ exitCode: 70, stdout: "" });
    expect(broken.stderr).toContain("internal error: unexpected error: planted\n");
    const seed = /^seed {7}(1(?:\+\d+)?)$/mu.exec(broken.stderr)?.[1] ?? "none";
    expect(broken.stderr).toMatch(/^ {4}at .*totals/mu);
    expect(broken.stderr).toMatch(
      new RegExp(`^reproduce {2}rehearse run suite --filter '/\\^\\w+\\$/' --seed ${seed.replace("+", "\\+")}$`, "mu"),
    );
  });

  // Whatever was lost by it, and however far the other threads are: each of these dies before the work is done.
  it.each([
    ["die-at-once.mjs", "died"],
    ["die-at-work.mjs", "died"],
    ["die-after-answer.mjs", "died"],
    ["leave-after-answer.mjs", "a worker thread ended by itself, with 0"],
  ])("and one that dies outright: %s", (file, said) => {
    const argv = ["run", "suite", "--replications", "20", "--jobs", "2"];
    const died = runBuilt(command, argv, folder, ["--import", join(folder, file)]);
    expect(died).toMatchObject({ exitCode: 70, stdout: "" });
    const [first, seed, reproduce] = died.stderr.split("\n");
    expect(first).toBe(`internal error: unexpected error: ${said}`);
    expect(seed).toMatch(/^seed {7}1(?:\+\d+)?$/u);
    expect(reproduce).toMatch(
      new RegExp(
        `^reproduce {2}rehearse run suite --filter '/\\^\\w+\\$/' --seed ${seed?.slice(11).replace("+", "\\+")}$`,
        "u",
      ),
    );
  });
});

describe("Ctrl-C while threads work", () => {
  it("flushes what was finished", async () => {
    // On a busy machine it may not listen yet, or not be through with the short one: then it is given more time.
    let exitCode: unknown = null;
    let finished: string[] = [];
    for (let waitMs = 1_500; finished.length === 0 && waitMs <= 12_000; waitMs *= 2) {
      const child = spawn(process.execPath, [command, "run", "long", "--jobs", "2", "--json"], { cwd: folder });
      let stdout = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      setTimeout(() => child.kill("SIGINT"), waitMs);
      exitCode = await new Promise((resolve) => child.on("close", resolve));
      finished = stdout === "" ? [] : (JSON.parse(stdout) as RunDocument).results.map(({ scenario }) => scenario);
    }
    expect({ exitCode, finished }).toEqual({ exitCode: 130, finished: ["short"] });
  });
});
