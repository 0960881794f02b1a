/**
 * Shadow traffic in the stack: at every tick as many requests are compared as the share of all arrivals so far asks
 * for. They are counted after the counters of requests and resources, so windows come of the totals like any other.
 */
import type { Stream } from "./kernel/random.ts";
import { msFromUs } from "./kernel/units.ts";
import { ARRIVED, counterCount } from "./monitor/counters.ts";
import { PARITY_COMPARED, PARITY_KINDS, PARITY_MISMATCHED, type ParityReading } from "./monitor/parity-measure.ts";
import { MISMATCHES } from "./parity/compare-answers.ts";
import type { Defect } from "./parity/column-analytics.ts";
import type { ParityRecord } from "./parity/parity-result.ts";
import type { ParityFault, ParityPlan } from "./parity/parity-plan.ts";
import { compareShadow, shadowStream } from "./parity/shadow.ts";
import type { RehearsalPlan } from "./plan.ts";
import { resourceCounters } from "./recorded-places.ts";
import type { ReadyPlan } from "./stack-plan.ts";
import type { StackState } from "./stack-state.ts";

/** Shadow traffic of a plan, ready. */
export interface ReadyParity {
  readonly stream: Stream;
  /** Index of its first counter. */
  readonly countersAt: number;
  readonly plan: ParityPlan;
}

/** What is remembered of shadow traffic besides its counters. Plain data. */
export interface ParityState {
  /** By way to differ: the first shadow request that does, -1 for none, */
  readonly firstNumber: number[];
  /** and the end of its window, microseconds. */
  readonly firstAtUs: number[];
}

/** The shadow traffic of a plan; nothing for a plan without. `limits`: how many limits are counted exactly. */
export function readyParity(plan: RehearsalPlan, limits: number): { readonly parity?: ReadyParity } {
  if (plan.parity === undefined) return {};
  const countersAt = counterCount(limits) + resourceCounters(plan);
  return { parity: { stream: shadowStream(plan.seed), countersAt, plan: plan.parity } };
}

/** Nothing compared yet; nothing at all for a plan without shadow traffic. */
export function startParity(plan: RehearsalPlan): { readonly parity?: ParityState } {
  if (plan.parity === undefined) return {};
  return { parity: { firstNumber: MISMATCHES.map(() => -1), firstAtUs: MISMATCHES.map(() => -1) } };
}

/** What the monitor is told of shadow traffic. */
export function readParity({ parity }: ReadyPlan): { readonly parity?: ParityReading } {
  return parity === undefined ? {} : { parity };
}

/** At a tick: compares what the arrivals since the last one ask for. */
export function compareShadows({ parity: ready, plan }: ReadyPlan, state: StackState): void {
  const { parity } = state;
  if (ready === undefined || parity === undefined) return;
  const { counters } = state.recording;
  const { countersAt, stream } = ready;
  const due = Math.floor(((counters[ARRIVED] as number) * ready.plan.sharePpm) / 1_000_000);
  const { nowUs } = state.kernel;
  const defects = defectsAt(ready.plan, nowUs - plan.policy.tickUs);
  const bump = (counter: number): void => {
    counters[countersAt + counter] = (counters[countersAt + counter] as number) + 1;
  };
  for (let number = counters[countersAt + PARITY_COMPARED] as number; number < due; number++) {
    const differences = compareShadow(stream, number, defects);
    bump(PARITY_COMPARED);
    if (differences.length > 0) bump(PARITY_MISMATCHED);
    for (const { kind } of differences) {
      const index = MISMATCHES.indexOf(kind);
      bump(PARITY_KINDS + index);
      if ((parity.firstNumber[index] ?? -1) >= 0) continue;
      parity.firstNumber[index] = number;
      parity.firstAtUs[index] = nowUs;
    }
  }
}

/** When the newest active fault of shadow traffic began; -1: there is none. */
export function newestParityFaultUs({ parity }: ReadyPlan, { kernel }: StackState): number {
  return parity?.plan.faults.filter((fault) => isActive(fault, kernel.nowUs)).at(-1)?.atUs ?? -1;
}

function defectsAt(plan: ParityPlan, atUs: number): Defect[] {
  return plan.faults.filter((fault) => isActive(fault, atUs)).map((fault) => fault.defect);
}

function isActive({ atUs, untilUs }: ParityFault, nowUs: number): boolean {
  return atUs <= nowUs && nowUs < untilUs;
}

/** What came of shadow traffic; nothing for a plan without. The first example of each way to differ is computed anew. */
export function recordParity(
  { parity: ready, plan }: ReadyPlan,
  state: StackState,
): { readonly parity?: ParityRecord } {
  const { parity } = state;
  if (ready === undefined || parity === undefined) return {};
  const count = (counter: number): number => state.recording.counters[ready.countersAt + counter] as number;
  const compared = count(PARITY_COMPARED);
  const mismatched = count(PARITY_MISMATCHED);
  const kinds = MISMATCHES.flatMap((kind, index) => {
    const number = parity.firstNumber[index] ?? -1;
    const atUs = parity.firstAtUs[index] ?? -1;
    if (number < 0) return [];
    const differences = compareShadow(ready.stream, number, defectsAt(ready.plan, atUs - plan.policy.tickUs));
    const example = differences.find((one) => one.kind === kind)?.text ?? "";
    return [{ kind, requests: count(PARITY_KINDS + index), firstAtMs: msFromUs(atUs), request: number, example }];
  });
  return { parity: { compared, mismatched, mismatchRate: compared === 0 ? null : mismatched / compared, kinds } };
}

/** What shadow traffic leaves out of what one may expect of it. */
export function parityNotes({ parity }: RehearsalPlan): string[] {
  if (parity === undefined) return [];
  return [
    "shadow requests are of the reference workload (bars and Bollinger bands over generated candles), as many as the share of arrivals asks for, compared at the end of their window; they load neither version",
  ];
}
