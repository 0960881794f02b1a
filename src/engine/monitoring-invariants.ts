/** What must hold of the monitor's memory at every state: slices and failures add up to what is counted of the whole. */
import { invariant } from "./kernel/assert.ts";
import {
  ATTEMPTS,
  BASELINE,
  CANDIDATE,
  ERRORS,
  REQUESTS,
  USER_FAILURES,
  VERSION_COUNTERS,
  versionOffset,
} from "./monitor/counters.ts";
import { errorsWithCode, FAILURE_CODES } from "./monitor/error-log.ts";
import { OWN_COUNTERS, OWN_SAMPLES, OWN_TRUE, ownCounter, type OwnPlaces } from "./monitor/own-metric-counters.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** Throws `InvariantError` where the parts are not the whole. */
export function checkMonitoring({ monitor }: Pick<ReadyPlan, "monitor">, state: StackState): void {
  const { monitoring, recording } = state;
  if (monitor.own !== null) checkOwnMetrics(monitor.own.places, state);
  const { slices, errors } = monitoring;
  for (const version of [BASELINE, CANDIDATE]) {
    const at = versionOffset(version);
    if (slices.length > 0) {
      for (let counter = ATTEMPTS; counter < VERSION_COUNTERS; counter++) {
        const sum = slices.reduce((total, cell) => total + (cell.recording.counters[at + counter] as number), 0);
        const whole = recording.counters[at + counter] as number;
        invariant(sum === whole, `counter ${counter} of version ${version}: slices ${sum}, whole ${whole}`);
      }
    }
    if (errors === null) continue;
    const byKind = FAILURE_CODES.reduce((sum, code) => sum + errorsWithCode(errors, version, code), 0);
    const whole = recording.counters[at + ERRORS] as number;
    invariant(byKind === whole, `failures of version ${version}: ${byKind} by kind, ${whole} counted`);
  }
}

/** No more samples than served requests that completed, the slices' samples are those of the whole, no sum is inexact. */
function checkOwnMetrics({ metrics, countersAt }: OwnPlaces, { monitoring, recording }: StackState): void {
  const { counters } = recording;
  const count = (version: number, counter: number): number => counters[versionOffset(version) + counter] as number;
  const served = [BASELINE, CANDIDATE].reduce(
    (sum, version) => sum + count(version, REQUESTS) - count(version, USER_FAILURES),
    0,
  );
  for (const [metric, { name, kind }] of metrics.entries()) {
    let samples = 0;
    for (const version of [BASELINE, CANDIDATE]) {
      const at = ownCounter(countersAt, metric, version);
      samples += counters[at + OWN_SAMPLES] as number;
      for (let counter = at; counter < at + OWN_COUNTERS; counter++) {
        const whole = counters[counter] as number;
        invariant(Number.isSafeInteger(whole), `a sum of ${name} is not exact`);
        if (monitoring.slices.length === 0) continue;
        const sum = monitoring.slices.reduce((total, cell) => total + (cell.recording.counters[counter] as number), 0);
        invariant(sum === whole, `${name} of version ${version}: slices ${sum}, whole ${whole}`);
      }
      if (kind === "boolean") {
        const isWithin = (counters[at + OWN_TRUE] as number) <= (counters[at + OWN_SAMPLES] as number);
        invariant(isWithin, `${name} is true more often than it is there`);
      }
    }
    invariant(samples <= served, `${name}: ${samples} samples of ${served} served requests`);
  }
}
