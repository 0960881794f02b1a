/** What a collector of logs does to lines, and how it is undone. */

/** A line without what the collector wrote. It is valid until the next line is looked at. */
export interface Unwrapped {
  bytes: Buffer;
  from: number;
  to: number;
  /** Whether the record goes on in the next line of its stream. */
  isPartial: boolean;
  /** Which of the program's outputs wrote the line; empty where the collector does not say. */
  stream: string;
}

/** Takes what the collector wrote off the line `[from, to)`; null: there is nothing of it. */
export type Unwrap = (bytes: Buffer, from: number, to: number) => Unwrapped | null;

/** One kind of prefix. */
export interface LinePrefix {
  /** In words, for reports. */
  readonly name: string;
  /** Whether it is around the line, as an object of JSON: such lines would seem to be rows of their own. */
  readonly isAround: boolean;
  /** What takes it off. */
  readonly createUnwrap: () => Unwrap;
}
