/** A planted fault and the test that has to notice it. */

/** One mutation of one source file. */
export interface Mutant {
  /** What is broken, in words; unique. */
  readonly name: string;
  /** Path from the project's root. */
  readonly file: string;
  /** Text of the source, which must stand in it exactly once. */
  readonly find: string;
  /** What stands there instead. */
  readonly replaceBy: string;
  /** Path of the test file that kills it. */
  readonly killedBy: string;
}
