/** What must hold of the monitor's memory at every state: slices and failures add up to what is counted of the whole. */
import { invariant } from "./kernel/assert.ts";
import { ATTEMPTS, BASELINE, CANDIDATE, ERRORS, VERSION_COUNTERS, versionOffset } from "./monitor/counters.ts";
import { errorsWithCode, FAILURE_CODES } from "./monitor/error-log.ts";
import type { StackState } from "./stack-state.ts";

/** Throws `InvariantError` where the parts are not the whole. */
export function checkMonitoring({ monitoring, recording }: StackState): void {
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
