/**
 * A rollout on the naive engine: the same system as ours simulates, written as one would at first. Every request is an
 * object, every arrival, completion and fallback an event with a closure; the manager is a few callbacks on timers.
 */
import seedrandom from "seedrandom";
import type { PRNG } from "seedrandom";
import type { Phase, Policy } from "../../src/engine/deployment/policy.ts";
import type { VersionFacts, WorldFacts } from "../rollout/bench-world.ts";
import { NaiveEngine } from "./engine.ts";
import { Monitor } from "./monitor.ts";

/** What came of it. */
export interface NaiveOutcome {
  readonly outcome: "completed" | "rolled-back" | "stalled";
  readonly endedAtUs: number;
  readonly phases: readonly { readonly name: string; readonly enteredAtUs: number }[];
  readonly rollback: { readonly trigger: string; readonly detectedAtUs: number; readonly verifiedAtUs: number } | null;
  readonly requests: number;
  readonly candidateRequests: number;
  readonly failedRequests: number;
  readonly harmedRequests: number;
  readonly slowedRequests: number;
  readonly savedByFallback: number;
  readonly usersExposed: number;
  readonly highestP99Us: number;
}

interface User {
  readonly key: string;
  /** Where the user stands among all, 0 to 1; below the share the candidate serves. */
  readonly standing: number;
  isExposed: boolean;
}

interface Request {
  readonly user: User;
  readonly arrivedUs: number;
  readonly isCandidate: boolean;
  readonly baselineUs: number;
  readonly baselineFails: boolean;
  readonly candidateUs: number;
  readonly candidateFails: boolean;
  readonly candidateDeclines: boolean;
}

/** The standard normal quantile at 0.95. */
const Z95 = 1.6448536269514722;
const CONTROL = 0;
const COMPLETION = 1;
const ARRIVAL = 2;

/** Simulates the rollout to its end. */
export function naiveRollout(facts: WorldFacts, policy: Policy): NaiveOutcome {
  return new Rollout(facts, policy).run();
}

class Rollout {
  readonly #facts: WorldFacts;
  readonly #policy: Policy;
  readonly #engine = new NaiveEngine();
  readonly #monitor: Monitor;
  readonly #users: User[];
  readonly #gapRandom: PRNG;
  readonly #userRandom: PRNG;
  readonly #latencyRandom: PRNG;
  readonly #failureRandom: PRNG;
  readonly #baseline: (normal: number) => number;
  readonly #candidate: (normal: number) => number;
  #share = 0;
  #phaseIndex = -1;
  #phaseEnteredUs = 0;
  #isRollingBack = false;
  #isReverted = false;
  #trigger = "";
  #detectedAtUs = 0;
  #quietSinceUs = -1;
  #inFlightOnCandidate = 0;
  #ending: NaiveOutcome["outcome"] | null = null;
  readonly #phases: { name: string; enteredAtUs: number }[] = [];
  readonly #tally = { requests: 0, onCandidate: 0, failed: 0, harmed: 0, slowed: 0, saved: 0, exposed: 0 };

  constructor(facts: WorldFacts, policy: Policy) {
    this.#facts = facts;
    this.#policy = policy;
    this.#monitor = new Monitor(60_000_000 / policy.tickUs);
    this.#users = Array.from({ length: facts.users }, (_, index) => newUser(`u${index}`));
    this.#gapRandom = seedrandom.alea(`${facts.seed}/gaps`);
    this.#userRandom = seedrandom.alea(`${facts.seed}/users`);
    this.#latencyRandom = seedrandom.alea(`${facts.seed}/latency`);
    this.#failureRandom = seedrandom.alea(`${facts.seed}/failures`);
    this.#baseline = lognormalUs(facts.baseline);
    this.#candidate = lognormalUs(facts.candidate);
  }

