import { describe, expect, it } from "vitest";
import type { RowReader } from "./formats/trace-format.ts";
import { latin1Of } from "./latin1-text.ts";
import { LINE_PREFIXES } from "./line-prefix.ts";
import { createLineReader } from "./line-reader.ts";
import { LINE_BYTES_MAX } from "./lines.ts";

async function linesOf(prefixName: string | null, ...blocks: readonly string[]): Promise<(string | number)[][]> {
  const taken: (string | number)[][] = [];
  const rows: RowReader = {
    readLine: (bytes, from, to, line) => void taken.push([line, latin1Of(bytes, from, to)]),
    describe: () => "rows",
  };
  const reader = createLineReader(rows, LINE_PREFIXES.find((prefix) => prefix.name === prefixName) ?? null);
  for (const block of blocks) await reader.readBlock(Buffer.from(block));
  await reader.end();
  return taken;
}

const AT = "2024-05-17T10:05:03Z";

describe("the reader of lines", () => {
  it("numbers lines over blocks", async () => {
    expect(await linesOf(null, "a\r\n\nb\n", "c")).toEqual([
      [1, "a"],
      [2, ""],
      [3, "b"],
      [4, "c"],
    ]);
  });

  it("takes prefixes off, and leaves lines without one", async () => {
    expect(await linesOf("Docker Compose", "Attaching to shop\nshop  | a\nshop  | \n")).toEqual([
      [1, "Attaching to shop"],
      [2, "a"],
      [3, ""],
    ]);
  });

  it("puts a record together that was split over lines, and keeps one that never ends", async () => {
    const block = `${AT} stdout F a\n${AT} stdout P b1\nplain\n${AT} stdout P b2\n`;
    expect(await linesOf("Kubernetes", block, `${AT} stdout F b3\n${AT} stdout P c`)).toEqual([
      [1, "a"],
      [3, "plain"],
      [2, "b1b2b3"],
      [6, "c"],
    ]);
  });

  it("puts records of one output together, whatever the other one writes meanwhile", async () => {
    const stdout = `${AT} stdout P a1\n${AT} stderr P oh \n${AT} stdout P a2\n${AT} stderr F no\n${AT} stdout F a3\n`;
    expect(await linesOf("Kubernetes", `${stdout}${AT} stderr P x\n${AT} stdout P b`)).toEqual([
      [2, "oh no"],
      [1, "a1a2a3"],
      [6, "x"],
      [7, "b"],
    ]);
    const docker = (log: string, stream: string): string => JSON.stringify({ log, stream, time: AT });
    const lines = [docker("a1", "stdout"), docker("no\n", "stderr"), docker("a2\n", "stdout"), "plain"];
    expect(await linesOf("Docker", lines.join("\n"))).toEqual([
      [2, "no"],
      [1, "a1a2"],
      [4, "plain"],
    ]);
  });

  it("cuts a record that is put together and too long, so that it can be rejected", async () => {
    const parts = Array.from({ length: 5 }, () => `${AT} stdout P ${"x".repeat(30_000)}\n`).join("");
    const [[line, text] = []] = await linesOf("Kubernetes", `${parts}${AT} stdout F y`);
    expect([line, String(text).length]).toEqual([1, LINE_BYTES_MAX + 1]);
  });
});
