/** Failures in files: a share of the attempts, or a mapping with their kinds and bursts. */
import { z } from "zod";
import type { ErrorModel } from "../engine/service/version-model.ts";
import { complain, parsed, type Parsed } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity } from "./field.ts";
import { parseAddition, parsePositiveDuration, parseShare, type QuantityText } from "./quantity.ts";
import type { NodePath } from "./yaml-text.ts";

/** What the name of a kind of failure may be: it stands in reports, and beside codes of HTTP. */
const KIND_NAME = /^[A-Za-z0-9][\w.-]*$/;

function parseErrors(text: QuantityText): Parsed<ErrorModel> {
  if (/^\s*\+/.test(String(text))) {
    const addition = parseAddition(text, parseShare);
    return addition.ok ? parsed({ kind: "relative" as const, addPpm: addition.value }) : addition;
  }
  const share = parseShare(text);
  return share.ok ? parsed({ kind: "own" as const, ppm: share.value }) : share;
}

const rate = quantity(parseErrors, "Share of the attempts that fail: 0.5%; on top of the baseline's own: + 0.3%");

/** Failures, as they stand in a file. */
export const errorsShape = z
  .union(
    [
      rate,
      mapping(
        {
          rate,
          kinds: z
            .record(z.string(), z.number().positive())
            .optional()
            .meta({ description: "Kinds of failure and their weights: { timeout: 1, http-500: 3 } (default: error)" }),
          bursts: mapping(
            {
              rate: quantity(parseShare, "Stands in a burst in place of the rate: 40%"),
              every: quantity(parsePositiveDuration, "Mean time between two bursts: 1h"),
              lasts: quantity(parsePositiveDuration, "Mean length of a burst: 2m"),
            },
            "Failures in bursts: calm and bursts of random lengths take turns",
          ).optional(),
        },
        "Share of the attempts that fail, of which kinds, and in which bursts",
      ),
    ],
    { error: "errors are a share, or a mapping with rate" },
  )
  .meta({ description: "How many of the attempts fail" });

/** What a file says of failures. */
export type ErrorsText = z.output<typeof errorsShape>;

/** The rate of failures as far as it could be read. */
export function rateOf(errors: Partly<ErrorsText>): Partly<ErrorModel> {
  if (errors === undefined || !("rate" in errors)) return errors as Partly<ErrorModel>;
  return errors.rate;
}

/** Complains of kinds that are none, or have no names. */
export function checkErrors(errors: Partly<ErrorsText>, path: NodePath, report: Report): void {
  if (errors === undefined || !("rate" in errors) || errors.kinds === undefined) return;
  const at = [...path, "kinds"];
  checkKindNames(Object.keys(errors.kinds), at, report);
  if (Object.keys(errors.kinds).length === 0) report(at, complain("at least one kind is needed", { found: "none" }));
}

/** Complains of names that kinds of failure cannot have; each stands as a key at the path. */
function checkKindNames(names: readonly string[], path: NodePath, report: Report): void {
  for (const name of names) if (!KIND_NAME.test(name)) report([...path, name], badKindName(name));
}

/** What is wrong with a name that no kind of failure can have. */
function badKindName(name: string): ReturnType<typeof complain> {
  return complain("this is not a kind of failure", { found: name, allowed: "letters, digits, ., - and _" });
}

/** Reads the name of a kind of failure. */
export function parseErrorKind(text: string): Parsed<string> {
  return KIND_NAME.test(text) ? parsed(text) : { ok: false, complaints: [badKindName(text)] };
}

/** The model that failures of a file stand for. */
export function buildErrors(text: ErrorsText): ErrorModel {
  if (!("rate" in text)) return text;
  const { kinds, bursts } = text;
  return {
    ...text.rate,
    ...(kinds === undefined ? {} : { kinds: Object.entries(kinds).map(([name, weight]) => ({ name, weight })) }),
    ...(bursts === undefined ? {} : { bursts: { ppm: bursts.rate, everyUs: bursts.every, lastsUs: bursts.lasts } }),
  };
}
