/** What became of an attempt, in words: `served`, `declined`, or the kind of its failure. */
import { DECLINED, SERVED } from "../../engine/service/world.ts";

/** The word of every code. A kind of failure that is called as one of the words is told apart by a mark before it. */
export function resultNames(errorKinds: readonly string[]): readonly string[] {
  const names = Array.from<string>({ length: DECLINED + 1 }).fill("");
  names[SERVED] = "served";
  names[DECLINED] = "declined";
  errorKinds.forEach((kind, i) => {
    names[i + 1] = /^!*(?:served|declined)$/u.test(kind) ? `!${kind}` : kind;
  });
  return names;
}
