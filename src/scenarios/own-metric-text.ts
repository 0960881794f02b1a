/** Values of a scenario's own metrics in files: shares, numbers and their distributions, and changes of these. */
import type { OwnMetricChange } from "../engine/service/own-metric.ts";
import type { OwnValueModel } from "../engine/service/own-metric-model.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import { parseAmount, parseFactor, parseShare, writeAmount, writeShare, type QuantityText } from "./quantity.ts";

/** A change as it is written, with the unit of what it adds; null: it adds nothing. */
export interface OwnChangeText extends OwnMetricChange {
  readonly unit: "share" | "number" | null;
}

/** Reads a change of a metric: `x 0.9`, `+ 1%`, `- 2`, `x 0.9 - 2`. */
export function parseOwnChange(text: QuantityText): Parsed<OwnChangeText> {
  const match = /^\s*([x×][^+−-]*)?([+−-].*)?$/.exec(String(text));
  const [, factorText, additionText] = match ?? [];
  if (factorText === undefined && additionText === undefined) {
    const allowed = "x 0.9, + 1%, - 2, x 0.9 + 2";
    return refused(complain("this is not a change of a metric", { found: showFound(text), allowed }));
  }
  const factor = factorText === undefined ? parsed(1) : parseFactor(factorText);
  const amount = (additionText ?? "").replace(/^[+−-]\s*/, "").trim();
  const unit = additionText === undefined ? null : amount.endsWith("%") ? "share" : "number";
  const addition = unit === null ? parsed(0) : unit === "share" ? parseShare(amount) : parseAmount(amount);
  if (!factor.ok || !addition.ok) {
    return { ok: false, complaints: [factor, addition].flatMap((one) => (one.ok ? [] : one.complaints)) };
  }
  const add = additionText?.startsWith("+") === true ? addition.value : 0 - addition.value;
  return parsed({ factor: factor.value, add: unit === null ? 0 : add, unit });
}

/** A change as reports write it: `x0.9 +1%`. */
export function writeOwnChange({ factor, add, unit }: OwnChangeText): string {
  const words: string[] = [];
  if (factor !== 1) words.push(`x${factor}`);
  if (unit === "share") words.push(`${add < 0 ? "-" : "+"}${writeShare(Math.abs(add))}`);
  if (unit === "number") words.push(`${add < 0 ? "-" : "+"}${writeAmount(Math.abs(add))}`);
  return words.join(" ");
}

/** What a metric is under one version, as far as a quantity says it; `unit` is that of what it is or adds. */
export type OwnValueText = OwnValueModel & { readonly unit: OwnChangeText["unit"] };

/** Reads `5%`, `20`, or a change of the baseline's. */
export function parseOwnValue(text: QuantityText): Parsed<OwnValueText> {
  if (/^\s*[x×+−-]/.test(String(text))) {
    const change = parseOwnChange(text);
    return change.ok ? parsed({ kind: "relative" as const, ...change.value }) : change;
  }
  if (/%\s*$/.test(String(text))) {
    const share = parseShare(text);
    return share.ok ? parsed({ kind: "share" as const, ppm: share.value, unit: "share" as const }) : share;
  }
  const amount = parseAmount(text);
  if (!amount.ok) return amount;
  const distribution = { kind: "constant" as const, us: amount.value };
  return parsed({ kind: "distribution" as const, distribution, unit: "number" as const });
}
