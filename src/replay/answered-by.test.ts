import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answeredBy, unansweredRows } from "./answered-by.ts";
import type { Trace } from "./columns.ts";
import { cutTrace } from "./cut-trace.ts";
import { fitTrace } from "./fit/fit-trace.ts";
import { readImportSettings } from "./import-settings.ts";
import { importTrace } from "./import-trace.ts";

async function traceOf(versions: readonly string[]): Promise<Trace> {
  const settings = readImportSettings({});
  if (!settings.ok) throw new Error("no settings are valid settings");
  const rows = versions.map((version, i) => `${1_700_000_000 + i},u${i},/a,200,${i + 1},${version}`);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(`ts,user,route,status,latency_ms,version\n${rows.join("\n")}\n`));
  }
  const read = await importTrace(chunks(), { ...settings.value, source: "test" });
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return read.value;
}

/** The rows from second `from` on, before second `to`. */
function cut(trace: Trace, from: number, to: number): Trace {
  const end = (us: number) => ({ kind: "offset", us }) as const;
  const part = cutTrace(trace, { from: end(from * 1_000_000), to: end(to * 1_000_000) });
  if (!part.ok) throw new Error(part.problems[0]?.message);
  return part.value;
}

/** Of each row: b, c, or - for nobody's. */
function told(trace: Trace): string {
  const answered = answeredBy(trace);
  return [...trace.columns.version.keys()]
    .map((row) =>
      answered === null || answered.onBaseline[row] === 1 ? "b" : answered.onCandidate[row] === 1 ? "c" : "-",
    )
    .join("");
}

describe("who answered a row", () => {
  it("is the baseline where the log does not say so of any row, and else nobody where it does not say it", async () => {
    expect(told(await traceOf(["", "1.2.3", ""]))).toBe("bbb");
    expect(told(await traceOf(["stable", "v1"]))).toBe("bb");
    expect(told(await traceOf(["", "canary", ""]))).toBe("bcb");
    expect(told(await traceOf(["canary", "canary"]))).toBe("cc");
    expect(told(await traceOf(["stable", "", "1.2.3"]))).toBe("b--");
    expect(told(await traceOf(["stable", "canary", ""]))).toBe("bc-");
    expect(unansweredRows(await traceOf(["stable", "canary", "", "1.2.3"]))).toBe(2);
    expect(unansweredRows(await traceOf(["canary", "", "1.2.3"]))).toBe(0);
  });

  it("is the same in a part of the log as in all of it", async () => {
    const versions = fc.array(fc.constantFrom("stable", "canary", "", "1.2.3"), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(versions, fc.nat(), fc.nat(), async (names, a, b) => {
        const trace = await traceOf(names);
        const from = a % names.length;
        const to = from + 1 + (b % (names.length - from));
        expect(told(cut(trace, from, to))).toBe(told(trace).slice(from, to));
      }),
    );
  });

  it("is fitted nevertheless where a part has rows of nobody alone, with a warning", async () => {
    const part = cut(await traceOf(["stable", "canary", "", "", ""]), 2, 5);
    const { baseline, candidate, warnings } = fitTrace(part);
    expect([baseline.rows, candidate]).toEqual([3, null]);
    expect(warnings).toContain("no row says which version answered: the baseline was fitted to all of them");
  });
});
