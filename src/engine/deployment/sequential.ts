/**
 * Tests that go on from attempt to attempt (CUSUM, Wald's test), run at every tick over the attempts that completed
 * since the last one, in their order. A line that is reached at any attempt between two ticks counts, so that no
 * alarm is lost; the trigger fires at the tick. A test begins anew when it has fired, when an operator changes its
 * limit, and while its trigger is not looked at; Wald's test also whenever it finds the rate good. It goes on across
 * phases.
 */
import { WHOLE_PPM } from "../kernel/units.ts";
import { cusumWeight, stepCusum } from "../statistics/bernoulli-cusum.ts";
import { logRatio, ratioLines, successesUntilGood, type RatioLines } from "../statistics/probability-ratio-test.ts";
import type { AttemptOrder } from "../monitor/attempt-order.ts";
import type { SequentialTest } from "./policy.ts";

/** What a test had come to. */
export interface TestFigures {
  /** CUSUM: since the score last stood at 0; Wald's test: since it began. */
  failures: number;
  trials: number;
  /** CUSUM only. */
  score: number;
  /** When it last began anew or stood at 0. */
  sinceUs: number;
}

/** A test under way. Plain data. */
export interface TestState extends TestFigures {
  /** The good rate that it was run with, parts per million. */
  goodPpm: number;
  /** Attempts since the test was reset: 0 means that it has nothing to go by. */
  seen: number;
  /** What it had come to when the line was reached since the last tick; null: it was not. */
  alarm: TestFigures | null;
  /** Wald's test: it found the rate good since the last tick, and nothing since. */
  isGood: boolean;
}

/** All sequential tests of a policy. Plain data. */
export interface SequentialTests {
  /** One for each scope that some test watches. */
  readonly orders: readonly AttemptOrder[];
  /** Per trigger; null where it has no sequential test. */
  readonly tests: readonly (TestState | null)[];
}

/** A test that has seen nothing. */
export function createTest(goodPpm: number, nowUs: number): TestState {
  return { failures: 0, trials: 0, score: 0, goodPpm, seen: 0, sinceUs: nowUs, alarm: null, isGood: false };
}

/** Why a test cannot have a good rate, in parts per million; null: it can, or there is no test. */
export function whyNotTestable(test: SequentialTest | undefined, goodPpm: number): string | null {
  if (test === undefined || (goodPpm > 0 && goodPpm < test.badPpm)) return null;
  return `the limit of a test must be between 0 % and the ${test.badPpm / 10_000} % that it looks for`;
}

/** Begins a test anew, with the limit as it is now. */
export function resetTest(state: TestState, goodPpm: number, nowUs: number): void {
  Object.assign(state, createTest(goodPpm, nowUs));
}

/**
 * Runs a test over attempts in their order, numbers as `attempt-order.ts` gives them: twice the microsecond of
 * completion, plus 1 for a failure.
 */
export function runTest(state: TestState, test: SequentialTest, attempts: Float64Array): void {
  state.alarm = null;
  const step = stepper(state, test);
  let successes = 0;
  for (let i = 0; i < attempts.length; i++) {
    const attempt = attempts[i] as number;
    if (attempt % 2 === 0) {
      successes++;
      continue;
    }
    step(successes, true, Math.floor(attempt / 2));
    successes = 0;
  }
  if (successes > 0) step(successes, false, Math.floor((attempts.at(-1) ?? 0) / 2));
  state.seen += attempts.length;
}

type Step = (successes: number, thenFails: boolean, atUs: number) => void;

function stepper(state: TestState, test: SequentialTest): Step {
  const goodRate = state.goodPpm / WHOLE_PPM;
  const badRate = test.badPpm / WHOLE_PPM;
  switch (test.kind) {
    case "cusum": {
      const weight = cusumWeight(goodRate, badRate);
      return (successes, thenFails, atUs) => {
        const stood = state.score;
        const isAlarm = stepCusum(state, weight, test.alarm, successes, thenFails);
        if (successes >= stood) state.sinceUs = atUs;
        if (isAlarm) raise(state, atUs);
      };
    }
    case "sprt": {
      const lines = linesOf(state.goodPpm, test);
      return (successes, thenFails, atUs) => stepRatio(state, lines, successes, thenFails, atUs);
    }
  }
}

/** The lines of Wald's test for a good rate in parts per million. */
export function linesOf(goodPpm: number, test: Extract<SequentialTest, { kind: "sprt" }>): RatioLines {
  return ratioLines({
    goodRate: goodPpm / WHOLE_PPM,
    badRate: test.badPpm / WHOLE_PPM,
    falseAlarm: test.falseAlarmPpm / WHOLE_PPM,
    miss: test.missPpm / WHOLE_PPM,
  });
}

function stepRatio(state: TestState, lines: RatioLines, successes: number, thenFails: boolean, atUs: number): void {
  let left = successes;
  while (left > 0) {
    const needed = successesUntilGood(lines, state.failures, state.trials);
    if (left < needed) {
      state.trials += left;
      break;
    }
    left -= needed;
    restart(state, atUs);
    state.isGood = true;
  }
  if (left > 0) state.isGood = false;
  if (!thenFails) return;
  state.failures++;
  state.trials++;
  state.isGood = false;
  if (logRatio(lines, state.failures, state.trials) >= lines.bad) raise(state, atUs);
}

/** Keeps what the first alarm since the last tick was about, and begins anew. */
function raise(state: TestState, atUs: number): void {
  const { failures, trials, score, sinceUs } = state;
  state.alarm ??= { failures, trials, score, sinceUs };
  restart(state, atUs);
}

function restart(state: TestState, atUs: number): void {
  state.failures = 0;
  state.trials = 0;
  state.score = 0;
  state.sinceUs = atUs;
  state.isGood = false;
}
