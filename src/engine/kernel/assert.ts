/** Broken invariants of our own. Loud: the command line adds the seed and the command that reproduces it. */

/** Thrown when the program contradicts itself; never because of bad input. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws `InvariantError` with the message unless the condition holds. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
