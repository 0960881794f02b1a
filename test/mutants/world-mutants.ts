/** Faults planted into worlds: traffic, users, versions, faults, timeouts, bursts. */
import type { Mutant } from "./mutant.ts";

const FAULTS = "src/engine/service/fault-effects.test.ts";
const ARRIVALS = "src/engine/traffic/arrival-times.test.ts";
const OUTCOMES = "src/engine/service/outcome-model.test.ts";

/** The list. */
export const WORLD_MUTANTS: readonly Mutant[] = [
  {
    name: "a fault of both versions draws for each anew",
    file: "src/engine/service/fault-effects.ts",
    find: "  const errors = streamEpoch(effect.errorStream, batch.drawEpoch);\n",
    replaceBy:
      "  const errors = streamEpoch(rows === null ? effect.errorStream : effect.declineStream, batch.drawEpoch);\n",
    killedBy: FAULTS,
  },
  {
    name: "a fault of one route strikes all",
    file: "src/engine/service/fault-effects.ts",
    find: "    if (route !== -1 && batch.route[i] !== route) continue;\n",
    replaceBy: "",
    killedBy: FAULTS,
  },
  {
    name: "a fault of one segment strikes all",
    file: "src/engine/service/fault-effects.ts",
    find: "    if (segments !== null && segments[keySegment[batch.key[i] as number] as number] === 0) continue;\n",
    replaceBy: "",
    killedBy: FAULTS,
  },
  {
    name: "a ramp is at its height at once",
    file: "src/engine/service/fault-shape.ts",
    find: "return sinceUs >= shape.riseUs ? 1 : sinceUs / shape.riseUs;",
    replaceBy: "return sinceUs >= 0 ? 1 : sinceUs / shape.riseUs;",
    killedBy: "src/engine/service/fault-shape.test.ts",
  },
  {
    name: "flapping begins with the calm",
    file: "src/engine/service/fault-shape.ts",
    find: "< shape.onUs ? 1 : 0;",
    replaceBy: "< shape.onUs ? 0 : 1;",
    killedBy: "src/engine/service/fault-shape.test.ts",
  },
  {
    name: "an attempt of exactly its timeout times out",
    file: "src/engine/service/timeouts.ts",
    find: "if ((us[i] as number) <= timeoutUs ||",
    replaceBy: "if ((us[i] as number) < timeoutUs ||",
    killedBy: "src/engine/service/timeouts.test.ts",
  },
  {
    name: "a declined request times out",
    file: "src/engine/service/timeouts.ts",
    find: "<= timeoutUs || codes[i] === DECLINED) continue;",
    replaceBy: "<= timeoutUs) continue;",
    killedBy: "src/engine/service/timeouts.test.ts",
  },
  {
    name: "a candidate never gets warm",
    file: "src/engine/service/warm-up.ts",
    find: "(1 + ((factor - 1) * leftUs) / overUs)",
    replaceBy: "(1 + (factor - 1))",
    killedBy: "src/engine/service/warm-up.test.ts",
  },
  {
    name: "the calm is a burst",
    file: "src/engine/service/error-manner.ts",
    find: "if ((stay & 1) === 0 || inBursts[cell] === 0",
    replaceBy: "if ((stay & 1) === 1 || inBursts[cell] === 0",
    killedBy: "src/engine/service/error-manner.test.ts",
  },
  {
    name: "an inherited failure gets a kind of its own",
    file: "src/engine/service/error-manner.ts",
    find: "if (kindCount[cell] === 0 || (follows[cell] === 1 && inherited[i] !== 0)) continue;",
    replaceBy: "if (kindCount[cell] === 0) continue;",
    killedBy: "src/engine/service/error-manner.test.ts",
  },
  {
    name: "a stay ends where the next one begins, and a moment later",
    file: "src/engine/service/burst-timeline.ts",
    find: "if ((endsUs[middle] as number) <= atUs) below = middle + 1;",
    replaceBy: "if ((endsUs[middle] as number) < atUs) below = middle + 1;",
    killedBy: "src/engine/service/burst-timeline.test.ts",
  },
  {
    name: "even arrivals drift",
    file: "src/engine/traffic/arrival-times.ts",
    find: "nextUs = ((requests + count) * SECOND_US) / perSecond;",
    replaceBy: "nextUs += Math.round(SECOND_US / perSecond);",
    killedBy: ARRIVALS,
  },
  {
    name: "a burst is half as busy as it is to be",
    file: "src/engine/traffic/arrival-times.ts",
    find: "const burstRate = model.burstPerSecond / SECOND_US;",
    replaceBy: "const burstRate = model.burstPerSecond / SECOND_US / 2;",
    killedBy: ARRIVALS,
  },
  {
    name: "sessions of a length in time all begin at once",
    file: "src/engine/traffic/sessions.ts",
    find: "const begunUs = fmix32(hash ^ START_SALT) * DRAW_UNIT * lengthUs;",
    replaceBy: "const begunUs = fmix32(START_SALT) * DRAW_UNIT * lengthUs;",
    killedBy: "src/engine/traffic/sessions.test.ts",
  },
  {
    name: "a session has a request too many",
    file: "src/engine/traffic/sessions.ts",
    find: "Math.floor(nth / size)",
    replaceBy: "Math.floor(nth / (size + 1))",
    killedBy: "src/engine/traffic/sessions.test.ts",
  },
  {
    name: "segments hang on each other",
    file: "src/engine/traffic/key-segments.ts",
    find: "const salt = flagSalt(`segment/${name}`);",
    replaceBy: "const salt = flagSalt(`segment/${name.length > 99}`);",
    killedBy: "src/engine/traffic/key-segments.test.ts",
  },
  {
    name: "both versions share the luck of failing",
    file: "src/engine/service/outcome-model.ts",
    find: 'candidateErrorStream: deriveStream(seed, "outcome/candidate/errors"),',
    replaceBy: 'candidateErrorStream: deriveStream(seed, "outcome/baseline/errors"),',
    killedBy: OUTCOMES,
  },
  {
    name: "a mixture ignores its weights",
    file: "src/engine/service/mixture.ts",
    find: "      upTo += (weight / total) * probabilityAt(curve, cursor, value);",
    replaceBy: "      upTo += (1 / parts.length) * probabilityAt(curve, cursor, value);",
    killedBy: "src/engine/service/mixture.test.ts",
  },
  {
    name: "a restarted baseline fails everybody",
    file: "src/engine/rollback-disruption.ts",
    find: "if (baselineCode[i] !== SERVED || draw32(a, b, draw[i] as number) >= threshold) continue;",
    replaceBy: "if (baselineCode[i] !== SERVED || threshold === 0) continue;",
    killedBy: "src/engine/rollback-disruption.test.ts",
  },
  {
    name: "a stopped candidate goes on serving",
    file: "src/engine/rollback-disruption.ts",
    find: "if (rollback.candidateStopped === 1) declineAll(batch);",
    replaceBy: "if (rollback.candidateStopped === 2) declineAll(batch);",
    killedBy: "src/engine/rollback-disruption.test.ts",
  },
];
