/** What is wrong with the parts of a suite, in words. */
import type { Problem } from "../engine/kernel/problem.ts";
import { complain, type Complaint } from "./complaint.ts";

/** A problem with a whole part. */
export function problemOf(source: string, message: string, details: Partial<Omit<Complaint, "message">> = {}): Problem {
  return { source, line: 0, column: 0, path: "", ...complain(message, details) };
}

/** Ascending numbers with neighbours drawn together: `1-3, 7`. */
export function describeRanges(numbers: readonly number[]): string {
  const ranges: { readonly first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range !== undefined && range.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(", ");
}
