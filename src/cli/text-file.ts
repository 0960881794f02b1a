/** A text file that is written piece by piece: what waits in memory is bounded. */
import { closeSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder } from "../replay/make-folder.ts";

/** Characters that wait before they are written. */
const WAITING_LENGTH_MAX = 65_536;

/** A file that is open for writing. */
export interface TextFile {
  readonly write: (text: string) => void;
  /** Writes what still waits. */
  readonly close: () => void;
}

/** Makes the folders of a file that is going to be written. Throws what the operating system says. */
export function makeFoldersOf(file: string): void {
  makeFolder(dirname(file));
}

/** Opens a file anew. Throws what the operating system says when it cannot be written. */
export function openTextFile(path: string): TextFile {
  const descriptor = openSync(path, "w");
  let waiting = "";
  const flush = (): void => {
    if (waiting !== "") writeSync(descriptor, waiting);
    waiting = "";
  };
  return {
    write: (text) => {
      waiting += text;
      if (waiting.length >= WAITING_LENGTH_MAX) flush();
    },
    close: () => {
      flush();
      closeSync(descriptor);
    },
  };
}
