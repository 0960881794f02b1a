import { existsSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "./make-folder.ts";

const folder = mkdtempSync(join(tmpdir(), "make-folder-"));

describe("folders", () => {
  it("are made with those that they lie in, and left alone where they are", () => {
    const deep = join(folder, "a/b", "c");
    makeFolder(deep);
    writeFileSync(join(deep, "file"), "");
    makeFolder(deep);
    makeFolder(join(folder, "a", "d"));
    expect(statSync(join(folder, "a", "d")).isDirectory()).toBe(true);
    expect(existsSync(join(deep, "file"))).toBe(true);
  });

  it("that cannot be made are refused with what the system says", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => makeFolder(join(folder, "file"))).toThrow("EEXIST");
    expect(() => makeFolder(join(folder, "file", "below"))).toThrow(/ENOTDIR|EEXIST/u);
  });

  it.runIf(existsSync("/proc/self"))("are refused below /proc", () => {
    expect(() => makeFolder("/proc/no/such")).toThrow(/ENOENT|EACCES|EPERM/u);
  });
});
