import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OutcomeSources, TraceSources } from "../engine/trace-record.ts";
import type { VersionModel } from "../engine/service/version-model.ts";
import { createBatch, routeRows, SERVED } from "../engine/service/world.ts";
import { NO_LATENCY, type Trace } from "./columns.ts";
import { STATUS_NOT_STATED } from "./failure.ts";
import { readImportSettings } from "./import-settings.ts";
import { importTrace } from "./import-trace.ts";
import { outcomeSources } from "./outcome-sources.ts";
import { createTraceWorld } from "./trace-world.ts";

/** What rows say: who answered, and whether the latency and the status are there. */
interface Said {
  readonly version: "stable" | "canary" | "";
  readonly latency: boolean;
  readonly status: boolean;
}

const constant = (us: number): VersionModel => ({
  latency: { kind: "constant", us },
  errors: { kind: "own", ppm: 0 },
  declinePpm: 0,
  routes: {},
});
const MODELLED_US = { baseline: 7, candidate: 9 };

/** Every row has a latency of its own and fails with a status of its own, so that an outcome tells whose it is. */
async function traceOf(rows: readonly Said[]): Promise<Trace> {
  const settings = readImportSettings({});
  if (!settings.ok) throw new Error("no settings are valid settings");
  const lines = rows.map(({ version }, row) => `${1_700_000_000 + row},u${row},/a,${500 + row},${row + 1},${version}`);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(`ts,user,route,status,latency_ms,version\n${lines.join("\n")}\n`));
  }
  const read = await importTrace(chunks(), { ...settings.value, source: "test" });
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const { columns, outcome } = read.value;
  const at = (row: number): Said => rows[row] ?? { version: "", latency: true, status: true };
  return {
    ...read.value,
    columns: {
      ...columns,
      latencyUs: columns.latencyUs.map((us, row) => (at(row).latency ? us : NO_LATENCY)),
      status: columns.status.map((status, row) => (at(row).status ? status : STATUS_NOT_STATED)),
    },
    outcome: outcome.map((code, row) => (at(row).status ? code : SERVED)),
  };
}

type Kind = keyof OutcomeSources;
const none = (): Record<Kind, number> => ({ recorded: 0, resampled: 0, modelled: 0 });

/** Counts what the world counts, by looking at whose outcomes the requests have; and what the world counted. */
async function countedTwice(rows: readonly Said[], amplify: number, everyNth: number) {
  const trace = await traceOf(rows);
  const baseline = constant(MODELLED_US.baseline);
  const candidate = constant(MODELLED_US.candidate);
  const world = createTraceWorld(trace, { rate: 1, amplify, baseline, candidate, seed: "3" });
  const state = world.start();
  const batch = createBatch();
  const parts = () => ({ result: none(), latency: none() });
  const seen = { ...none(), sources: { baseline: parts(), counterfactual: parts(), candidate: parts() } };
  const isMarked = rows.some(({ version }) => version === "stable");
  const answers = {
    // Where some rows are said to be the baseline's, what is not said is nobody's.
    baseline: (said: Said) => said.version === "stable" || (said.version === "" && !isMarked),
    candidate: (said: Said) => said.version === "canary",
  };
  for (;;) {
    world.arrivals(state, batch, world.endsAtUs ?? 0);
    if (batch.count === 0) break;
    routeRows(batch, (row) => batch.draw[row]! % everyNth === 0);
    world.outcomes(state, batch);
    const routed = new Set(batch.candidateRows.subarray(0, batch.candidateCount));
    for (let i = 0; i < batch.count; i++) {
      const own = Math.floor(batch.draw[i]! / amplify);
      const isOriginal = batch.draw[i]! % amplify === 0;
      const kinds = (version: "baseline" | "candidate"): [Kind, Kind] => {
        const isOwn = isOriginal && answers[version](rows[own]!);
        const us = (version === "baseline" ? batch.baselineUs : batch.candidateUs)[i]!;
        const name = world.errorKinds[(version === "baseline" ? batch.baselineCode : batch.candidateCode)[i]! - 1];
        const result = name === undefined ? "modelled" : isOwn && name === String(500 + own) ? "recorded" : "resampled";
        const isTheirs = us !== MODELLED_US[version];
        return [result, !isTheirs ? "modelled" : isOwn && us === (own + 1) * 1_000 ? "recorded" : "resampled"];
      };
      const add = (of: keyof TraceSources["sources"], [result, latency]: [Kind, Kind]): void => {
        seen.sources[of].result[result]++;
        seen.sources[of].latency[latency]++;
      };
      add("baseline", kinds("baseline"));
      if (!routed.has(i)) continue;
      add("counterfactual", kinds("baseline"));
      const both = kinds("candidate");
      add("candidate", both);
      seen[both.includes("modelled") ? "modelled" : both.includes("resampled") ? "resampled" : "recorded"]++;
    }
  }
  return { seen, counted: outcomeSources(state) };
}

const said: fc.Arbitrary<Said> = fc.record({
  version: fc.constantFrom("stable", "canary", ""),
  latency: fc.boolean(),
  status: fc.boolean(),
});
/** Rows of which all, none or some are as in a log that has a column, lacks it, or has holes in it. */
const log = fc
  .tuple(
    fc.array(said, { minLength: 1, maxLength: 90 }),
    fc.constantFrom("all", "none", "some"),
    fc.constantFrom("all", "none", "some"),
    fc.boolean(),
  )
  .map(([rows, latency, status, versions]) =>
    rows.map((row) => ({
      version: versions ? row.version : ("" as const),
      latency: latency === "some" ? row.latency : latency === "all",
      status: status === "some" ? row.status : status === "all",
    })),
  );

describe("where outcomes are from", () => {
  it("is counted as the outcomes themselves tell, of results and latencies apart, whatever the log lacks", async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.constantFrom(1, 1, 3), fc.constantFrom(1, 2, 5), async (rows, amplify, everyNth) => {
        const { seen, counted } = await countedTwice(rows, amplify, everyNth);
        expect(counted).toEqual(seen);
      }),
      { numRuns: 150 },
    );
  });

  it("does not pass off as recorded the latencies of a canary whose log has none", async () => {
    const rows = Array.from({ length: 40 }, (_, row): Said => ({
      version: row % 2 === 0 ? "stable" : "canary",
      latency: false,
      status: true,
    }));
    const { counted } = await countedTwice(rows, 1, 1);
    expect(counted).toMatchObject({ recorded: 0, resampled: 0, modelled: 40 });
    expect(counted.sources.candidate).toEqual({
      result: { recorded: 20, resampled: 20, modelled: 0 },
      latency: { recorded: 0, resampled: 0, modelled: 40 },
    });
  });

  it("tells that the baseline is a guess where the candidate answered everything", async () => {
    const rows = Array.from({ length: 40 }, (): Said => ({ version: "canary", latency: true, status: true }));
    const guess = { recorded: 0, resampled: 0, modelled: 40 };
    const { counted } = await countedTwice(rows, 1, 1);
    expect(counted).toMatchObject({
      recorded: 40,
      sources: { baseline: { result: guess, latency: guess }, counterfactual: { result: guess, latency: guess } },
    });
  });
});
