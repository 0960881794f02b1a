import { describe, expect, it } from "vitest";
import { describeProblem } from "../../engine/kernel/problem.ts";
import { placeIncidents, readIncidents } from "./incident-file.ts";

const GROUND = {
  routes: ["GET /a", "GET /b"],
  report: { startsAtEpochUs: 1_709_542_800_000_000, spanUs: 600_000_000 },
};
const YAML = `incidents:
  - { name: first, from: 2024-03-04T09:01:00Z, to: 2024-03-04T10:02+01:00, kind: deploy, version: candidate }
  - { name: second, from: 2m, to: 3m, route: GET /b }
`;
const CSV = `name,from,to,kind,version,route
first,2024-03-04T09:01:00Z,2024-03-04T10:02+01:00,deploy,candidate,

second,2m,3m,,,GET /b
`;

function problemsOf(text: string, file: string): string[] {
  const read = readIncidents(text, file, null);
  return read.ok ? [] : read.problems.map(describeProblem);
}

describe("a file of incidents", () => {
  it("says the same as YAML and as CSV, in calendar times and offsets", () => {
    const yaml = readIncidents(YAML, "known.yaml", null);
    const csv = readIncidents(CSV, "known.csv", null);
    expect(yaml.ok && csv.ok ? csv.value : csv).toEqual(yaml.ok ? yaml.value : yaml);
    if (!yaml.ok) return;
    const placed = placeIncidents(yaml.value, "known.yaml", GROUND);
    expect(placed).toMatchObject({
      ok: true,
      value: [
        { name: "first", kind: "deploy", version: "candidate", fromUs: 60_000_000, toUs: 120_000_000 },
        { name: "second", route: "GET /b", fromUs: 120_000_000, toUs: 180_000_000 },
      ],
    });
  });

  it("is complained of as a whole, with places", () => {
    const yaml = problemsOf(
      "incidents:\n  - { name: a, from: 1m, to: soon, vrsion: candidate }\n  - { name: a, from: 1, to: 2m }\n",
      "known.yaml",
    ).join("\n");
    expect(yaml).toMatch(/known\.yaml:2:\d+[^\n]*vrsion/u);
    expect(yaml).toContain("this is neither a time nor an offset");
    expect(yaml).toMatch(/known\.yaml:3:\d+[^\n]*names of incidents are unique/u);
    const csv = problemsOf("name,from,to,version\nx,1m,soon,canary\nx,1m,2m,\n", "known.csv");
    expect(csv).toEqual([
      expect.stringContaining("known.csv:2:1: to: this is neither a time nor an offset"),
      expect.stringMatching(/known\.csv:2:1: unknown version; found canary; allowed: baseline, candidate/u),
      expect.stringContaining("known.csv:3:1: names of incidents are unique"),
    ]);
    expect(problemsOf("nam,from\nx,1m\n", "known.csv").join("\n")).toMatch(
      /there is no such column[^\n]*name[^]*column name is missing[^]*column to is missing/u,
    );
    expect(problemsOf("name,from,to\n", "known.csv")).toEqual([expect.stringContaining("no incidents")]);
    expect(problemsOf("incidents: []\n", "known.yaml")).toHaveLength(1);
  });

  it("has incidents that end after they begin, within the trace", () => {
    const read = readIncidents(
      "name,from,to\na,3m,2m\nb,1h,2h\nc,1m,2h\nd,2024-03-04T08:00Z,2024-03-04T09:00Z\n",
      "known.csv",
      null,
    );
    const placed = read.ok ? placeIncidents(read.value, "known.csv", GROUND) : read;
    expect(placed.ok ? [] : placed.problems.map(({ path, message }) => [path, message])).toEqual([
      ["a", "this incident ends before it begins"],
      ["b", "this incident is not within the trace"],
      ["d", "this incident is not within the trace"],
    ]);
  });

  it("are warned of where they are on a route that the trace does not have", () => {
    const read = readIncidents(
      "name,from,to,route\na,3m,4m,GET /c\nb,1h,2h,GET /b\nc,1m,2m,GET /b\n",
      "known.csv",
      null,
    );
    const warnings = (minutes: number): unknown => {
      const ground = { ...GROUND, report: { ...GROUND.report, spanUs: minutes * 60_000_000 } };
      const placed = read.ok ? placeIncidents(read.value, "known.csv", ground) : read;
      return placed.ok
        ? placed.warnings.map(({ path, found, suggestion }) => [path, found, suggestion])
        : placed.problems;
    };
    expect(warnings(120)).toEqual([["a", "GET /c", "GET /a"]]);
    expect(warnings(10)).toMatchObject([{ path: "b" }]);
  });
});
