import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readRepository } from "../../scripts/repository/files.ts";
import { checkRepository, describeFinding } from "../../scripts/repository/rules.ts";

const scratch = mkdtempSync(join(tmpdir(), "rehearse-repository-"));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

describe("this repository", () => {
  it("keeps its own rules", () => {
    const files = readRepository(process.cwd());
    expect(files.map(({ path }) => path)).toContain("src/engine/kernel/units.ts");
    expect(checkRepository(files).map(describeFinding)).toEqual([]);
  });

  it("is read without what is installed, built or binary", () => {
    for (const folder of ["src/a", "node_modules/b", "dist"]) mkdirSync(join(scratch, folder), { recursive: true });
    writeFileSync(join(scratch, "src/a/one.ts"), "const a = 1; // b\n");
    writeFileSync(join(scratch, "src/a/two.bin"), "\0");
    writeFileSync(join(scratch, "node_modules/b/three.ts"), "");
    writeFileSync(join(scratch, "dist/four.ts"), "");
    expect(readRepository(scratch)).toEqual([
      { path: "src/a/one.ts", text: "const a = 1; // b\n", code: "const a = 1;     \n" },
    ]);
  });
});
