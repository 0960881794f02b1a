/** Answers to items that cannot be measured: `coverage=98.4%`, `reviewed=yes`, `sign-off-lead=ann`. */
import { complain, parsed, refused, showFound, type Complaint, type Parsed } from "../complaint.ts";
import { nearestWord } from "../nearest-word.ts";
import { parseFactor, parseShare } from "../quantity.ts";
import type { ReadinessItem } from "./profile.ts";

/** An answer as it is written in a file. */
export type InputText = string | number | boolean;

/** An answer: a share in parts per million, a factor, yes or no, or a name. */
export type InputValue = number | boolean | string;

/** Reads the answer to an item. */
export function parseInput(item: ReadinessItem, text: InputText): Parsed<InputValue> {
  switch (item.kind) {
    case "share":
      return parseShare(typeof text === "boolean" ? String(text) : text);
    case "factor":
      return parseFactor(typeof text === "boolean" ? String(text) : text);
    case "yes": {
      if (text === true || text === "yes" || text === "true") return parsed(true);
      if (text === false || text === "no" || text === "false") return parsed(false);
      return refused(complain(`${item.id} is a yes or a no`, { found: showFound(text), allowed: "yes, no" }));
    }
    case "name": {
      if (typeof text === "string" && text.trim() !== "") return parsed(text.trim());
      return refused(complain(`${item.id} is somebody's name`, { found: showFound(text) }));
    }
  }
}

/** The item of this name among those of a profile; a complaint where there is none. */
export function findItem(items: readonly ReadinessItem[], name: string): ReadinessItem | Complaint {
  const names = items.map(({ id }) => id);
  const found = items.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const suggestion = nearestWord(name, names);
  return complain("the profile has no item of this name", { found: name, allowed: names.join(", "), suggestion });
}
