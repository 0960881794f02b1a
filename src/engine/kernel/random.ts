/**
 * Chance. Every decision of chance has a stream of its own, a function of (seed, purpose); the draw at an index of
 * a stream is a hash of the three. So no draw depends on how many were drawn before, and changing one component
 * never shifts another's luck.
 */
import seedrandom from "seedrandom";

/** Keys of one stream: two 32-bit integers. */
export interface Stream {
  readonly a: number;
  readonly b: number;
}

/** The stream of a purpose under a seed. Purposes are paths, e.g. `candidate/errors`. */
export function deriveStream(seed: string, purpose: string): Stream {
  const generator = seedrandom.alea(`${seed}\n${purpose}`);
  return { a: generator.int32(), b: generator.int32() };
}

/** The stream for the high part of an index beyond 2^32: the stream itself for the first 4 billion draws. */
export function streamEpoch(stream: Stream, epoch: number): Stream {
  if (epoch === 0) return stream;
  return { a: draw32(stream.a, stream.b, epoch) | 0, b: draw32(stream.b, stream.a, epoch) | 0 };
}

/**
 * The draw at `index` (its low 32 bits) of the stream with keys a and b: an unsigned 32-bit integer, uniform.
 * A keyed variant of the lowbias32 finaliser of Chris Wellons ("Prospecting for Hash Functions", 2018): one key is
 * added before the first round, the other mixed in between the rounds, so that streams are not shifted copies.
 */
export function draw32(a: number, b: number, index: number): number {
  let x = (index + a) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) ^ b;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  return (x ^ (x >>> 15)) >>> 0;
}

/** 2^-32: turns a 32-bit draw into [0, 1). */
export const DRAW_UNIT = 2 ** -32;

/**
 * The threshold under which a 32-bit draw falls with the given chance. 1 and more always, 0 and less never.
 * Compare with `draw < threshold`; the result may be 2^32, so it is a double, not an integer of 32 bits.
 */
export function drawThresholdFromPpm(ppm: number): number {
  return Math.min(Math.max(Math.round((ppm * 4_294_967_296) / 1_000_000), 0), 4_294_967_296);
}
