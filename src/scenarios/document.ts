/**
 * A YAML file against its shape (a zod schema): either the values it stands for, or everything that is wrong with it,
 * each with file, line and column. Checks that span several fields look at as much as could be read, so that they
 * complain beside the mistakes inside the fields and not only once those are gone.
 */
import type { z } from "zod";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { Complaint } from "./complaint.ts";
import { complaintsOfIssues } from "./shape-issue.ts";
import { inFileOrder, readYaml, type NodePath, type Place } from "./yaml-text.ts";

/** A value of which any part may be missing, because it could not be read. */
export type Partly<T> = T extends string | number | boolean | null | undefined
  ? T | undefined
  : T extends readonly (infer Item)[]
    ? readonly Partly<Item>[] | undefined
    : { readonly [Key in keyof T]?: Partly<T[Key]> } | undefined;

/** Complains about the value at a path. */
export type Report = (path: NodePath, complaint: Complaint) => void;

/** A document that was read, and where its parts stand. */
export interface ReadDocument<T> {
  readonly value: T;
  readonly placeOf: (path: NodePath) => Place;
}

/**
 * Reads a document. `what` is what it should be, e.g. `a policy`; `check` looks at what spans several fields.
 * All problems, in the order of the lines.
 */
export function readDocument<Shape extends z.ZodType>(
  text: string,
  source: string,
  what: string,
  shape: Shape,
  check: (value: Partly<z.output<Shape>>, report: Report, placeOf: (path: NodePath) => Place) => void,
): Read<ReadDocument<z.output<Shape>>> {
  const yaml = readYaml(text, source, what);
  if (!yaml.ok) return yaml;
  const problems: Problem[] = [...yaml.value.problems];
  const reportAt = (path: NodePath, place: Place, complaint: Complaint): void => {
    problems.push({ source, ...place, path: writePath(path), ...complaint });
  };

  let partial: unknown;
  const capturing = shape.refine(
    (value) => {
      partial = value;
      return true;
    },
    { when: () => true },
  );
  const result = capturing.safeParse(yaml.value.value);
  if (!result.success) {
    for (const { path, at, complaint, unread } of complaintsOfIssues(result.error.issues, yaml.value.value)) {
      reportAt(path, at === "key" ? yaml.value.placeOfKey(path) : yaml.value.placeOfValue(path), complaint);
      if (unread) forget(partial, path);
    }
  }
  const placeOf = (path: NodePath): Place => yaml.value.placeOfValue(path);
  check(
    partial as Partly<z.output<Shape>>,
    (path, complaint) => {
      reportAt(path, placeOf(path), complaint);
    },
    placeOf,
  );
  if (problems.length > 0 || !result.success) {
    return { ok: false, problems: inFileOrder(problems) };
  }
  return { ok: true, warnings: [], value: { value: result.data, placeOf } };
}

/** `phases[1].traffic`. */
function writePath(path: NodePath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Takes out a value that has not the shape that the checks rely on. */
function forget(partial: unknown, path: NodePath): void {
  let holder: unknown = partial;
  for (const [depth, step] of path.entries()) {
    if (typeof holder !== "object" || holder === null) return;
    const record = holder as Record<string | number, unknown>;
    if (depth === path.length - 1) record[step] = undefined;
    holder = record[step];
  }
}
