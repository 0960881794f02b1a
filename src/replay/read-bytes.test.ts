import { closeSync, mkdtempSync, openSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readBytes } from "./read-bytes.ts";

it("reads so many bytes from a place on, and what there is where the file ends before", () => {
  const path = join(mkdtempSync(join(tmpdir(), "read-bytes-")), "file");
  writeFileSync(path, Uint8Array.of(1, 2, 3, 4, 5));
  const file = openSync(path, "r");
  try {
    expect([...readBytes(file, 1, 3)]).toEqual([2, 3, 4]);
    expect([...readBytes(file, 3, 9)]).toEqual([4, 5]);
    expect([...readBytes(file, 9, 2)]).toEqual([]);
  } finally {
    closeSync(file);
  }
});
