/** Text for programs that read neither colours nor control characters. */

/** Escape sequences of terminals: colours, movements, titles (CSI and OSC of ECMA-48), and single escapes. */
const ESCAPES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[ -/]*[0-~])/gu;
/** Control characters but tab and line feed, and what XML 1.0 cannot hold at all. */
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\uFFFE\uFFFF]/gu;
/** Halves of characters beyond the basic plane that stand alone. */
const LONE_SURROGATES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The text without escape sequences, control characters and halves of characters. */
export function stripControls(text: string): string {
  return text.replaceAll(ESCAPES, "").replaceAll(CONTROLS, "").replaceAll(LONE_SURROGATES, "");
}
