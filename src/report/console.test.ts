import { describe, expect, it } from "vitest";
import {
  PASSED,
  REPLICATED,
  ROLLED_BACK,
  SAMPLE_EVIDENCE,
  SAMPLE_TRACE,
  sampleDocument,
} from "../../test/cli/sample-record.ts";
import type { ScenarioRecord } from "../engine/result.ts";
import { allHeld, renderDocument } from "./console.ts";
import { textWidth } from "./line-layout.ts";

const PLAIN = { colour: false, ascii: false };

function render(...records: readonly ScenarioRecord[]): string {
  return renderDocument(sampleDocument(records), PLAIN);
}

describe("the console report", () => {
  it("puts failures first, whatever the order of the run, as expected, got, place and evidence", () => {
    const text = render(PASSED, ROLLED_BACK);
    expect(text.indexOf("FAILED  shop/bad-candidate")).toBeLessThan(text.indexOf("PASSED  shop/good-candidate"));
    expect(text).toContain("✗ expectation failed  scenarios/bad.yaml:31");
    expect(text).toMatch(/expected {2}outcome is completed\n\s+got {7}rolled-back\n/u);
    expect(text).toContain("evidence  rollback at 12m 11.25s in CANARY");
    expect(text).toContain("candidate.errorRate 31.36% > 10%, last 1m,");
    expect(text).toContain("118 samples (50 needed)");
  });

  it("shows each phase with both versions, the rollback's moments, the impact and the summary", () => {
    const text = render(PASSED, ROLLED_BACK);
    expect(text).toMatch(/CANARY +1% {2}█+░ {2}✗ rolled back after 12m 11.25s, from 0s/u);
    expect(text).toMatch(/CANARY +baseline +144,788 +0.5% +724 +88.7 ms +80.0 ms +241 ms/u);
    expect(text).toMatch(/candidate +1,500 +30.85% +451/u);
    expect(text).toMatch(/12m {2}· onset/u);
    expect(text).toMatch(/12m 11.25s {2}✗ detected +11.25s after the onset/u);
    expect(text).toMatch(/12m 12s {2}✓ reverted +750ms after detection/u);
    expect(text).toMatch(/never {2}\? verified +not before the run ended/u);
    expect(text).toMatch(/1,462 {2}of them routed to the candidate \(1%\)/u);
    expect(text).toContain("✗ 2 rehearsals: 1 passed, 1 failed · 2 of 3 expectations held");
    expect(text.endsWith("reproduce  rehearse run scenarios --seed 42\n")).toBe(true);
  });

  it("shows the way back in the order of time, and what never came last", () => {
    const [detection] = ROLLED_BACK.decisions;
    if (ROLLED_BACK.rollback === null || detection === undefined) throw new Error("the sample is rolled back");
    const steps = [
      { name: "revert", startedAtMs: 731_250, endedAtMs: 732_000, result: "done" },
      { name: "restart", startedAtMs: 740_000, endedAtMs: 790_000, result: "failed" },
    ] as const;
    const rollback = { ...ROLLED_BACK.rollback, onsetAtMs: null, revertedAtMs: 733_000, steps };
    const failed = {
      ...detection,
      atMs: 790_000,
      kind: "rollback-failed" as const,
      phase: "DISABLED",
      reason: "stuck",
    };
    const text = render({ ...ROLLED_BACK, rollback, decisions: [detection, failed] });
    const words = [...text.matchAll(/^ +(?:never|[\dms. ]+?) {2}\S (detected|step|reverted|verified|onset) /gmu)];
    expect(words.map((word) => word[1])).toEqual(["detected", "step", "reverted", "step", "verified"]);
    expect(text, "an operator's rollback has no onset").not.toContain("onset");
    expect(text).toContain("✗ rollback-failed DISABLED: stuck");
  });

  it("says once what repeats, with how often and until when, and never passes off absent as zero", () => {
    const text = render(ROLLED_BACK);
    expect(text.match(/\? hold /gu)).toHaveLength(1);
    expect(text.replace(/\s+/gu, " ")).toContain("(2 times, until 10m 5s)");
    expect(text.replace(/\s+/gu, " ")).toContain(
      "success-rate not enough data: all.successRate nothing measured (limit >= 95%)",
    );
  });

  it("says what a replay saw, and warns where the model carries the verdict", () => {
    const text = render({ ...PASSED, trace: SAMPLE_TRACE });
    expect(text).toContain("10,000 read, 9,998 accepted, 2 rejected");
    expect(text).toContain("line 8899: ");
    const words = text.replace(/\s+/gu, " ");
    expect(words).toContain(
      "order 9,448 misplaced rows (start before a row above), by up to 59s; 4,915 steps back (before the row right above)",
    );
    expect(words).toContain("equal times 7,200 rows (80.06%) start when another does, up to 12 at once");
    expect(words).toContain("holes 2; the longest 1h after 1m, 10m after 2h");
    expect(text).toContain("1,000 rows outside of the range");
    expect(text).toContain("2 rows without an outcome");
    expect(text).toContain("0% recorded, 0% resampled, 100% modelled");
    expect(text).toContain("the verdict rests on the model: 100%");
    expect(text).not.toContain("\u001b");
    expect(text.replace(/\s+/gu, " ")).toContain("the model: 100% of the baseline's latencies are modelled");
    const all = (recorded: number) => ({ recorded, resampled: 0, modelled: 0 });
    const known = { result: all(9), latency: all(9) };
    const recorded = {
      ...SAMPLE_TRACE,
      ...all(9),
      sources: { baseline: known, counterfactual: known, candidate: known },
    };
    expect(render({ ...PASSED, trace: recorded })).not.toContain("rests on the model");
  });

  it("shows how often each outcome came, and who detected nothing, and what a shard leaves open", () => {
    const text = render(REPLICATED);
    expect(text).toContain("Replications  4 of 8 runs, with intervals of 95%");
    expect(text).toMatch(/rolled back +3 +75% {2}30.1% to 95.4%\n +stalled .+\n +by error-rate +3 +75%/u);
    expect(text.replace(/\s+/gu, " ")).toContain("P50 30s, P95 not detected after the onset; 1 of 4 detected nothing");
    expect(text).toContain("met in 3 of 4: outcome is rolled-back");
    expect(text).toContain("? open  P(rolled-back) >= 99%");
    expect(text.split("\n").filter((line) => !line.startsWith("reproduce") && textWidth(line) > 80)).toEqual([]);
    expect(render(PASSED)).not.toContain("Replications");
  });

  it("fits 80 columns, extreme figures included, and never says anything by colour alone", () => {
    const huge: ScenarioRecord = {
      ...ROLLED_BACK,
      scenario: "s".repeat(60),
      endedAtMs: 8_640_000_123,
      phases: ROLLED_BACK.phases.map((phase) => ({
        ...phase,
        name: "A_PHASE_WITH_A_VERY_LONG_NAME",
        leftAtMs: 8_640_000_123,
        baseline: { ...phase.baseline, requests: 15_600_000_000, fallbacks: 99_999_999, p99Ms: 2_147_483 },
      })),
      trace: SAMPLE_TRACE,
    };
    for (const ascii of [true, false]) {
      const plain = renderDocument(sampleDocument([huge, PASSED]), { colour: false, ascii });
      expect(plain.split("\n").filter((line) => textWidth(line) > 80 && !line.startsWith("reproduce"))).toEqual([]);
      const coloured = renderDocument(sampleDocument([huge, PASSED]), { colour: true, ascii });
      expect(coloured).not.toBe(plain);
      expect(coloured.replaceAll(new RegExp("\u001b\\[\\d+m", "gu"), "")).toBe(plain);
    }
  });

  it("has a form that is ASCII throughout", () => {
    const text = renderDocument(sampleDocument([PASSED, ROLLED_BACK]), { colour: false, ascii: true });
    expect(/^[\n\u0020-\u007E]*$/u.test(text)).toBe(true);
    expect(text).toContain("x FAILED");
  });

  it("shows all gates of an advance, but of a trigger only the one that decided", () => {
    const gates = ["a", "b"].map((rule) => ({ ...SAMPLE_EVIDENCE, rule, operator: "<" as const, value: 0.01 }));
    const [start] = ROLLED_BACK.decisions;
    if (start === undefined) throw new Error("the sample has decisions");
    const advance = { ...start, kind: "advance" as const, evidence: gates[0] ?? null, looked: gates };
    const text = render({ ...PASSED, decisions: [advance, { ...advance, kind: "rollback" }] });
    expect(text.match(/a passes|b passes/gu)).toHaveLength(2);
    expect(text.match(/[ab] fires/gu)).toHaveLength(1);
  });

  it("shows a pause or rollback that a gate brought about as the gate's failure, not as a trigger that is quiet", () => {
    const gate = { ...SAMPLE_EVIDENCE, rule: "p99", operator: "<" as const, limit: 0.01, holds: "no" as const };
    const [start] = ROLLED_BACK.decisions;
    if (start === undefined) throw new Error("the sample has decisions");
    const paused = { ...start, kind: "pause" as const, reason: "too long", evidence: gate, looked: [gate] };
    expect(render({ ...PASSED, decisions: [paused] })).toContain("✗ p99 fails: candidate.errorRate 31.36% is not < 1%");
  });

  it("shows an alert that comes and goes twice, and counts the rest", () => {
    const [start] = ROLLED_BACK.decisions;
    if (start === undefined) throw new Error("the sample has decisions");
    const raised = { ...start, kind: "alert" as const, reason: "alert slow is raised", evidence: SAMPLE_EVIDENCE };
    const quiet = { ...SAMPLE_EVIDENCE, holds: "no" as const };
    const resolved = { ...raised, reason: "alert slow is resolved", evidence: quiet };
    const text = render({ ...PASSED, decisions: [0, 1, 2, 3].flatMap(() => [raised, resolved]) });
    expect(text.match(/✗ alert {7}/gu)).toHaveLength(2);
    expect(text.match(/✓ alert {7}/gu)).toHaveLength(2);
    expect(text).toContain("and 4 more alerts like these");
  });

  it("counts a record without expectations as neither passed nor failed", () => {
    const record = { ...PASSED, expectations: [] };
    expect(allHeld(record)).toBe(true);
    expect(allHeld(ROLLED_BACK)).toBe(false);
    expect(render(record)).toContain("▸ RAN  shop/good-candidate");
  });
});
