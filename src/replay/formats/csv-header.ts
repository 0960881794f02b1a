/** Where the header of a CSV file stands among its first lines: nearly always in the first one. */

/** In how many lines a header is looked for. Logs that were copied from a terminal begin with a prompt and a command. */
export const HEADER_LINES = 10;

/** The header of a file, from its first lines; the first line where none is. */
export function headerAmong(firstLines: readonly string[], isHeader: (line: string) => boolean): string {
  return firstLines.slice(0, HEADER_LINES).find(isHeader) ?? firstLines[0] ?? "";
}