  run(): NaiveOutcome {
    const engine = this.#engine;
    engine.at(0, CONTROL, () => this.#enterPhase(0));
    engine.at(this.#policy.tickUs, CONTROL, () => this.#tick());
    engine.at(this.#facts.horizonUs, CONTROL, () => {
      this.#ending ??= "stalled";
    });
    this.#scheduleArrival();
    engine.run(() => this.#ending !== null);
    const tally = this.#tally;
    return {
      outcome: this.#ending ?? "stalled",
      endedAtUs: engine.nowUs,
      phases: this.#phases,
      rollback: this.#isRollingBack
        ? { trigger: this.#trigger, detectedAtUs: this.#detectedAtUs, verifiedAtUs: engine.nowUs }
        : null,
      requests: tally.requests,
      candidateRequests: tally.onCandidate,
      failedRequests: tally.failed,
      harmedRequests: tally.harmed,
      slowedRequests: tally.slowed,
      savedByFallback: tally.saved,
      usersExposed: tally.exposed,
      highestP99Us: this.#monitor.highestP99Us,
    };
  }

  #scheduleArrival(): void {
    const gapUs = (-Math.log(1 - this.#gapRandom()) * 1_000_000) / this.#facts.perSecond;
    this.#engine.after(gapUs, ARRIVAL, () => {
      this.#arrive();
      this.#scheduleArrival();
    });
  }

  #arrive(): void {
    const { baseline, candidate } = this.#facts;
    const user = this.#users[Math.floor(this.#userRandom() * this.#users.length)]!;
    const isCandidate = user.standing < this.#share;
    // Box and Muller; the draw is common to both versions.
    const normal = Math.sqrt(-2 * Math.log(1 - this.#latencyRandom())) * Math.cos(2 * Math.PI * this.#latencyRandom());
    const fails = this.#failureRandom;
    const request: Request = {
      user,
      arrivedUs: this.#engine.nowUs,
      isCandidate,
      baselineUs: this.#baseline(normal),
      baselineFails: fails() * 1e6 < baseline.errorPpm,
      candidateUs: isCandidate ? this.#candidate(normal) : 0,
      candidateFails: isCandidate && fails() * 1e6 < candidate.errorPpm,
      candidateDeclines: isCandidate && candidate.declinePpm > 0 && fails() * 1e6 < candidate.declinePpm,
    };
    this.#tally.requests += 1;
    if (isCandidate) this.#attemptCandidate(request);
    else this.#attemptBaseline(request);
  }

  #attemptBaseline(request: Request): void {
    if (request.baselineFails) this.#tally.failed += 1;
    this.#engine.after(request.baselineUs, COMPLETION, () => {
      this.#monitor.attemptCompleted(false, request.baselineUs, request.baselineFails);
      this.#monitor.requestCompleted(false, request.baselineFails, false);
    });
  }

