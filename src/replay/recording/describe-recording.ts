/** What is in a recording, in figures: without running it. */
import { DECLINED, SERVED, type World } from "../../engine/service/world.ts";
import type { RecordedColumns } from "./recorded-world.ts";
import { resultNames } from "./result-names.ts";
import type { RecordingSheet } from "./sealed-sheet.ts";

/** What one version would have done with all requests, before faults; latencies of what it did not decline. */
export interface RecordedAttempts {
  readonly served: number;
  readonly declined: number;
  /** By kind, only those that there are. */
  readonly failed: readonly { readonly kind: string; readonly count: number }[];
  /** Nearest rank; null: it declined every request. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** A recording. Plain data, as `--json` prints it. */
export interface RecordingRecord {
  readonly scenario: string;
  readonly policy: string;
  readonly seed: string;
  readonly format: string;
  /** Version of the program that wrote it. */
  readonly program: string;
  /** Digest of the run. */
  readonly digest: string;
  readonly rows: number;
  /** Of the rows' file; of one of columns, of its footer. */
  readonly sha256: string;
  /** Since the run's start; null: there is no row. */
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
  readonly endedAtMs: number;
  /** Users who made a request, of so many whom the scenario has. */
  readonly keys: number;
  readonly population: number;
  /** In the scenario's order. */
  readonly routes: readonly { readonly route: string; readonly requests: number }[];
  readonly baseline: RecordedAttempts;
  readonly candidate: RecordedAttempts;
}

/** Describes rows that were read with their sheet, of requests to `origin`. */
export function describeRecording(sheet: RecordingSheet, columns: RecordedColumns, origin: World): RecordingRecord {
  const { order, format, program, digest, sha256, endedAtUs } = sheet;
  const { count, atUs, key, route } = columns;
  const wasSeen = new Uint8Array(origin.keyHashes.length);
  const byRoute = new Float64Array(origin.routes.length);
  for (let row = 0; row < count; row++) {
    wasSeen[key[row] as number] = 1;
    byRoute[route[row] as number] = (byRoute[route[row] as number] as number) + 1;
  }
  return {
    scenario: order.scenario.name,
    policy: order.policy.name,
    seed: order.seed,
    format,
    program,
    digest,
    rows: count,
    sha256,
    firstAtMs: count === 0 ? null : (atUs[0] as number) / 1_000,
    lastAtMs: count === 0 ? null : (atUs[count - 1] as number) / 1_000,
    endedAtMs: endedAtUs / 1_000,
    keys: wasSeen.reduce((sum, one) => sum + one, 0),
    population: wasSeen.length,
    routes: origin.routes.map((name, i) => ({ route: name, requests: byRoute[i] as number })),
    baseline: attemptsOf(columns.baselineUs, columns.baselineCode, count, origin),
    candidate: attemptsOf(columns.candidateUs, columns.candidateCode, count, origin),
  };
}

function attemptsOf(us: Int32Array, code: Uint8Array, count: number, { errorKinds }: World): RecordedAttempts {
  const byCode = new Float64Array(256);
  const latencies = new Int32Array(count);
  let attempts = 0;
  for (let row = 0; row < count; row++) {
    const one = code[row] as number;
    byCode[one] = (byCode[one] as number) + 1;
    if (one !== DECLINED) latencies[attempts++] = us[row] as number;
  }
  const sorted = latencies.subarray(0, attempts).sort();
  const names = resultNames(errorKinds);
  const quantileMs = (share: number): number | null =>
    attempts === 0 ? null : (sorted[Math.max(Math.ceil(share * attempts) - 1, 0)] as number) / 1_000;
  return {
    served: byCode[SERVED] as number,
    declined: byCode[DECLINED] as number,
    failed: errorKinds.flatMap((_, i) => {
      const failed = byCode[i + 1] as number;
      return failed === 0 ? [] : [{ kind: names[i + 1] as string, count: failed }];
    }),
    p50Ms: quantileMs(0.5),
    p95Ms: quantileMs(0.95),
    p99Ms: quantileMs(0.99),
  };
}
