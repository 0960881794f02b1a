import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fasterReleaseCsv } from "../traces/faster-release.ts";
import { folderWith, rehearse, ROOT } from "./rehearse.ts";

const NEZHA = join(ROOT, "../shared/data/nezha/04_02_trace.csv");
const WATCH = `policy: watch
tick: 1s
phases: [{ name: A, traffic: 20%, minDuration: 1h }]
triggers:
  - all.latency.change < 0.01% over 5s, at least 20 attempts
`;
const folder = folderWith({
  "faster.csv": fasterReleaseCsv(),
  "watch.yaml": WATCH,
  "known.csv": "name,from,to,kind\nfaster,400s,500s,early return\n",
  "twice.csv": "name,from,to\nfaster,2024-03-04T09:06:40,2024-03-04T09:08:20\n",
  "wrong.yaml": "incidents:\n  - { name: a, form: 1m, to: 2m }\n",
  "late.csv": "name,from,to\nlate,1d,2d\n",
  "nezha.yaml": "incidents:\n  - { name: release, from: 2022-08-22T04:02:07Z, to: 2022-08-22T04:02:20Z }\n",
});
const at = (name: string): string => join(folder, name);
const replay = (policy: string, incidents: string, ...more: readonly string[]) =>
  rehearse(["replay", at("faster.csv"), "--policy", policy, "--incidents", at(incidents), ...more]);

interface Judged {
  readonly rules: readonly { readonly name: string; readonly seen: number; readonly missed: number }[];
}

describe("rehearse replay --incidents", () => {
  it("says what each trigger and alert saw, and why it did not", async () => {
    const { exitCode, stdout } = await replay("setbull-v2", "known.csv", "--ascii");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/incident faster \(early return\): 6m 40s to 8m 20s/u);
    expect(stdout).toMatch(/trigger error-rate candidate\.errorRate\n {4}x blind to faster: at most \d+ of the 50/u);
    expect(stdout).toContain("x no trigger and no alert saw faster");
    const seen = await replay(at("watch.yaml"), "known.csv");
    expect(seen.stdout).toMatch(/✓ saw faster after [\d.]+s/u);
    expect(seen.stdout).not.toContain("no trigger and no alert");
  });

  it("says the same as one document, in the run's time at any rate, with times in the zone that is given", async () => {
    const { stdout } = await replay(at("watch.yaml"), "twice.csv", "--zone", "UTC", "--rate", "x2", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      schema: "rehearse.incidents/1",
      policy: "watch",
      incidents: [{ name: "faster", fromUs: 200_000_000, toUs: 250_000_000 }],
      rules: [{ kind: "trigger", metric: "all.latency.change", seen: 1, missed: 0 }],
    });
  });

  it("refuses files that are missing, wrong or of another time", async () => {
    const missing = await replay("setbul", "none.yaml");
    expect(missing).toMatchObject({ exitCode: 2, stdout: "" });
    expect(missing.stderr).toMatch(/--policy[^]*--incidents/u);
    expect((await replay("setbull-v2", "wrong.yaml")).stderr).toMatch(/wrong\.yaml:2:\d+[^\n]*form/u);
    const late = await replay("setbull-v2", "late.csv");
    expect([late.exitCode, late.stderr]).toEqual([2, expect.stringContaining("not within the trace")]);
    expect((await replay("setbull-v2", "twice.csv")).stderr).toContain("--zone was not given");
  });

  it.skipIf(!existsSync(NEZHA))(
    "is blind on public spans with the built-in policies, and sees with the change",
    async () => {
      const judge = async (policy: string): Promise<Judged> => {
        const argv = ["replay", NEZHA, "--policy", policy, "--incidents", at("nezha.yaml"), "--json"];
        return JSON.parse((await rehearse(argv)).stdout) as Judged;
      };
      for (const policy of ["setbull-v2", "ultra-fast-analyzer"]) {
        expect((await judge(policy)).rules.filter(({ seen }) => seen > 0)).toEqual([]);
      }
      expect((await judge(at("watch.yaml"))).rules).toMatchObject([{ seen: 1, missed: 0 }]);
    },
  );
});
