import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { openUnfinishedFile, tryUnfinishedFile } from "./unfinished-file.ts";

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "unfinished-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("an unfinished file", () => {
  it("has its name when it is whole, and until then what was there before keeps it", () => {
    const folder = scratch();
    const path = join(folder, "a.csv");
    writeFileSync(path, "before");
    const abandoned = openUnfinishedFile(path);
    writeSync(abandoned.descriptor, "half");
    expect(readdirSync(folder)).toEqual(["a.csv", `a.csv.unfinished-${process.pid}`]);
    abandoned.abandon();
    abandoned.abandon();
    expect([readdirSync(folder), readFileSync(path, "utf8")]).toEqual([["a.csv"], "before"]);
    const finished = openUnfinishedFile(path);
    writeSync(finished.descriptor, "whole");
    finished.finish();
    finished.abandon();
    expect([readdirSync(folder), readFileSync(path, "utf8")]).toEqual([["a.csv"], "whole"]);
    expect(() => finished.finish()).toThrow("finished twice");
  });

  it("is tried without a trace, and refused where it cannot be", () => {
    const folder = scratch();
    tryUnfinishedFile(join(folder, "a.csv"));
    expect(readdirSync(folder)).toEqual([]);
    for (const write of [tryUnfinishedFile, openUnfinishedFile]) {
      expect(() => write(join(folder, "none/a.csv"))).toThrow("ENOENT");
    }
  });

  it("listens for signals while there is one, and for as long as one may be on its way", async () => {
    const count = (): number => process.listenerCount("SIGINT") + process.listenerCount("SIGTERM");
    const turns = async (): Promise<void> => {
      for (let turn = 0; turn < 4; turn++) await setImmediate();
    };
    await turns();
    const before = count();
    const folder = scratch();
    const [one, other] = [openUnfinishedFile(join(folder, "a")), openUnfinishedFile(join(folder, "b"))];
    expect(count()).toBe(before + 2);
    one.finish();
    await turns();
    expect(count()).toBe(before + 2);
    other.abandon();
    expect(count()).toBe(before + 2);
    await turns();
    expect(count()).toBe(before);
  });
});
