/** A run that was recorded and is replayed from its rows is the same run: digest, decisions and all the rest. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { step } from "../../engine/kernel/simulation.ts";
import type { RehearsalPlan } from "../../engine/plan.ts";
import type { RunRecord } from "../../engine/result.ts";
import { createStack, recordStack, rehearse, startStack } from "../../engine/stack.ts";
import { arbitraryPlan } from "../../../test/determinism/arbitrary-plan.ts";
import { recordWorld } from "./record-world.ts";
import { headOf, parseRow, rowText, type TextFormat } from "./recorded-row.ts";
import { createRecordedWorld, createRowTaker } from "./recorded-world.ts";

const plans = arbitraryPlan.filter((plan) => plan.resources === undefined);

function record(plan: RehearsalPlan, format: TextFormat): { readonly run: RunRecord; readonly text: string } {
  let text = headOf(format);
  const recorded = recordWorld(plan.world, (row) => {
    text += rowText(format, row);
  });
  const stack = createStack({ ...plan, world: recorded.world }, recorded.watch);
  const state = startStack(stack);
  while (step(stack.model, state));
  return { run: recordStack(stack, state), text };
}

function readBack(plan: RehearsalPlan, format: TextFormat, text: string): RehearsalPlan {
  const lines = text.slice(headOf(format).length).split("\n").slice(0, -1);
  const taker = createRowTaker(plan.world, lines.length);
  for (const line of lines) {
    const row = parseRow(format, line);
    expect(row).not.toBeNull();
    if (row !== null) expect(taker.take(row)).toBeNull();
  }
  return { ...plan, scenario: "replayed", world: createRecordedWorld(plan.world, taker.columns, null) };
}

describe("a recorded run", () => {
  it("is not changed by being recorded, and replays to the same record from its rows", () => {
    fc.assert(
      fc.property(plans, fc.constantFrom<TextFormat>("csv", "jsonl"), (plan, format) => {
        const { run, text } = record(plan, format);
        expect(run).toEqual(rehearse(plan));
        const replayed = rehearse(readBack(plan, format, text), { check: true });
        expect(replayed.digest).toBe(run.digest);
        expect({ ...replayed, scenario: "", notes: [] }).toEqual({ ...run, scenario: "", notes: [] });
      }),
      { numRuns: 60 },
    );
  });

  it("refuses rows that the world cannot have", () => {
    const [plan] = fc.sample(
      plans.filter((one) => one.world.segments === undefined),
      { seed: 1, numRuns: 1 },
    );
    if (plan === undefined) throw new Error("no plan");
    const good = parseRow("csv", "0,10,u0,0,/a,,,5000,served,6000,declined");
    if (good === null) throw new Error("no row");
    const complaint = (change: Partial<typeof good>): string =>
      createRowTaker(plan.world, 1).take({ ...good, ...change })?.message ?? "";
    expect(complaint({})).toBe("");
    expect(complaint({ key: "u4000000" })).toBe("there is no such user");
    expect(complaint({ key: "v1" })).toBe("there is no such user");
    expect(complaint({ route: "/c" })).toBe("there is no such route");
    expect(complaint({ baselineResult: "declined" })).toBe("there is no such result");
    expect(complaint({ candidateResult: "gone" })).toBe("there is no such result");
    expect(complaint({ candidateUs: 1e12 })).toBe("this latency is too long");
    const taker = createRowTaker(plan.world, 2);
    expect(taker.take(good)).toBeNull();
    expect(taker.take({ ...good, atUs: 9 })?.message).toBe("this row is earlier than the one before it");
    expect(taker.take(good)).toBeNull();
    expect(taker.take(good)?.message).toBe("there are more rows than were recorded");
  });
});
