/** What zod finds wrong with a shape, in this project's words. */
import type { z } from "zod";
import { complain, showFound, type Complaint } from "./complaint.ts";
import { nearestWord } from "./nearest-word.ts";
import type { NodePath } from "./yaml-text.ts";

/** A complaint about the value or the key at a path; `unread`: the value there has not its shape. */
export interface ShapeComplaint {
  readonly path: NodePath;
  readonly at: "key" | "value";
  readonly complaint: Complaint;
  readonly unread: boolean;
}

type Issue = z.core.$ZodIssue;

/** The complaints of zod's issues about a document. */
export function complaintsOfIssues(issues: readonly Issue[], document: unknown): ShapeComplaint[] {
  return issues.flatMap((issue) => complaintsOfIssue(issue, [], document));
}

function complaintsOfIssue(issue: Issue, above: NodePath, document: unknown): ShapeComplaint[] {
  const path = [...above, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  const value = valueAt(document, path);
  const about = (complaint: Complaint): ShapeComplaint[] => [{ path, at: "value", complaint, unread: true }];
  if (value === undefined && issue.code !== "custom") {
    const key = path.at(-1) ?? "";
    return [{ path: path.slice(0, -1), at: "value", complaint: complain(`${key} is missing`), unread: false }];
  }
  const found = showFound(value);
  switch (issue.code) {
    case "custom": {
      const complaint = issue.params?.["complaint"] as Complaint | undefined;
      return [{ path, at: "value", complaint: complaint ?? complain(issue.message, { found }), unread: true }];
    }
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: "key" as const,
        complaint: unknownKey(key, knownKeys(issue.message)),
        unread: true,
      }));
    case "invalid_union": {
      const branch = nearestBranch(issue.errors);
      if (branch !== undefined) return branch.flatMap((inner) => complaintsOfIssue(inner, path, document));
      return about(complain(issue.message, { found }));
    }
    case "invalid_type":
      return about(
        complain(`this must be ${SHAPES[issue.expected] ?? issue.expected}`, { found, allowed: allowedOf(issue) }),
      );
    case "invalid_value": {
      const values = issue.values.map(String);
      const suggestion = nearestWord(found, values);
      return about(complain("this word is not known here", { found, allowed: values.join(", "), suggestion }));
    }
    case "too_small":
      if (issue.origin === "array") return about(complain("at least one is needed", { found: "none" }));
      return about(
        complain(`this must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`, {
          found,
          allowed: allowedOf(issue),
        }),
      );
    case "too_big":
      return about(
        complain(`this must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`, {
          found,
          allowed: allowedOf(issue),
        }),
      );
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_key":
    case "invalid_element":
      return about(complain(issue.message, { found }));
  }
}

const SHAPES: Readonly<Record<string, string>> = {
  object: "a mapping of keys to values",
  record: "a mapping of keys to values",
  array: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** Of the shapes that a value may have, the one it comes nearest to: the fewest issues, the first of equals. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  let nearest: readonly Issue[] | undefined;
  for (const issues of branches) {
    if (issues.some(missesShape)) continue;
    if (nearest === undefined || issues.length < nearest.length) nearest = issues;
  }
  return nearest;
}

/** True when an issue says that a value is of another kind altogether (a list where a mapping was expected). */
function missesShape(issue: Issue): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union") return issue.errors.every((errors) => errors.some(missesShape));
  return issue.code === "invalid_type";
}

function unknownKey(key: string, known: readonly string[]): Complaint {
  if (/\s/.test(key)) {
    const allowed = `inside { } a sentence with commas has to stand in "quotes"`;
    return complain("unknown key", { found: key, allowed });
  }
  const suggestion = nearestWord(key, known);
  return complain("unknown key", { found: key, allowed: known.join(", "), suggestion });
}

/** The message that a mapping gives for keys it does not know: the keys that it does (see `knownKeys`). */
export function knownKeysMessage(shape: Readonly<Record<string, unknown>>): string {
  return Object.keys(shape).join(" ");
}

/** Inverse of `knownKeysMessage`. */
function knownKeys(message: string): string[] {
  return message.split(" ");
}

const ALLOWED = "allowed: ";

/** The message that a field gives to say what is allowed in it (see `allowedOf`). */
export function allowedMessage(allowed: string): string {
  return ALLOWED + allowed;
}

/** Inverse of `allowedMessage`; null for any other message. */
function allowedOf(issue: Issue): string | null {
  return issue.message.startsWith(ALLOWED) ? issue.message.slice(ALLOWED.length) : null;
}

function valueAt(document: unknown, path: NodePath): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
