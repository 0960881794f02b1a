/** Two answers to the same request: in which ways they differ. */
import type { Answer, AnswerBar } from "./answer.ts";

/**
 * Ways to differ. `refused`: only one could answer. `time`: a bar begins where the other answer has none. `type`: a
 * field is no number (or null) where the other's is. `value`: prices or volumes differ at all, or means beyond the
 * tolerance. `deviation`: the means agree, the bands do not.
 */
export const MISMATCHES = ["refused", "time", "type", "value", "deviation"] as const;
/** One way to differ. */
export type Mismatch = (typeof MISMATCHES)[number];

/**
 * Means and bands may differ by this share of the mean: both are computed in doubles, in another order. Prices and
 * volumes have to be equal.
 */
export const BAND_TOLERANCE = 1e-9;

const EXACT_FIELDS = ["open", "high", "low", "close", "volume"] as const;
const BANDS = ["upper", "lower"] as const;

/** A difference with the words to show it. */
export interface Difference {
  readonly kind: Mismatch;
  readonly text: string;
}

/** Every way in which the candidate's answer differs, each once, with the first place where it does. */
export function compareAnswers(baseline: Answer, candidate: Answer): Difference[] {
  if (baseline.kind === "refused" || candidate.kind === "refused") {
    if (baseline.kind === candidate.kind) return [];
    const refused = baseline.kind === "refused" ? baseline : candidate;
    const missing = refused.kind === "refused" ? refused.missing : "";
    const who = baseline.kind === "refused" ? "baseline" : "candidate";
    return [{ kind: "refused", text: `the ${who} could not answer: its repository lacks ${missing}` }];
  }
  const found = new Map<Mismatch, string>();
  const add = (kind: Mismatch, text: string): void => {
    if (!found.has(kind)) found.set(kind, text);
  };
  const others = new Map(candidate.bars.map((bar) => [bar.startMinute, bar]));
  for (const bar of baseline.bars) {
    const other = others.get(bar.startMinute);
    if (other === undefined) {
      const near = candidate.bars[0]?.startMinute ?? "none";
      add("time", `no bar of the candidate begins at minute ${bar.startMinute} (its first: ${near})`);
    } else {
      others.delete(bar.startMinute);
      compareBars(bar, other, add);
    }
  }
  for (const startMinute of others.keys()) add("time", `the candidate has a bar more, at minute ${startMinute}`);
  return MISMATCHES.flatMap((kind) => {
    const text = found.get(kind);
    return text === undefined ? [] : [{ kind, text }];
  });
}

function compareBars(one: AnswerBar, other: AnswerBar, add: (kind: Mismatch, text: string) => void): void {
  const differ = (field: keyof AnswerBar): string =>
    `${field} at minute ${one.startMinute}: ${JSON.stringify(one[field])}, candidate ${JSON.stringify(other[field])}`;
  for (const field of EXACT_FIELDS) {
    if (typeof one[field] !== typeof other[field]) add("type", differ(field));
    else if (one[field] !== other[field]) add("value", differ(field));
  }
  const meansAgree = bandAgrees(one, other, "middle");
  if (meansAgree === null) add("type", differ("middle"));
  else if (!meansAgree) add("value", differ("middle"));
  for (const band of BANDS) {
    const agrees = bandAgrees(one, other, band);
    if (agrees === null) add("type", differ(band));
    else if (!agrees && meansAgree === true) add("deviation", differ(band));
  }
}

/** Null: one is a number and the other is not. */
function bandAgrees(one: AnswerBar, other: AnswerBar, band: "middle" | "upper" | "lower"): boolean | null {
  const [mine, its] = [one[band], other[band]];
  if (typeof mine !== "number" || typeof its !== "number") return mine === its ? true : null;
  const scale = typeof one.middle === "number" ? Math.abs(one.middle) : 1;
  return Math.abs(mine - its) <= BAND_TOLERANCE * scale;
}
