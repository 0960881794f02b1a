import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quoteForShell, reproducingCommand } from "./reproducing-command.ts";

describe("reproducingCommand", () => {
  it("adds the seed that was used, unless it was typed", () => {
    expect(reproducingCommand(["run", "a.yaml"], ["7", "7"])).toBe("rehearse run a.yaml --seed 7");
    expect(reproducingCommand(["run", "a.yaml", "--seed", "5"], ["5"])).toBe("rehearse run a.yaml --seed 5");
    expect(reproducingCommand(["run", "--seed=5"], ["5"])).toBe("rehearse run --seed=5");
    expect(reproducingCommand(["run", "--", "--json"], ["1"])).toBe("rehearse run --seed 1 -- --json");
  });

  it("adds none where each scenario has its own", () => {
    expect(reproducingCommand(["run", "folder"], ["1", "2"])).toBe("rehearse run folder");
  });

  it("leaves out what cannot change a result", () => {
    expect(reproducingCommand(["run", "--json", "--ascii", "--check", "--strict"], ["1"])).toBe(
      "rehearse run --strict --seed 1",
    );
  });

  it("puts the variables that were read in front, and quotes what a shell would take apart", () => {
    const command = reproducingCommand(["run", "my file.yaml"], ["it's"], { ROLLOUT_PERCENTAGE: "5" });
    expect(command).toBe(`ROLLOUT_PERCENTAGE=5 rehearse run 'my file.yaml' --seed 'it'\\''s'`);
  });

  it("quotes so that a shell reads the very same word", () => {
    const word = fc
      .string({ unit: "binary-ascii", minLength: 0, maxLength: 20 })
      .filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const script = `for word in ${words.map(quoteForShell).join(" ")}; do printf '%s\\0' "$word"; done`;
        const output = execFileSync("/bin/sh", ["-c", script], { encoding: "latin1" });
        expect(output.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 40 },
    );
  });
});
