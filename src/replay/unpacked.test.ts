import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createUnpacking, unpacked } from "./unpacked.ts";

async function unpack(bytes: Uint8Array, chunkBytes = 1_000): Promise<{ text: string; whyNot: string | null }> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const unpacking = createUnpacking();
  const parts: Uint8Array[] = [];
  for await (const part of unpacked(chunks(), unpacking)) parts.push(part);
  const text = Buffer.concat(parts).toString();
  expect(unpacking.bytes).toBeGreaterThanOrEqual(text.length);
  return { text, whyNot: unpacking.whyNot };
}

const TEXT = Array.from({ length: 20_000 }, (_, i) => `line ${i * 7_919}`).join("\n");

describe("unpacking", () => {
  it("leaves text as it is, and unpacks gzip, in any chunks and in several members", async () => {
    const zipped = gzipSync(TEXT);
    for (const size of [1, 3, 1_000, 10_000_000]) {
      expect(await unpack(zipped, size)).toEqual({ text: TEXT, whyNot: null });
    }
    expect(await unpack(Buffer.from(TEXT))).toEqual({ text: TEXT, whyNot: null });
    expect(await unpack(Buffer.concat([gzipSync("a\n"), gzipSync("b\n")]))).toEqual({ text: "a\nb\n", whyNot: null });
    expect(await unpack(new Uint8Array(0))).toEqual({ text: "", whyNot: null });
  });

  it("ends lines in LF that end in CR alone, in any chunks, and leaves CR beside LF", async () => {
    const onlyCr = Buffer.from(TEXT.replaceAll("\n", "\r"));
    for (const size of [777, 100_000, 10_000_000]) {
      expect(await unpack(onlyCr, size)).toEqual({ text: TEXT, whyNot: null });
    }
    expect(onlyCr.includes(10)).toBe(false);
    expect(await unpack(gzipSync("a\rb\r"))).toEqual({ text: "a\nb\n", whyNot: null });
    for (const mixed of ["a\r\nb\rc", "a\rb\nc"]) expect((await unpack(Buffer.from(mixed))).text).toBe(mixed);
    // The beginning decides, however long it takes until there is an LF.
    const late = `${"x\r".repeat(40_000)}y\n`;
    for (const size of [1_000, 10_000_000]) {
      expect((await unpack(Buffer.from(late), size)).text).toBe(late.replaceAll("\r", "\n"));
    }
  });

  it("says why bytes cannot be used", async () => {
    const zipped = gzipSync(TEXT);
    const damaged = Buffer.from(zipped);
    damaged.fill(0xff, 2_000, 2_100);
    expect((await unpack(zipped.subarray(0, zipped.length - 9))).whyNot).toContain("unexpected end of file");
    expect((await unpack(damaged)).whyNot).toContain("the file is compressed (gzip), and damaged: ");
    expect((await unpack(gzipSync(zipped))).whyNot).toContain("twice");
    expect((await unpack(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1]))).whyNot).toContain("zstd");
    expect((await unpack(Buffer.from("PK\u0003\u0004"))).whyNot).toContain("ZIP");
    expect((await unpack(new Uint8Array(100_000))).whyNot).toContain("binary");
  });

  it("lets errors of the source through, and lets go of it when it is left early", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzipSync(TEXT).subarray(0, 5_000);
      throw new Error("the disk is gone");
    }
    const reading = async (): Promise<void> => {
      for await (const part of unpacked(failing(), createUnpacking())) expect(part.length).toBeGreaterThan(0);
    };
    await expect(reading()).rejects.toThrow("the disk is gone");

    let released = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from("x\n".repeat(40_000));
      } finally {
        released = true;
      }
    }
    for await (const part of unpacked(endless(), createUnpacking())) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    expect(released).toBe(true);
  });
});
