import { describe, expect, it } from "vitest";
import { builtInScenarios, loadRehearsal } from "../../scenarios/built-in.ts";
import { readSheet, writeSheet, type RecordingSheet } from "./sealed-sheet.ts";

function sheetOf({ path, file }: { readonly path: string; readonly file: string }): RecordingSheet {
  const read = loadRehearsal(path, file);
  if (!read.ok) throw new Error(`${file} cannot be read`);
  const order = { ...read.value, seed: "1", flags: null };
  return { program: "1.2.3", format: "csv", rows: 12, sha256: "ab", endedAtUs: 90, digest: "cd", order };
}

describe("the sheet of a recording", () => {
  it("is read as it was written, whatever the scenario", () => {
    const sheets = builtInScenarios().map(sheetOf);
    expect(sheets.length).toBeGreaterThan(10);
    for (const sheet of sheets) expect(readSheet(writeSheet(sheet), "run.csv.yaml")).toMatchObject({ value: sheet });
    const [first] = sheets;
    if (first === undefined) throw new Error("no scenario");
    const endless = { ...first.order.scenario, durationUs: Infinity };
    const odd = { ...first, order: { ...first.order, scenario: endless, seed: "007" } };
    expect(readSheet(writeSheet(odd), "run.csv.yaml")).toMatchObject({ value: odd });
  });

  it("is refused where it was changed, cut short, or is something else", () => {
    const [scenario] = builtInScenarios();
    if (scenario === undefined) throw new Error("no scenario");
    const text = writeSheet(sheetOf(scenario));
    const complaint = (changed: string): string => {
      const read = readSheet(changed, "run.csv.yaml");
      return read.ok ? "" : (read.problems[0]?.message ?? "");
    };
    expect(complaint(text)).toBe("");
    expect(complaint(text.replace("rows: 12", "rows: 13"))).toBe("this file was changed, or is not whole");
    expect(complaint(text.slice(0, -20))).toBe("this file was changed, or is not whole");
    expect(complaint(text.replace("recording: 1", "recording: 2"))).toBe("this recording has another layout");
    expect(complaint("policy: x\n")).toBe("this is not what stands beside a recording");
    expect(complaint("")).toBe("this is not what stands beside a recording");
  });
});
