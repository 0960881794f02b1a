/**
 * The balancer of a version: gives attempts to its instances in turn. A weight lets an instance have several turns of
 * a round, spread over it evenly; an instance that is out is passed over.
 */

/** Which instances are in the balancer. Plain data, by instance. */
export interface InstanceHealth {
  /** Health polls that failed one after the other. */
  readonly failedPolls: Int32Array;
  /** 1: failed its checks, and gets nothing. */
  readonly out: Uint8Array;
  /** How many are in. */
  inCount: number;
}

/** All are in. */
export function createInstanceHealth(instances: number): InstanceHealth {
  return { failedPolls: new Int32Array(instances), out: new Uint8Array(instances), inCount: instances };
}

/**
 * The instances of one round in the order of their turns: round-robin where there are no weights, else the smooth
 * weighted order (each turn, every instance gains its weight; the one with most has the turn, and pays the total).
 */
export function turnsOf(instances: number, weights: readonly number[] | null): Int32Array {
  if (weights === null) return Int32Array.from({ length: instances }, (_, instance) => instance);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const credit = weights.map(() => 0);
  return Int32Array.from({ length: total }, () => {
    let chosen = 0;
    weights.forEach((weight, instance) => {
      credit[instance] = (credit[instance] ?? 0) + weight;
      if ((credit[instance] ?? 0) > (credit[chosen] ?? 0)) chosen = instance;
    });
    credit[chosen] = (credit[chosen] ?? 0) - total;
    return chosen;
  });
}

/** Place in the round of the next instance that is in, from a place on; -1: all are out. */
export function nextTurn(turns: Int32Array, from: number, health: InstanceHealth): number {
  if (health.inCount === 0) return -1;
  let turn = from;
  while (health.out[turns[turn] as number] === 1) turn = turn + 1 === turns.length ? 0 : turn + 1;
  return turn;
}

/** Notes one health poll of an instance; true when that took it out or brought it back. */
export function pollInstance(health: InstanceHealth, instance: number, fails: boolean, failures: number): boolean {
  const failed = fails ? (health.failedPolls[instance] as number) + 1 : 0;
  health.failedPolls[instance] = failed;
  const out = failed >= failures ? 1 : 0;
  if (out === health.out[instance]) return false;
  health.out[instance] = out;
  health.inCount += out === 1 ? -1 : 1;
  return true;
}
