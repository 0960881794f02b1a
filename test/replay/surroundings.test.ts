/** What stands above the rows of a log and around its lines changes no row, of whatever format. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FORMATS } from "../traces/format-samples.ts";
import { importLines, rowsOf } from "./imported-rows.ts";

const SETTINGS = { zone: "+03:30", start: "2024-05-17T10:00:00Z" };
const AT = "2024-05-17T10:05:03.000000100Z";

interface Seen {
  readonly rows: readonly unknown[];
  readonly accepted: number;
  readonly rejected: number;
}

/** All that a row is but its line, by which those are told that name no user. */
async function see(lines: readonly string[], format: string | undefined): Promise<Seen> {
  const trace = await importLines(lines, { ...SETTINGS, format });
  const rows = rowsOf(trace).map(({ line: _, key, ...row }) => ({ ...row, key: key.replace(/^line:.*/u, "line") }));
  return { rows, accepted: trace.report.accepted, rejected: trace.report.rejected };
}

/** A line as Kubernetes and Docker write it: in parts, with a line of the other output behind each. */
const COLLECTORS: Readonly<Record<string, (parts: readonly string[], noise: boolean) => string[]>> = {
  none: (parts) => [parts.join("")],
  Kubernetes: (parts, noise) =>
    parts.flatMap((part, i) => [
      `${AT} stdout ${i === parts.length - 1 ? "F" : "P"} ${part}`,
      ...(noise ? [`${AT} stderr F oh no`] : []),
    ]),
  Docker: (parts, noise) =>
    parts.flatMap((part, i) => [
      JSON.stringify({ log: i === parts.length - 1 ? `${part}\n` : part, stream: "stdout", time: AT }),
      ...(noise ? [JSON.stringify({ log: "oh no\n", stream: "stderr", time: AT })] : []),
    ]),
  "Docker Compose": (parts) => [`shop-1  | ${parts.join("")}`],
};

/** A line in parts, cut at shares of its length. */
function cut(line: string, shares: readonly number[]): string[] {
  const at = shares.map((share) => Math.floor(share * line.length)).sort((a, b) => a - b);
  return [...at, line.length].map((to, i) => line.slice(at[i - 1] ?? 0, to));
}

const surroundings = fc.record({
  prompts: fc.array(
    fc.constantFrom("shop@edge:~$ cat access.log", "Attaching to shop", 'grep "x" log | tail', "~$ l"),
    {
      maxLength: 9,
    },
  ),
  collector: fc.constantFrom(...Object.keys(COLLECTORS)),
  shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  /** Behind which lines something else was written. */
  noisy: fc.array(fc.nat(40), { maxLength: 2 }),
  rows: fc.integer({ min: 20, max: 40 }),
  isNamed: fc.boolean(),
});

describe("what stands around the rows", () => {
  it.each(FORMATS)("of %s is no row, and changes none", async (format, header, rowOf) => {
    await fc.assert(
      fc.asyncProperty(surroundings, async ({ prompts, collector, shares, noisy, rows, isNamed }) => {
        // A header is looked for among the first ten lines: with what is written between its parts it stands there.
        const above = prompts.slice(0, 9 - (noisy.includes(0) ? shares.length : 0));
        const lines = header === "" ? [] : [header.trimEnd()];
        for (let row = 0; row < rows; row++) lines.push(rowOf(row));
        const wrap = COLLECTORS[collector] ?? (() => []);
        const wrapped = lines.flatMap((line, i) => wrap(cut(line, shares), noisy.includes(i)));
        const name = isNamed ? format : undefined;
        const plain = await see(lines, format);
        const seen = await see([...above, ...wrapped], name);
        expect(seen.rows).toEqual(plain.rows);
        expect(seen.accepted).toBe(plain.accepted);
        const noise =
          collector === "Kubernetes" || collector === "Docker"
            ? new Set(noisy.filter((i) => i < lines.length)).size * (shares.length + 1)
            : 0;
        expect(seen.rejected).toBe(plain.rejected + above.length + noise);
      }),
      { numRuns: 40 },
    );
  });
});
