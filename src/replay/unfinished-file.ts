/**
 * A file under another name until it is whole. Whoever ends the process by a signal in the meantime leaves nothing: the
 * signal is heard when the event loop has its turn, the unfinished file is removed, and the signal does what it would.
 */
import { closeSync, openSync, renameSync, rmSync } from "node:fs";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A file that is open for writing. */
export interface UnfinishedFile {
  readonly descriptor: number;
  /** Closes it and gives it its name. */
  readonly finish: () => void;
  /** Closes and removes it. Does nothing after `finish`. */
  readonly abandon: () => void;
}

/** Throws what the file system says where a file of this name could not be written; leaves nothing. */
export function tryUnfinishedFile(path: string): void {
  const unfinished = nameOf(path);
  closeSync(openSync(unfinished, "w"));
  rmSync(unfinished, { force: true });
}

/** Opens a file that is going to be `path`. */
export function openUnfinishedFile(path: string): UnfinishedFile {
  const unfinished = nameOf(path);
  listen();
  let descriptor: number | null = null;
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
    unfinishedFiles.delete(abandon);
    stopListeningSoon();
  };
  const abandon = (): void => {
    if (descriptor === null) return;
    close();
    rmSync(unfinished, { force: true });
  };
  unfinishedFiles.add(abandon);
  try {
    const opened = openSync(unfinished, "w");
    descriptor = opened;
    return {
      descriptor: opened,
      finish: () => {
        if (descriptor === null) throw new Error(`${path} is finished twice, or was abandoned`);
        close();
        renameSync(unfinished, path);
      },
      abandon,
    };
  } catch (error) {
    close();
    throw error;
  }
}

const unfinishedFiles = new Set<() => void>();
let isListening = false;

function listen(): void {
  if (isListening) return;
  isListening = true;
  for (const signal of SIGNALS) process.on(signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
  for (const abandon of unfinishedFiles) abandon();
  stopListening();
  process.kill(process.pid, signal);
}

function stopListening(): void {
  isListening = false;
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

/** A signal that came while all was busy is heard within a turn of the event loop, and must not get lost. */
function stopListeningSoon(): void {
  setImmediate(() =>
    setImmediate(() => {
      if (isListening && unfinishedFiles.size === 0) stopListening();
    }),
  );
}

function nameOf(path: string): string {
  return `${path}.unfinished-${process.pid}`;
}
