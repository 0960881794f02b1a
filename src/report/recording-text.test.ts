import { describe, expect, it } from "vitest";
import type { RecordingRecord } from "../replay/recording/describe-recording.ts";
import { renderRecording } from "./recording-text.ts";

const RECORDING: RecordingRecord = {
  scenario: "shop",
  policy: "setbull-v2",
  seed: "7",
  format: "csv",
  program: "0.1.0",
  digest: "0123456789abcdef",
  rows: 2_001,
  sha256: "ab",
  firstAtMs: 500,
  lastAtMs: 100_500,
  endedAtMs: 120_000,
  keys: 90,
  population: 300,
  routes: [
    { route: "GET /a", requests: 1_501 },
    { route: "GET /b", requests: 500 },
  ],
  baseline: { served: 2_001, declined: 0, failed: [], p50Ms: 80, p95Ms: 200, p99Ms: 400 },
  candidate: {
    served: 1_901,
    declined: 40,
    failed: [{ kind: "http-500", count: 60 }],
    p50Ms: 40,
    p95Ms: 100,
    p99Ms: 200,
  },
};
const LOOK = { colour: false, ascii: true };

describe("a recording as text", () => {
  it("has its figures, each with its name", () => {
    expect(renderRecording("run.csv", RECORDING, LOOK)).toMatchInlineSnapshot(`
      "run.csv
        Recording
          run         shop under setbull-v2, seed 7
          format      csv, written by version 0.1.0
          digest      0123456789abcdef
          rows        2,001
          span        500ms to 1m 40.5s, 20 requests/s; the run ended at 2m
          users       90 keys of 300
          routes      GET /a: 1,501, 75.01%
                      GET /b: 500, 24.99%
          baseline    100% served, p50 80ms, p95 200ms, p99 400ms
          candidate   95% served, 3% http-500, 2% declined, p50 40ms, p95 100ms, p99
                      200ms
          note        attempts are as drawn, before faults, and of every request on
                      both versions
      "
    `);
  });

  it("does without what is absent", () => {
    const nothing = { served: 0, declined: 0, failed: [], p50Ms: null, p95Ms: null, p99Ms: null };
    const empty = { ...RECORDING, rows: 0, firstAtMs: null, lastAtMs: null, baseline: nothing, candidate: nothing };
    const text = renderRecording("run.csv", empty, LOOK);
    expect(text).toContain("no request; the run ended at 2m");
    expect(text).not.toMatch(/p50|NaN|null/u);
  });
});
