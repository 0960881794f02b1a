/**
 * What is wrong with one piece of text, before anyone knows where in which file it stands. `document.ts` turns a
 * complaint into a `Problem` by adding the place.
 */
import type { Problem } from "../engine/kernel/problem.ts";

/** A problem without its place: message, what was found, what is allowed, the nearest valid word. */
export type Complaint = Pick<Problem, "message" | "found" | "allowed" | "suggestion">;

/** Either the value that the text stands for, or all that is wrong with the text. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly complaints: readonly Complaint[] };

/** The text was understood. */
export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** The text was not understood, for one reason. */
export function refused(complaint: Complaint): Parsed<never> {
  return { ok: false, complaints: [complaint] };
}

/** A complaint; what is not given is null. */
export function complain(message: string, details: Partial<Omit<Complaint, "message">> = {}): Complaint {
  return { message, found: null, allowed: null, suggestion: null, ...details };
}

/** How a value from a file is shown as what was found: text as it stands, anything else as JSON, cut at 60 characters. */
export function showFound(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  const text = typeof value === "string" ? value : jsonOf(value);
  if (text.trim() === "") return "empty text";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A YAML anchor can stand within itself; there is no JSON of that. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return Array.isArray(value) ? "a list that contains itself" : "a mapping that contains itself";
  }
}
