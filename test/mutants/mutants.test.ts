import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MUTANTS } from "./all-mutants.ts";

const ROOT = join(import.meta.dirname, "../..");

describe("the list of planted faults", () => {
  it("fits the sources as they are: each text stands exactly once, and each test is there", () => {
    const complaints = MUTANTS.flatMap(({ name, file, find, replaceBy, killedBy }) => {
      const times = readFileSync(join(ROOT, file), "utf8").split(find).length - 1;
      return [
        ...(times === 1 ? [] : [`${name}: its text stands ${times} times in ${file}`]),
        ...(find === replaceBy ? [`${name}: it changes nothing`] : []),
        ...(existsSync(join(ROOT, killedBy)) ? [] : [`${name}: there is no ${killedBy}`]),
      ];
    });
    expect(complaints).toEqual([]);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});
