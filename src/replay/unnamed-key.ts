/** Keys of rows that name neither a user nor an address: each is on its own, under the number of its line. */

const UNNAMED = /^line:\d+$/u;

/** The key of such a row. */
export function unnamedKey(line: number): string {
  return `line:${line}`;
}

/** Whether a key is that of such a row. */
export function isUnnamedKey(key: string): boolean {
  return UNNAMED.test(key);
}
