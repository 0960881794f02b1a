/**
 * The text of a source file with everything that is not code blanked out, so that rules can be plain searches: a word
 * in a comment, a string or a regular expression is then no finding. Offsets and lines stay as they are.
 */

/** Characters after which a slash begins a regular expression rather than divides. */
const BEFORE_PATTERN = /(?:[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|throw|else|do))$/;

/** Blanks the contents of comments, strings, templates (not their substitutions) and regular expressions. */
export function blankNonCode(text: string): string {
  const out = text.split("");
  const blank = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) if (out[at] !== "\n") out[at] = " ";
  };
  // One entry per open template: how many braces are open inside its current substitution.
  const openBraces: number[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    const depth = openBraces.length - 1;
    let end = at + 1;
    if (text.startsWith("//", at) || (at === 0 && text.startsWith("#!"))) {
      end = endOrLength(text, text.indexOf("\n", at));
      blank(at, end);
    } else if (text.startsWith("/*", at)) {
      end = endOrLength(text, text.indexOf("*/", at + 2), 2);
      blank(at, end);
    } else if (char === '"' || char === "'") {
      end = endOfQuoted(text, at, char);
      blank(at + 1, end - 1);
    } else if (char === "`" || (char === "}" && openBraces[depth] === 0)) {
      if (char === "}") openBraces.pop();
      const stop = endOfTemplatePart(text, at + 1);
      blank(at + 1, stop.end);
      if (stop.substitution) openBraces.push(0);
      end = stop.end + (stop.substitution ? 2 : 1);
    } else if (
      char === "/" &&
      BEFORE_PATTERN.test(
        out
          .slice(Math.max(0, at - 40), at)
          .join("")
          .trimEnd() || "(",
      )
    ) {
      end = endOfPattern(text, at);
      blank(at + 1, end - 1);
    } else if (depth >= 0 && char === "{") {
      openBraces[depth] = (openBraces[depth] ?? 0) + 1;
    } else if (depth >= 0 && char === "}") {
      openBraces[depth] = (openBraces[depth] ?? 0) - 1;
    }
    at = end;
  }
  return out.join("");
}

function endOrLength(text: string, found: number, width = 0): number {
  return found === -1 ? text.length : found + width;
}

function endOfQuoted(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") at += 1;
    else if (char === quote || char === "\n") return at + 1;
  }
  return text.length;
}

function endOfTemplatePart(text: string, start: number): { readonly end: number; readonly substitution: boolean } {
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "`") return { end: at, substitution: false };
    else if (text.startsWith("${", at)) return { end: at, substitution: true };
  }
  return { end: text.length, substitution: false };
}

function endOfPattern(text: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "\n") return at;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return at + 1;
  }
  return text.length;
}

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
