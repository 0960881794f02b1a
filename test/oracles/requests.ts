/**
 * What happened to every request of a rehearsal, caught where its outcomes are final, and metrics added up from these
 * requests alone: when each attempt and each answer was complete, and how it came out. No counter, window or rule of the
 * engine is asked.
 */
import type { Condition } from "../../src/engine/deployment/policy.ts";
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import { DECLINED, SERVED, type World } from "../../src/engine/service/world.ts";

/** One request as it was served. */
export interface ServedRequest {
  readonly atUs: number;
  readonly key: number;
  /** Low bits of the index of its draws, which name it. */
  readonly draw: number;
  readonly isCandidate: boolean;
  readonly baselineUs: number;
  readonly baselineFails: boolean;
  readonly candidateUs: number;
  readonly candidate: "served" | "failed" | "declined";
}

/** The plan over a world that writes down every request into `caught`, after faults and timeouts. */
export function catchRequests(plan: RehearsalPlan, caught: ServedRequest[]): RehearsalPlan {
  const { world } = plan;
  const settle: World["settle"] = (batch) => {
    world.settle?.(batch);
    for (let row = 0; row < batch.count; row++) {
      const isCandidate = batch.routed[row] === 1;
      // The candidate's columns mean nothing where it was not asked.
      const code = isCandidate ? batch.candidateCode[row]! : SERVED;
      caught.push({
        atUs: batch.atUs[row]!,
        key: batch.key[row]!,
        draw: batch.draw[row]!,
        isCandidate,
        baselineUs: batch.baselineUs[row]!,
        baselineFails: batch.baselineCode[row] !== SERVED,
        candidateUs: isCandidate ? batch.candidateUs[row]! : 0,
        candidate: code === SERVED ? "served" : code === DECLINED ? "declined" : "failed",
      });
    }
  };
  return { ...plan, world: { ...world, settle } };
}

/** An attempt that a version made of a request of its own. */
interface Attempt {
  readonly doneUs: number;
  readonly us: number;
  readonly fails: boolean;
  readonly isCandidate: boolean;
}

/** An answer to a user. */
interface Answer {
  readonly doneUs: number;
  readonly isCandidate: boolean;
  readonly fails: boolean;
  readonly fellBack: boolean;
}

/** Attempts and answers of the requests, in any order. */
export interface Happenings {
  readonly attempts: readonly Attempt[];
  readonly answers: readonly Answer[];
}

/** What became of the requests, where failed and declined requests of the candidate fall back or do not. */
export function happeningsOf(requests: readonly ServedRequest[], fallsBack: boolean): Happenings {
  const attempts: Attempt[] = [];
  const answers: Answer[] = [];
  for (const { atUs, isCandidate, baselineUs, baselineFails, candidateUs, candidate } of requests) {
    if (!isCandidate) {
      attempts.push({ doneUs: atUs + baselineUs, us: baselineUs, fails: baselineFails, isCandidate });
      answers.push({ doneUs: atUs + baselineUs, isCandidate, fails: baselineFails, fellBack: false });
      continue;
    }
    const triedUs = candidate === "declined" ? 0 : candidateUs;
    const fails = candidate === "failed";
    if (candidate !== "declined") attempts.push({ doneUs: atUs + triedUs, us: triedUs, fails, isCandidate });
    const fellBack = candidate !== "served" && fallsBack;
    answers.push({
      doneUs: atUs + triedUs + (fellBack ? baselineUs : 0),
      isCandidate,
      fails: candidate !== "served" && !(fellBack && !baselineFails),
      fellBack,
    });
  }
  return { attempts, answers };
}

/** A value as an exact fraction (a mean of whole microseconds, a rate), or the difference of two; null: absent. */
interface Measured {
  readonly value: number | null;
  readonly samples: number;
}

/** Measures a metric over what was complete in `[fromUs, untilUs)`. Rates are in parts per million. */
function measureHappenings(metric: string, happenings: Happenings, fromUs: number, untilUs: number): Measured {
  const [scope, name] = metric.startsWith("latency.") ? ["all", metric] : splitName(metric);
  const isIn = ({ doneUs, isCandidate }: Attempt | Answer): boolean =>
    doneUs >= fromUs && doneUs < untilUs && (scope === "all" || isCandidate === (scope === "candidate"));
  const attempts = happenings.attempts.filter(isIn);
  const answers = happenings.answers.filter(isIn);
  const shareOf = (part: number, whole: number): Measured => ({
    value: whole === 0 ? null : (part / whole) * 1_000_000,
    samples: whole,
  });
  switch (name) {
    case "errorRate":
      return shareOf(attempts.filter(({ fails }) => fails).length, attempts.length);
    case "userErrorRate":
      return shareOf(answers.filter(({ fails }) => fails).length, answers.length);
    case "successRate":
      return shareOf(answers.filter(({ fails }) => !fails).length, answers.length);
    case "fallbackRate":
      return shareOf(answers.filter(({ fellBack }) => fellBack).length, answers.length);
    case "latency.mean":
      return { value: meanUs(attempts), samples: attempts.length };
    case "latency.p95":
    case "latency.p99": {
      const sorted = attempts.map(({ us }) => us).toSorted((a, b) => a - b);
      const rank = Math.ceil((sorted.length * Number(name.slice(-2))) / 100);
      return { value: sorted[rank - 1] ?? null, samples: sorted.length };
    }
    case "latency.delta": {
      const ofBaseline = attempts.filter(({ isCandidate }) => !isCandidate);
      const ofCandidate = attempts.filter(({ isCandidate }) => isCandidate);
      const [own, other] = [meanUs(ofCandidate), meanUs(ofBaseline)];
      const samples = Math.min(ofBaseline.length, ofCandidate.length);
      return { value: own === null || other === null ? null : own - other, samples };
    }
    default:
      throw new Error(`${metric} is not added up here`);
  }
}

/** Whether a condition holds on what was complete in the span: never without a value or its samples. */
export function holdsOn(condition: Condition, happenings: Happenings, fromUs: number, untilUs: number): boolean {
  const { metric, operator, limit, minSamples } = condition;
  const { value, samples } = measureHappenings(metric, happenings, fromUs, untilUs);
  if (value === null || samples < minSamples) return false;
  return { "<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit }[operator];
}

function splitName(metric: string): readonly [string, string] {
  const dot = metric.indexOf(".");
  return [metric.slice(0, dot), metric.slice(dot + 1)];
}

function meanUs(attempts: readonly Attempt[]): number | null {
  return attempts.length === 0 ? null : attempts.reduce((sum, { us }) => sum + us, 0) / attempts.length;
}
