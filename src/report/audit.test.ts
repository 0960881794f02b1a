import { describe, expect, it } from "vitest";
import { smallPlan } from "../../test/plans/small-plan.ts";
import { SECOND_US } from "../engine/kernel/units.ts";
import { rehearse } from "../engine/stack.ts";
import { renderAudit } from "./audit.ts";

const plan = smallPlan({ candidate: { errorPpm: 400_000 }, horizonUs: 60 * SECOND_US });
const record = { ...rehearse(plan), trace: null, expectations: [] };

describe("the audit trail as JSON Lines", () => {
  const lines = renderAudit([record, { ...record, scenario: "other" }])
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("has every decision of every run on a line of its own, with the run it is of", () => {
    expect(lines).toHaveLength(2 * record.decisions.length);
    const { kind, by, reason, evidence, looked, atMs, phase } = record.decisions.find(
      (one) => one.kind === "rollback",
    )!;
    expect(lines.find((line) => line["kind"] === "rollback")).toEqual({
      scenario: "small",
      policy: "setbull-v2",
      seed: "7",
      atMs,
      phase,
      kind,
      by,
      reason,
      evidence,
      looked,
    });
    expect(lines.at(-1)).toMatchObject({ scenario: "other", kind: "verified" });
    expect(lines.every((line) => !("at" in line))).toBe(true);
  });

  it("says the calendar's time where the run has a date", () => {
    const dated = {
      ...rehearse({ ...plan, calendarStartMs: Date.UTC(2025, 9, 31, 14) }),
      trace: null,
      expectations: [],
    };
    const [first] = renderAudit([dated]).split("\n");
    expect(JSON.parse(first!)).toMatchObject({ atMs: 0, at: "2025-10-31T14:00:00.000Z", kind: "start" });
    const last = JSON.parse(renderAudit([dated]).trimEnd().split("\n").at(-1)!) as { at: string; atMs: number };
    expect(Date.parse(last.at)).toBe(Date.UTC(2025, 9, 31, 14) + last.atMs);
  });
});
