/** What is said of failed attempts in the record of a run. */
import { msFromUs } from "../kernel/units.ts";
import type { World } from "../service/world.ts";
import { BASELINE, CANDIDATE } from "./counters.ts";
import type { BurstState } from "./error-bursts.ts";
import { CUT_OFF, errorsOnRoute, errorsWithCode, FAILURE_CODES, type ErrorLog } from "./error-log.ts";
import type { ErrorShare, ErrorsRecord, RecentError, VersionErrors } from "./monitor-record.ts";

/** How many routes are named. */
const ROUTES_NAMED = 10;

/** The name of a failure's code. */
function kindOf(world: Pick<World, "errorKinds">, code: number): string {
  if (code === CUT_OFF) return "cut off";
  return world.errorKinds[code - 1] ?? `kind ${code}`;
}

/** The record of a log and the bursts of both versions. */
export function recordErrors(
  log: ErrorLog,
  bursts: readonly [BurstState, BurstState],
  world: Pick<World, "errorKinds" | "routes">,
): ErrorsRecord {
  const total = log.completed;
  const kinds = shares(
    FAILURE_CODES.map((code) => ({ name: kindOf(world, code), of: (version) => errorsWithCode(log, version, code) })),
    total,
  );
  const routes = shares(
    world.routes.map((name, route) => ({ name, of: (version) => errorsOnRoute(log, version, route) })),
    total,
  );
  return {
    total,
    kinds,
    routes: routes.slice(0, ROUTES_NAMED),
    baseline: versionErrors(log, BASELINE, bursts[BASELINE]),
    candidate: versionErrors(log, CANDIDATE, bursts[CANDIDATE]),
    recent: recentErrors(log, world),
  };
}

interface Counted {
  readonly name: string;
  readonly of: (version: number) => number;
}

/** Those that occurred, most first; equal ones in the order of the world. */
function shares(all: readonly Counted[], total: number): ErrorShare[] {
  return all
    .map(({ name, of }) => ({ name, baseline: of(BASELINE), candidate: of(CANDIDATE) }))
    .filter(({ baseline, candidate }) => baseline + candidate > 0)
    .toSorted((one, other) => other.baseline + other.candidate - one.baseline - one.candidate)
    .map((one) => ({ ...one, share: (one.baseline + one.candidate) / total }));
}

function versionErrors(log: ErrorLog, version: 0 | 1, bursts: BurstState): VersionErrors {
  const run = log.runs[version];
  return {
    errors: FAILURE_CODES.reduce((sum, code) => sum + errorsWithCode(log, version, code), 0),
    longestRun: run.longest,
    longRuns: run.longRuns,
    burstCount: bursts.count,
    bursts: bursts.first.map(({ fromUs, toUs, errors, attempts }) => ({
      fromMs: msFromUs(fromUs),
      toMs: msFromUs(toUs),
      errors,
      attempts,
    })),
  };
}

/** The newest failures that are kept, from number `from` on, in the order of completion. */
export function recentErrors(log: ErrorLog, world: Pick<World, "errorKinds" | "routes">, from = 0): RecentError[] {
  const kept = log.recentAtUs.length;
  const first = Math.max(from, log.completed - kept, 0);
  return Array.from({ length: Math.max(log.completed - first, 0) }, (_, i) => {
    const slot = (first + i) % kept;
    return {
      atMs: msFromUs(log.recentAtUs[slot] ?? 0),
      version: log.recentVersion[slot] === BASELINE ? "baseline" : "candidate",
      route: world.routes[log.recentRoute[slot] ?? 0] ?? "",
      kind: kindOf(world, log.recentCode[slot] ?? 0),
    };
  });
}
