/** Bytes of a file that is open. */
import { readSync } from "node:fs";

/** So many bytes from a place on; fewer where the file ends before. Throws what the operating system says. */
export function readBytes(file: number, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const read = readSync(file, bytes, done, length - done, from + done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}
