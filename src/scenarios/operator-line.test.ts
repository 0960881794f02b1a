import { describe, expect, it } from "vitest";
import { parseOperatorAction, parseOperatorLine } from "./operator-line.ts";

describe("what an operator does", () => {
  it.each([
    ["start", { kind: "start" }],
    ["pause", { kind: "pause" }],
    ["resume", { kind: "resume" }],
    ["advance", { kind: "advance" }],
    ["go back", { kind: "go-back" }],
    ["roll  back", { kind: "roll-back" }],
    ["roll-back", { kind: "roll-back" }],
    ["approve", { kind: "approve" }],
    ["approve as  lead", { kind: "approve", as: "lead" }],
    ["reject", { kind: "reject" }],
    ["review", { kind: "review" }],
    ["close investigation", { kind: "close-investigation" }],
    ["retry", { kind: "retry" }],
    ["set triggers.error-rate.limit 1.3%", { kind: "adjust", target: "triggers.error-rate", limit: 13_000 }],
    [
      "set phases.CANARY.gates.error-rate.limit 2 %",
      { kind: "adjust", target: "phases.CANARY.gates.error-rate", limit: 20_000 },
    ],
    ["set triggers.latency-delta.limit 1m30s", { kind: "adjust", target: "triggers.latency-delta", limit: 90_000_000 }],
    ["set triggers.health-ok.limit 0", { kind: "adjust", target: "triggers.health-ok", limit: 0 }],
    ["set triggers.load.limit 300/min", { kind: "adjust", target: "triggers.load", limit: 5 }],
  ])("reads %s", (text, action) => {
    expect(parseOperatorAction(text)).toMatchObject({ ok: true, value: { action } });
  });

  it("keeps the unit in which a limit was written", () => {
    const units = ["1%", "2s", "5/s", "5"].map((limit) => {
      const read = parseOperatorAction(`set triggers.t.limit ${limit}`);
      return read.ok ? read.value.limitUnit : null;
    });
    expect(units).toEqual(["rate", "duration", "perSecond", "number"]);
  });

  it.each([
    ["paus", "pause"],
    ["roll bak", "roll back"],
    ["dance wildly", null],
  ])("suggests the nearest command to %s", (text, suggestion) => {
    expect(parseOperatorAction(text)).toMatchObject({ ok: false, complaints: [{ suggestion }] });
  });

  it.each(["set", "set triggers.error-rate 5%", "set triggers.error-rate.limit", "set triggers.error-rate.limit 101%"])(
    "refuses %j",
    (text) => {
      expect(parseOperatorAction(text).ok).toBe(false);
    },
  );

  it("reads a command with its time on one line", () => {
    const read = parseOperatorLine("at 395s: set triggers.error-rate.limit 1.3%");
    expect(read).toMatchObject({ ok: true, value: { atUs: 395_000_000, action: { kind: "adjust" } } });
    expect(parseOperatorLine("at 395: paus")).toMatchObject({ complaints: [{ found: "395" }, { found: "paus" }] });
    expect(parseOperatorLine("pause").ok).toBe(false);
  });
});
