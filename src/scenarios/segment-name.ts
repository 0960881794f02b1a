/** Segments of users in files: `region=eu`, `region=eu, plan=pro`. */
import type { SegmentSelector } from "../engine/service/segments.ts";
import { complain, parsed, refused, type Complaint, type Parsed } from "./complaint.ts";
import { nearestWord } from "./nearest-word.ts";

/** Values of each dimension, by its name. */
export type KnownSegments = Readonly<Record<string, readonly string[]>>;

/** Reads the name of a segment. */
export function parseSegment(text: string): Parsed<SegmentSelector> {
  const pairs = text.split(",").map((pair) => /^\s*([\w-]+)\s*=\s*([\w-]+)\s*$/.exec(pair));
  const names = pairs.map((pair) => pair?.[1] ?? "");
  if (pairs.includes(null)) {
    return refused(complain("this is not a segment", { found: text, allowed: "region=eu, or region=eu, plan=pro" }));
  }
  if (new Set(names).size < names.length) {
    return refused(complain("a segment has one value of each dimension", { found: text }));
  }
  return parsed(Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""])));
}

/** What is wrong with a segment in a world of these; none: the world has it. */
export function complainOfSegment(selector: SegmentSelector, known: KnownSegments): Complaint[] {
  return Object.entries(selector).flatMap(([name, value]) => {
    const values = Object.hasOwn(known, name) ? known[name] : undefined;
    if (values?.includes(value) === true) return [];
    const all = Object.entries(known).flatMap(([one, each]) => each.map((each1) => `${one}=${each1}`));
    const found = `${name}=${value}`;
    const allowed = all.length === 0 ? "users.segments says how users are divided" : all.join(", ");
    return [complain("the users have no such segment", { found, allowed, suggestion: nearestWord(found, all) })];
  });
}
