/** How state is shown: always a glyph and a word, and a colour where the caller wants one. */

/** What a mark says. */
export type Mark = "good" | "bad" | "unknown" | "moved" | "plain";

/** What the caller decides. */
export interface ThemeOptions {
  readonly colour: boolean;
  /** Only characters of ASCII. */
  readonly ascii: boolean;
}

/** The options, turned into functions. Pad before painting: colours have no width. */
export interface Theme {
  readonly glyph: (mark: Mark) => string;
  /** Colours a text as the mark is coloured. */
  readonly paint: (mark: Mark, text: string) => string;
  readonly bold: (text: string) => string;
  readonly faint: (text: string) => string;
  /** Full and empty piece of a bar. */
  readonly barFull: string;
  readonly barEmpty: string;
  /** Between two things on one line. */
  readonly dot: string;
}

const GLYPHS: Readonly<Record<Mark, { readonly glyph: string; readonly ascii: string; readonly colour: number }>> = {
  good: { glyph: "✓", ascii: "+", colour: 32 },
  bad: { glyph: "✗", ascii: "x", colour: 31 },
  unknown: { glyph: "?", ascii: "?", colour: 33 },
  moved: { glyph: "▸", ascii: ">", colour: 36 },
  plain: { glyph: "·", ascii: "-", colour: 0 },
};

/** The theme of these options. */
export function createTheme(options: ThemeOptions): Theme {
  const escape = (code: number, text: string): string =>
    options.colour && code !== 0 ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    glyph: (mark) => (options.ascii ? GLYPHS[mark].ascii : GLYPHS[mark].glyph),
    paint: (mark, text) => escape(GLYPHS[mark].colour, text),
    bold: (text) => escape(1, text),
    faint: (text) => escape(2, text),
    barFull: options.ascii ? "#" : "█",
    barEmpty: options.ascii ? "." : "░",
    dot: options.ascii ? "-" : "·",
  };
}
