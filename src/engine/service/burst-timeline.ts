/**
 * A process of two states in time, calm and burst, that alternate with exponential lengths. It is a function of its
 * stream alone: neither the policy nor how time is cut changes when a burst comes.
 */
import { DRAW_UNIT, draw32, type Stream } from "../kernel/random.ts";

/** Mean lengths of the two states, in microseconds. */
export interface BurstMeans {
  readonly calmUs: number;
  readonly burstUs: number;
}

/**
 * Length of the stay with this number, in whole microseconds, at least 1. Stay 0 is calm and begins at time 0; odd ones
 * are bursts.
 */
export function stayLengthUs(stream: Stream, means: BurstMeans, stay: number): number {
  const mean = (stay & 1) === 0 ? means.calmUs : means.burstUs;
  // Half a unit more, so that the logarithm's argument is never 0.
  const probability = (draw32(stream.a, stream.b, stay | 0) + 0.5) * DRAW_UNIT;
  return Math.max(1, Math.round(-mean * Math.log(probability)));
}

/** When stays end, as far as anybody has asked. What is in it follows from the stream; it is kept to be looked up. */
export interface BurstTimeline {
  readonly stream: Stream;
  readonly means: BurstMeans;
  endsUs: Float64Array;
  known: number;
}

/** A timeline that nobody has asked yet. */
export function createBurstTimeline(stream: Stream, means: BurstMeans): BurstTimeline {
  return { stream, means, endsUs: new Float64Array(64), known: 0 };
}

/** Number of the stay at a time; odd: a burst. It ends at `endsUs[stay]`. */
export function stayAt(timeline: BurstTimeline, atUs: number): number {
  learnUntil(timeline, atUs);
  const { endsUs } = timeline;
  let below = 0;
  let upTo = timeline.known - 1;
  while (below < upTo) {
    const middle = (below + upTo) >> 1;
    if ((endsUs[middle] as number) <= atUs) below = middle + 1;
    else upTo = middle;
  }
  return upTo;
}

function learnUntil(timeline: BurstTimeline, atUs: number): void {
  const { stream, means } = timeline;
  let lastUs = timeline.known === 0 ? 0 : (timeline.endsUs[timeline.known - 1] as number);
  while (timeline.known === 0 || lastUs <= atUs) {
    if (timeline.known === timeline.endsUs.length) {
      const longer = new Float64Array(2 * timeline.known);
      longer.set(timeline.endsUs);
      timeline.endsUs = longer;
    }
    lastUs += stayLengthUs(stream, means, timeline.known);
    timeline.endsUs[timeline.known++] = lastUs;
  }
}