  #attemptCandidate(request: Request): void {
    this.#tally.onCandidate += 1;
    this.#inFlightOnCandidate += 1;
    if (!request.user.isExposed) {
      request.user.isExposed = true;
      this.#tally.exposed += 1;
    }
    if (request.candidateDeclines) {
      this.#fallBack(request, 0);
      return;
    }
    if (!request.candidateFails) this.#countSlowed(request, request.candidateUs);
    this.#engine.after(request.candidateUs, COMPLETION, () => {
      this.#monitor.attemptCompleted(true, request.candidateUs, request.candidateFails);
      if (request.candidateFails) {
        this.#fallBack(request, request.candidateUs);
      } else {
        this.#inFlightOnCandidate -= 1;
        this.#monitor.requestCompleted(true, false, false);
      }
    });
  }

  #fallBack(request: Request, lostUs: number): void {
    if (request.baselineFails) {
      this.#tally.failed += 1;
    } else {
      this.#tally.saved += 1;
      this.#countSlowed(request, lostUs + request.baselineUs);
    }
    this.#engine.after(request.baselineUs, COMPLETION, () => {
      this.#inFlightOnCandidate -= 1;
      this.#monitor.requestCompleted(true, request.baselineFails, true);
    });
  }

  #countSlowed(request: Request, servedUs: number): void {
    if (servedUs > 2 * request.baselineUs && servedUs > request.baselineUs + 100_000) this.#tally.slowed += 1;
  }

  #enterPhase(index: number): void {
    const phase = this.#policy.phases[index];
    if (phase === undefined) {
      this.#ending = "completed";
      return;
    }
    this.#phaseIndex = index;
    this.#phaseEnteredUs = this.#engine.nowUs;
    this.#phases.push({ name: phase.name, enteredAtUs: this.#engine.nowUs });
    this.#monitor.phaseEntered();
    this.#setShare(phase.trafficPpm / 1e6);
  }

  #setShare(share: number): void {
    this.#engine.after(this.#facts.propagationUs, CONTROL, () => {
      this.#share = share;
      if (share === 0) this.#isReverted = true;
    });
  }

  #tick(): void {
    this.#monitor.closeWindow();
    if (this.#isRollingBack) {
      this.#considerVerification();
    } else {
      const trigger = this.#triggerThatFires();
      if (trigger !== null) this.#rollBack(trigger);
      else this.#considerGates();
    }
    this.#engine.after(this.#policy.tickUs, CONTROL, () => this.#tick());
  }

  #triggerThatFires(): string | null {
    const monitor = this.#monitor;
    for (const trigger of this.#policy.triggers) {
      switch (trigger.metric) {
        case "candidate.errorRate": {
          const attempts = monitor.sumOf((window) => window.candidate.attempts);
          const errors = monitor.sumOf((window) => window.candidate.errors);
          if (attempts >= trigger.minSamples && errors / attempts > trigger.limit / 1e6) return trigger.name;
          break;
        }
        case "candidate.fallbackRate": {
          const requests = monitor.sumOf((window) => window.candidate.requests);
          const fallbacks = monitor.sumOf((window) => window.candidate.fallbacks);
          if (requests >= trigger.minSamples && fallbacks / requests > trigger.limit / 1e6) return trigger.name;
          break;
        }
        case "latency.delta": {
          const candidates = monitor.sumOf((window) => window.candidate.attempts);
          const baselines = monitor.sumOf((window) => window.baseline.attempts);
          if (Math.min(candidates, baselines) < trigger.minSamples) break;
          const candidateUs = monitor.sumOf((window) => window.candidate.latencySumUs) / candidates;
          const baselineUs = monitor.sumOf((window) => window.baseline.latencySumUs) / baselines;
          if (candidateUs - baselineUs > trigger.limit) return trigger.name;
          break;
        }
        default:
          throw new Error(`the naive engine does not know ${trigger.metric}`);
      }
    }
    return null;
  }

  #considerGates(): void {
    const phase = this.#policy.phases[this.#phaseIndex];
    if (phase === undefined || this.#engine.nowUs - this.#phaseEnteredUs < phase.minDurationUs) return;
    if (phase.gates.every((gate) => this.#gatePasses(gate))) this.#enterPhase(this.#phaseIndex + 1);
  }

  #gatePasses(gate: Phase["gates"][number]): boolean {
    const { baseline, candidate } = this.#monitor.phase;
    switch (gate.metric) {
      case "all.successRate": {
        const requests = baseline.requests + candidate.requests;
        const failures = baseline.userFailures + candidate.userFailures;
        return requests >= gate.minSamples && (requests - failures) / requests >= gate.limit / 1e6;
      }
      case "candidate.errorRate":
        return candidate.attempts >= gate.minSamples && candidate.errors / candidate.attempts < gate.limit / 1e6;
      default:
        throw new Error(`the naive engine does not know ${gate.metric}`);
    }
  }

  #rollBack(trigger: string): void {
    this.#isRollingBack = true;
    this.#trigger = trigger;
    this.#detectedAtUs = this.#engine.nowUs;
    this.#engine.after(this.#policy.rollback.steps[0]?.durationUs ?? 0, CONTROL, () => this.#setShare(0));
  }

  #considerVerification(): void {
    if (!this.#isReverted || this.#inFlightOnCandidate > 0) {
      this.#quietSinceUs = -1;
      return;
    }
    if (this.#quietSinceUs < 0) this.#quietSinceUs = this.#engine.nowUs;
    if (this.#engine.nowUs - this.#quietSinceUs >= this.#policy.rollback.verifyUs) this.#ending = "rolled-back";
  }
}

/** A user stands where a hash of the key says (FNV-1a); computed once per user. */
function newUser(key: string): User {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return { key, standing: ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32, isExposed: false };
}

function lognormalUs({ p50Ms, p95Ms }: VersionFacts): (normal: number) => number {
  const location = Math.log(p50Ms * 1_000);
  const scale = Math.log(p95Ms / p50Ms) / Z95;
  return (normal) => Math.round(Math.exp(location + scale * normal));
}
