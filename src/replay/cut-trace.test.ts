import { describe, expect, it } from "vitest";
import { isoFromEpochUs } from "./calendar.ts";
import type { Trace } from "./columns.ts";
import { cutTrace } from "./cut-trace.ts";
import { readImportSettings, type ImportSettingsText } from "./import-settings.ts";
import { importTrace } from "./import-trace.ts";

const FIRST = 1_715_947_200;
const LINES = Array.from({ length: 10 }, (_, i) => `${FIRST + i * 10},u${i},${i === 3 ? 499 : 200},${i < 5 ? i : ""}`);

async function cut(text: ImportSettingsText): Promise<Trace | string> {
  const settings = readImportSettings(text);
  if (!settings.ok) return settings.problems[0]?.message ?? "";
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`timestamp,user,status,latency_ms\n${LINES.join("\n")}\n`);
  }
  const trace = await importTrace(chunks(), { ...settings.value, source: "t.csv" });
  if (!trace.ok) return trace.problems[0]?.message ?? "";
  const part = cutTrace(trace.value, settings.value.range);
  if (part.ok) return part.value;
  const [{ source, message, allowed } = { source: "", message: "", allowed: "" }] = part.problems;
  return `${source}: ${message} (${allowed})`;
}

async function usersOf(text: ImportSettingsText): Promise<string[]> {
  const trace = await cut(text);
  if (typeof trace === "string") throw new Error(trace);
  return [...trace.columns.key].map((key) => trace.keys[key] ?? "");
}

describe("the part of a trace", () => {
  it("begins at --from and ends before --to, offsets and calendar times alike", async () => {
    expect(await usersOf({})).toEqual(["u0", "u1", "u2", "u4", "u5", "u6", "u7", "u8", "u9"]);
    expect(await usersOf({ from: "20s", to: "50s" })).toEqual(["u2", "u4"]);
    const from = isoFromEpochUs((FIRST + 20) * 1_000_000);
    expect(await usersOf({ from, to: "50s" })).toEqual(["u2", "u4"]);
    expect(await usersOf({ from: from.slice(0, -1), to: "50s", zone: "+00:00" })).toEqual(["u2", "u4"]);
    expect(await usersOf({ from: "20.000001s" })).toEqual(["u4", "u5", "u6", "u7", "u8", "u9"]);
  });

  it("starts anew, and accounts for what is outside", async () => {
    const trace = await cut({ from: "20s", to: "80s" });
    if (typeof trace === "string") throw new Error(trace);
    expect([...trace.columns.startUs]).toEqual([0, 20e6, 30e6, 40e6, 50e6]);
    expect(trace.outcome.length).toBe(5);
    const { report, count } = trace;
    expect(report).toMatchObject({ rows: 10, accepted: 10, clientLeft: 1, unfinished: 0, outsideRange: 4 });
    expect(report.accepted).toBe(count + report.clientLeft + report.unfinished + report.outsideRange);
    expect(report).toMatchObject({ spanUs: 50e6, withoutLatency: 3, startsAtEpochUs: (FIRST + 20) * 1e6 });
  });

  it("must have a row", async () => {
    expect(await cut({ from: "1h" })).toBe(
      "--from: no row of t.csv starts in this range " +
        "(the trace goes from 2024-05-17T12:00:00.000000Z to 2024-05-17T12:01:30.000000Z)",
    );
    expect(await cut({ from: "50s", to: "20s" })).toContain("--from and --to: the range ends before it begins");
    expect(await cut({ to: "1999-01-01Z" })).toContain("--to: no row");
  });
});
