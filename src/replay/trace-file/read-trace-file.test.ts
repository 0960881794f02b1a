import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { arbitraryLog, plainTrace, traceOfLog } from "../../../test/traces/arbitrary-log.ts";
import { describeProblem } from "../../engine/kernel/problem.ts";
import type { Trace } from "../columns.ts";
import { readPreamble, writePreamble } from "./layout.ts";
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

type Place = readonly (string | number)[];

/** The places of all values in a document, those of lists and records too. */
function placesIn(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, one]: [string | number, unknown]) => [
    [name],
    ...placesIn(one).map((rest) => [name, ...rest]),
  ]);
}

/** A document in which another value stands at a place; undefined: none does. */
function changed(value: unknown, [name = "", ...rest]: Place, junk: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((one: unknown, i) => (i !== name ? one : rest.length === 0 ? junk : changed(one, rest, junk)));
  }
  const parts: Record<string, unknown> = { ...(value as object) };
  parts[name] = rest.length === 0 ? junk : changed(parts[name], rest, junk);
  return parts;
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

  it("is refused where its checksums are right, and what they vouch for is no trace", async () => {
    const path = join(scratch(), "a.trace");
    const log = "timestamp,user,route,status,latency_ms\nno time\n1700000001,ü,/a,200,5\n1700000002,b,/b,500,7";
    const trace = await traceOfLog(log);
    const columns = (change: Partial<Trace["columns"]>): Partial<Trace> => ({
      columns: { ...trace.columns, ...change },
    });
    const wrong: readonly (readonly [string, Partial<Trace>])[] = [
      ["startUs", columns({ startUs: Float64Array.of(0, Number.NaN) })],
      ["startUs", columns({ startUs: Float64Array.of(1_000_000, 0) })],
      ["startUs", columns({ startUs: Float64Array.of(5, 1_000_000) })],
      ["startUs", columns({ startUs: Float64Array.of(0, Infinity) })],
      ["key", columns({ key: Uint32Array.of(0, 2) })],
      ["route", columns({ route: Uint32Array.of(7, 0) })],
      ["latencyUs", columns({ latencyUs: Int32Array.of(5, -2) })],
      ["version", columns({ version: Uint8Array.of(3, 0) })],
      ["bytes", columns({ bytes: Float64Array.of(Number.NaN, 0) })],
      ["outcome", { outcome: Uint8Array.of(0, 3) }],
    ];
    for (const [column, change] of wrong) {
      writeTraceFile(path, { ...trace, ...change }, null);
      expect(refusal(path)).toContain(`this trace file is damaged; found ${column} has a value that no import gives`);
    }
    writeTraceFile(path, trace, ORIGIN);
    const whole = readFileSync(path);
    const preamble = readPreamble(whole);
    if (preamble === null) throw new Error("what was written has a preamble");
    const { footerOffset, footerBytes } = preamble;
    const footer = whole.toString("utf8", footerOffset, footerOffset + footerBytes);
    const withFooter = (text: string): string => {
      const bytes = Buffer.from(text);
      const rest = { footerBytes: bytes.length, footerCrc: crc32(bytes), fileBytes: footerOffset + bytes.length };
      const start = Buffer.from(writePreamble({ ...preamble, ...rest }));
      writeFileSync(path, Buffer.concat([start, whole.subarray(start.length, footerOffset), bytes]));
      return refusal(path);
    };
    expect(withFooter(footer)).toBe("");
    expect(withFooter("{")).toContain("damaged");
    for (const place of placesIn(JSON.parse(footer))) {
      for (const junk of [undefined, null, true, -1.5, {}, ["x"]]) {
        const said = withFooter(JSON.stringify(changed(JSON.parse(footer), place, junk)));
        const at = place.join(".");
        const isFine =
          (["origin", "report.failures"].includes(at) && junk === null) ||
          (at === "report.namesBaseline" && junk === true);
        const isNumber = ["startsAtEpochUs", "outOfOrderUsMax", "spanUs", "fromUs", "us"].includes(
          String(place.at(-1)),
        );
        if (isFine || (isNumber && junk === -1.5) || (junk === undefined && typeof place.at(-1) === "number")) continue;
        if (Array.isArray(junk) && ["notes", "errorKinds", "routes"].includes(String(place.at(-1)))) continue;
        expect(said, `${at} ${JSON.stringify(junk)}`).toContain("this trace file is damaged");
      }
    }
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
