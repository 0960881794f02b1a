import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { arbitraryLog, plainTrace, traceOfLog } from "../../../test/traces/arbitrary-log.ts";
import { describeProblem } from "../../engine/kernel/problem.ts";
import { looksLikeTraceFile, readTraceFile } from "./read-trace-file.ts";
import { createTraceWriter, writeTraceFile } from "./write-trace-file.ts";

const ORIGIN = { sourceSha256: "00ff", options: "{}" };

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "trace-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function refusal(path: string): string {
  const read = readTraceFile(path, "x.trace");
  return read.ok ? "" : read.problems.map(describeProblem).join("\n");
}

describe("a trace file", () => {
  it("gives back what was written, to the last number", async () => {
    const path = join(scratch(), "a.trace");
    await fc.assert(
      fc.asyncProperty(arbitraryLog, async (text) => {
        const trace = await traceOfLog(text);
        writeTraceFile(path, trace, ORIGIN);
        const read = readTraceFile(path, "log.csv");
        if (!read.ok) throw new Error(refusal(path));
        expect(plainTrace(read.value.trace)).toEqual(plainTrace(trace));
        expect(read.value.origin).toEqual(ORIGIN);
      }),
    );
    expect(readdirSync(join(path, ".."))).toEqual(["a.trace"]);
  });

  it("is refused where any byte is another, is missing, or follows: never another trace, never an exception", async () => {
    const folder = scratch();
    const path = join(folder, "a.trace");
    writeTraceFile(
      path,
      await traceOfLog("timestamp,user,route,status\n1700000001,ü,/a,200\n1700000002,b,/b,500"),
      null,
    );
    const whole = readFileSync(path);
    const broken = join(folder, "b.trace");
    const padding = new Set<number>();
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 0x10;
      writeFileSync(broken, bytes);
      const said = refusal(broken);
      if (said === "") padding.add(at);
      else
        expect(said).toMatch(
          /^x\.trace: this (is no trace file|trace file is (damaged|of another version|cut short))/u,
        );
    }
    // Only bytes that align columns mean nothing.
    for (const at of padding) expect(whole[at]).toBe(0);
    expect(padding.size).toBeLessThan(48);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(broken, whole.subarray(0, length));
      expect(refusal(broken)).toMatch(length < 8 ? /no trace file/u : /cut short|damaged/u);
    }
    writeFileSync(broken, Buffer.concat([whole, Buffer.from("more")]));
    expect(refusal(broken)).toContain("4 bytes follow its end");
  });

  it("is told from other files, and names a version that it does not know", async () => {
    const folder = scratch();
    const path = join(folder, "a.trace");
    writeTraceFile(path, await traceOfLog("timestamp,user,route,status\n1700000001,a,/a,200"), null);
    expect(looksLikeTraceFile(path)).toBe(true);
    expect(looksLikeTraceFile(join(folder, "missing"))).toBe(false);
    const log = join(folder, "log.csv");
    writeFileSync(log, "timestamp,user\n");
    expect(looksLikeTraceFile(log)).toBe(false);
    expect(refusal(log)).toContain("x.trace: this is no trace file");
    expect(refusal(join(folder, "missing"))).toBe("x.trace: there is no such file");
  });

  it("leaves nothing where it is abandoned, and the file before it as it was", async () => {
    const folder = scratch();
    const path = join(folder, "a.trace");
    writeFileSync(path, "before");
    const writer = createTraceWriter(path);
    writer.sink.begin(7);
    writer.abandon();
    writer.abandon();
    expect(readdirSync(folder)).toEqual(["a.trace"]);
    expect(readFileSync(path, "utf8")).toBe("before");
  });

  it("is one piece of memory that threads share", async () => {
    const path = join(scratch(), "a.trace");
    const trace = await traceOfLog("timestamp,user,route,status\n1700000001,a,/a,200\n1700000005,b,/b,500");
    writeTraceFile(path, trace, null);
    const read = readTraceFile(path);
    if (!read.ok) throw new Error(refusal(path));
    const { columns } = read.value.trace;
    expect(columns.startUs.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(columns.version.buffer).toBe(columns.startUs.buffer);
    const worker = new Worker("require('node:worker_threads').workerData[0] = 42", {
      eval: true,
      workerData: columns.startUs,
    });
    await new Promise((resolve) => worker.once("exit", resolve));
    expect(columns.startUs[0]).toBe(42);
  });
});
