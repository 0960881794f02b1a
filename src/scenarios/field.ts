/** Fields of files as zod schemas: quantities, sentences, names, mappings that know their keys. */
import { z } from "zod";
import { complain, showFound, type Parsed } from "./complaint.ts";
import type { QuantityText } from "./quantity.ts";
import { allowedMessage, knownKeysMessage } from "./shape-issue.ts";

const scalar = z.union([z.string(), z.number()], { error: "this must be a quantity" });

/** A quantity, read by the given reader; its description is for the JSON Schema. */
export function quantity<T>(read: (text: QuantityText) => Parsed<T>, description: string) {
  return scalar.transform((text, context) => settle(read(text), text, context)).meta({ description });
}

/** Text in a small language, read by the given reader. */
export function sentence<T>(read: (text: string) => Parsed<T>, description: string) {
  return z
    .string()
    .transform((text, context) => settle(read(text), text, context))
    .meta({ description });
}

/**
 * The value, or its complaints as issues that do not keep the checks around it from running (`continue`): what
 * could not be read is undefined there.
 */
function settle<T>(result: Parsed<T>, input: unknown, context: z.core.$RefinementCtx): T {
  if (result.ok) return result.value;
  for (const complaint of result.complaints) {
    context.issues.push({ code: "custom", message: complaint.message, params: { complaint }, input, continue: true });
  }
  return z.NEVER;
}

/** A mapping that refuses keys that it does not know, and knows which it does. */
export function mapping<Shape extends z.core.$ZodLooseShape>(shape: Shape, description: string) {
  return z
    .strictObject(shape, {
      error: (issue) => (issue.code === "unrecognized_keys" ? knownKeysMessage(shape) : undefined),
    })
    .meta({ description });
}

/** A name that can stand in sentences and paths: letters, digits, `-` and `_`, a letter first. */
export function nameField(description: string, reserved: readonly string[] = []) {
  return sentence((text): Parsed<string> => {
    const allowed = "letters, digits, - and _, with a letter first";
    if (!/^[A-Za-z][\w-]*$/.test(text))
      return { ok: false, complaints: [complain("this is not a name", { found: showFound(text), allowed })] };
    if (!reserved.includes(text)) return { ok: true, value: text };
    return { ok: false, complaints: [complain("this word has a meaning of its own in rules", { found: text })] };
  }, description);
}

/** A whole number from `least` on, up to `most` where there is a bound. */
export function wholeNumber(least: number, description: string, most?: number) {
  const error = allowedMessage(
    most === undefined ? `a whole number, ${least} or more` : `a whole number from ${least} to ${most}`,
  );
  const number = z.int(error).min(least, error);
  return (most === undefined ? number : number.max(most, error)).meta({ description });
}
