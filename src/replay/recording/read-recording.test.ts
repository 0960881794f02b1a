import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Read } from "../../engine/kernel/problem.ts";
import { loadRehearsal, builtInScenarios } from "../../scenarios/built-in.ts";
import { planScenario } from "../../scenarios/runner.ts";
import { readRecordedRows } from "./read-recording.ts";
import { headOf } from "./recorded-row.ts";
import type { RecordedColumns } from "./recorded-world.ts";
import type { RecordingSheet } from "./sealed-sheet.ts";

const [scenario] = builtInScenarios();
const read = loadRehearsal(scenario?.path ?? "");
if (!read.ok) throw new Error("no scenario");
const order = { ...read.value, seed: "1", flags: null };
const { world } = planScenario(order.scenario, order.policy, "1");
const row = (atUs: number): string => `0,${atUs},u1,0,${world.routes[0] ?? ""},,,5000,served,6000,declined\n`;
const TEXT = `${headOf("csv")}${row(1)}${row(5)}`;

async function readText(text: string, change: Partial<RecordingSheet> = {}): Promise<Read<RecordedColumns>> {
  const sha256 = createHash("sha256").update(TEXT).digest("hex");
  const sheet = { program: "1", format: "csv", rows: 2, sha256, endedAtUs: 9, digest: "", order, ...change } as const;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    // In pieces that end anywhere.
    for (let at = 0; at < text.length; at += 7) yield await Promise.resolve(Buffer.from(text.slice(at, at + 7)));
  }
  return readRecordedRows(chunks(), "run.csv", sheet, world);
}

async function complaint(text: string, change: Partial<RecordingSheet> = {}): Promise<string> {
  const result = await readText(text, change);
  return result.ok ? "" : result.problems.map(({ line, message }) => `${line}: ${message}`).join("; ");
}

describe("the rows of a recording", () => {
  it("are read whole", async () => {
    const result = await readText(TEXT);
    expect(result.ok && [...result.value.atUs]).toEqual([1, 5]);
  });

  it("are refused where they are damaged, too few, too many, or of another recording", async () => {
    expect(await complaint(TEXT)).toBe("");
    expect(await complaint("")).toBe("0: rows are missing");
    expect(await complaint(TEXT.slice(0, -1))).toBe("0: this is not the file that was recorded");
    expect(await complaint(TEXT.replace("6000", "6001"))).toBe("0: this is not the file that was recorded");
    expect(await complaint(headOf("csv") + row(1))).toBe("0: rows are missing");
    expect(await complaint(TEXT + row(7))).toBe("4: there are more rows than were recorded");
    expect(await complaint(headOf("csv") + row(5) + row(1))).toBe("3: this row is earlier than the one before it");
    expect(await complaint(TEXT.replace("request", "when"))).toBe("1: this does not begin as a recording does");
    expect(await complaint(TEXT.replace(",5,u1", ",u1"))).toBe("3: this is no row of a recording");
    expect(await complaint(TEXT, { sha256: "0" })).toBe("0: this is not the file that was recorded");
  });
});
