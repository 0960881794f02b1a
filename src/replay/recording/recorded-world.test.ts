/** A run that was recorded and is replayed from its rows is the same run: digest, decisions and all the rest. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { step } from "../../engine/kernel/simulation.ts";
import type { RehearsalPlan } from "../../engine/plan.ts";
import type { RunRecord } from "../../engine/result.ts";
import { createStack, recordStack, rehearse, startStack } from "../../engine/stack.ts";
import { arbitraryPlan } from "../../../test/determinism/arbitrary-plan.ts";
import { recordWorld } from "./record-world.ts";
import { openColumnFile } from "./column-file.ts";
import { readRecordedRows } from "./read-recording.ts";
import { headOf, parseRow, RECORDING_FORMATS, rowText, type RecordingFormat } from "./recorded-row.ts";
import { createRecordedWorld, createRowTaker } from "./recorded-world.ts";
import type { RecordedOrder, RecordingSheet } from "./sealed-sheet.ts";

const plans = arbitraryPlan.filter((plan) => plan.resources === undefined);

const FOLDER = mkdtempSync(join(tmpdir(), "rehearse-recorded-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));
const COLUMNS = join(FOLDER, "run.trace");

/** A run, and its recording: the bytes of a text, or the file of columns. */
interface Recorded {
  readonly run: RunRecord;
  readonly sheet: Pick<RecordingSheet, "format" | "rows" | "sha256">;
  readonly bytes: Buffer;
}

function record(plan: RehearsalPlan, format: RecordingFormat): Recorded {
  let rows = 0;
  let text = format === "trace" ? "" : headOf(format);
  const file = format === "trace" ? openColumnFile(COLUMNS) : null;
  const recorded = recordWorld(plan.world, (row) => {
    rows++;
    if (format === "trace") file?.write(row);
    else text += rowText(format, row);
  });
  const stack = createStack({ ...plan, world: recorded.world }, recorded.watch);
  const state = startStack(stack);
  while (step(stack.model, state));
  const sha256 = file?.end() ?? createHash("sha256").update(text).digest("hex");
  file?.close();
  return { run: recordStack(stack, state), sheet: { format, rows, sha256 }, bytes: Buffer.from(text) };
}

async function readBack(plan: RehearsalPlan, { run, sheet, bytes }: Recorded): Promise<RehearsalPlan> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 1_001) yield await Promise.resolve(bytes.subarray(at, at + 1_001));
  }
  // What stands beside the rows is of the scenario's files, and random plans have none.
  const whole = { program: "", endedAtUs: 0, digest: run.digest, order: {} as RecordedOrder, ...sheet };
  const columns = await readRecordedRows(chunks(), COLUMNS, whole, plan.world);
  if (!columns.ok) throw new Error(columns.problems[0]?.message);
  expect(columns.value.count).toBe(sheet.rows);
  return { ...plan, scenario: "replayed", world: createRecordedWorld(plan.world, columns.value, null) };
}

describe("a recorded run", () => {
  it.each(RECORDING_FORMATS)(
    "is not changed by being recorded as %s, and replays to the same record",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(plans, async (plan) => {
          const recorded = record(plan, format);
          const { run } = recorded;
          expect(run).toEqual(rehearse(plan));
          const replayed = rehearse(await readBack(plan, recorded), { check: true });
          expect(replayed.digest).toBe(run.digest);
          expect({ ...replayed, scenario: "", notes: [] }).toEqual({ ...run, scenario: "", notes: [] });
        }),
        { numRuns: 40 },
      );
    },
  );

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
