/** A journal is executed again to the same end, and where it is not the same the first difference is named. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy } from "../../engine/deployment/policy.ts";
import { step } from "../../engine/kernel/simulation.ts";
import type { RehearsalPlan } from "../../engine/plan.ts";
import { createStack, recordStack, rehearse, startStack } from "../../engine/stack.ts";
import { builtInScenarios, loadRehearsal } from "../../scenarios/built-in.ts";
import { planScenario } from "../../scenarios/runner.ts";
import { arbitraryPlan } from "../../../test/determinism/arbitrary-plan.ts";
import type { RecordedOrder } from "../recording/sealed-sheet.ts";
import { executeAgain, type JournalDivergence } from "./execute-again.ts";
import { createJournalText, journalEnd, journalHead } from "./journal-text.ts";
import { beginsAsJournal, readJournal, type WrittenJournal } from "./read-journal.ts";

const [builtIn] = builtInScenarios();
const rehearsal = loadRehearsal(builtIn?.path ?? "");
if (!rehearsal.ok) throw new Error("no scenario");
const ORDER: RecordedOrder = { ...rehearsal.value, seed: "1", flags: null };

/** The journal's text of a plan; the order in its head is not that of the plan where none is given. */
function journalOf(plan: RehearsalPlan, order: RecordedOrder = ORDER): string {
  const stack = createStack(plan);
  const state = startStack(stack);
  const text = createJournalText();
  let written = journalHead("1.2.3", order);
  while (step(stack.model, state)) written += text.take(state).lines.join("");
  return written + journalEnd(recordStack(stack, state));
}

function readBack(text: string): WrittenJournal {
  expect(beginsAsJournal(text)).toBe(true);
  const read = readJournal(text, "run.journal");
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return read.value;
}

function divergenceOf(plan: RehearsalPlan, text: string): JournalDivergence | null {
  return executeAgain(plan, readBack(text), () => undefined).divergence;
}

describe("a journal", () => {
  it("is executed again to the same record, whatever feeds back", () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        const again = executeAgain(plan, readBack(journalOf(plan)), () => undefined);
        expect(again.divergence).toBeNull();
        expect(again.record).toEqual(rehearse(plan));
      }),
      { numRuns: 40 },
    );
  });

  it("names the very line that was tampered with, whichever it is", () => {
    fc.assert(
      fc.property(arbitraryPlan, fc.nat(), fc.nat(), (plan, chosenLine, chosenDigit) => {
        const lines = journalOf(plan).split("\n");
        const at = 1 + (chosenLine % (lines.length - 2));
        const line = lines[at] ?? "";
        const digits = [...line.matchAll(/\d/gu)].map((match) => match.index);
        const digit = digits[chosenDigit % digits.length] ?? 0;
        lines[at] = `${line.slice(0, digit)}${(Number(line[digit]) + 1) % 10}${line.slice(digit + 1)}`;
        const divergence = divergenceOf(plan, lines.join("\n"));
        expect(divergence?.fileLine).toBe(at + 1);
        expect(divergence?.recorded).toBe(lines[at]);
        expect(divergence?.executed).toBe(line);
      }),
      { numRuns: 60 },
    );
  });

  it("names a line that was taken out or put in", () => {
    const [plan] = fc.sample(arbitraryPlan, { seed: 3, numRuns: 1 });
    if (plan === undefined) throw new Error("no plan");
    const lines = journalOf(plan).split("\n");
    const out = divergenceOf(plan, lines.toSpliced(5, 1).join("\n"));
    expect(out).toMatchObject({ fileLine: 6, executed: lines[5], recorded: lines[6] });
    const put = divergenceOf(plan, lines.toSpliced(5, 0, '{"entry":1}').join("\n"));
    expect(put).toMatchObject({ fileLine: 6, executed: lines[5], recorded: '{"entry":1}' });
    const end = divergenceOf(plan, lines.toSpliced(-2, 0, '{"entry":1}').join("\n"));
    expect(end).toMatchObject({ fileLine: lines.length - 1, recorded: '{"entry":1}', executed: lines.at(-2) });
  });

  it("written under another policy or by another engine parts where the runs do", () => {
    const { scenario, policy } = ORDER;
    const short = { ...scenario, durationUs: 1_800_000_000 };
    const hasty: Policy = {
      ...policy,
      phases: policy.phases.map((phase, i) =>
        i === 0 ? { ...phase, minDurationUs: phase.minDurationUs - 60_000_000 } : phase,
      ),
    };
    const plan = planScenario(short, policy, "1");
    const divergence = divergenceOf(plan, journalOf(planScenario(short, hasty, "1")));
    // The first phase is left a minute too early: nothing differs before, and then there is a decision too many.
    expect(divergence?.fromMs).toBe(540_000);
    expect(divergence?.recorded).not.toBe(divergence?.executed);
    expect(divergenceOf(plan, journalOf(plan))).toBeNull();
    // An engine that fails one request more from some time on is told at the first window that counts it.
    let broken = 0;
    const world = {
      ...plan.world,
      outcomes: (...[state, batch]: Parameters<typeof plan.world.outcomes>): void => {
        plan.world.outcomes(state, batch);
        if (broken === 0 && (batch.atUs[0] as number) > 100_000_000) {
          broken = 1;
          batch.baselineCode[0] = batch.baselineCode[0] === 0 ? 1 : 0;
        }
      },
    };
    const changed = divergenceOf(plan, journalOf({ ...plan, world }));
    expect(changed?.fromMs).toBeGreaterThanOrEqual(100_000 - policy.tickUs / 1_000);
    expect(changed?.fromMs).toBeLessThan(102_000 + policy.tickUs / 1_000);
    expect(changed?.executed).toMatch(/"event"/u);
  });

  it("is refused where its head was changed, or its end is missing", () => {
    const [plan] = fc.sample(arbitraryPlan, { seed: 3, numRuns: 1 });
    if (plan === undefined) throw new Error("no plan");
    const text = journalOf(plan);
    const complaint = (changed: string): string => {
      const read = readJournal(changed, "run.journal");
      return read.ok ? "" : (read.problems[0]?.message ?? "");
    };
    expect(complaint(text)).toBe("");
    expect(complaint(text.replace('"seed":"1"', '"seed":"2"'))).toContain("what was run was changed");
    expect(complaint(text.replace('{"journal":1', '{"journal":2'))).toBe("this journal has another layout");
    expect(complaint(text.slice(0, -5))).toContain("cut short");
    expect(complaint(text.slice(0, text.indexOf("\n") + 1))).toContain("cut short");
    expect(complaint(text.slice(0, 90))).toContain("not the head");
    expect(complaint("")).toContain("not the head");
  });
});
