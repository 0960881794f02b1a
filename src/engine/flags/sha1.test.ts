import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sha1First60Bits, sha1Room } from "./sha1.ts";

describe("sha1First60Bits", () => {
  it("is what the platform's SHA-1 begins with, around every boundary of blocks", () => {
    for (let length = 0; length < 200; length++) {
      const text = "abcdefghij".repeat(20).slice(0, length);
      const bytes = new Uint8Array(sha1Room(length)).fill(0x55);
      bytes.set(new TextEncoder().encode(text));
      const hex = createHash("sha1").update(text).digest("hex");
      expect(sha1First60Bits(bytes, length)).toBe(parseInt(hex.slice(0, 15), 16));
    }
  });
});
