/** Laying out lines of text: padding, cutting and wrapping, all measured in characters. */

/** How wide everything is at most, in characters. */
export const LINE_WIDTH = 80;

/** How many columns a text takes; characters outside the basic plane count once. */
export function textWidth(text: string): number {
  return Array.from(text).length;
}

/** Spaces behind the text, up to the width. */
export function padRight(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - textWidth(text), 0));
}

/** Spaces before the text, up to the width. */
export function padLeft(text: string, width: number): string {
  return " ".repeat(Math.max(width - textWidth(text), 0)) + text;
}

/** The text cut to the width; where something was cut off, it ends in `..`. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return `${Array.from(text)
    .slice(0, Math.max(width - 2, 0))
    .join("")}..`;
}

/** The text broken at spaces into lines no wider than the width; a word that is wider stands on a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/u)) {
    if (word === "") continue;
    if (line !== "" && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** A label, then the text wrapped beside it: the second and later lines begin under the first word of the text. */
export function hang(label: string, text: string, width: number = LINE_WIDTH): string[] {
  const indent = textWidth(label);
  return wrap(text, width - indent).map((line, index) => (index === 0 ? label : " ".repeat(indent)) + line);
}
