import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { beginsAsColumnFile, openColumnFile, readColumnFile } from "./column-file.ts";
import type { RecordedRow } from "./recorded-row.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "rehearse-columns-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));
const FILE = join(FOLDER, "run.trace");

const word = fc.constantFrom("", "/a", "GET /ü", "served", "declined", "http-500");
const row: fc.Arbitrary<RecordedRow> = fc.record({
  request: fc.maxSafeNat(),
  atUs: fc.maxSafeNat(),
  key: fc.nat(4_000_000_000).map((key) => `u${key}`),
  router: fc.nat(40),
  route: word,
  segment: word,
  session: fc.oneof(fc.constant(-1), fc.nat(4_294_967_295)),
  baselineUs: fc.nat(2_147_483_647),
  baselineResult: word,
  candidateUs: fc.nat(2_147_483_647),
  candidateResult: word,
});

function write(rows: readonly RecordedRow[]): string {
  const file = openColumnFile(FILE);
  for (const one of rows) file.write(one);
  const sha256 = file.end();
  file.close();
  return sha256;
}

function read(sha256: string): { readonly message: string; readonly rows: readonly RecordedRow[] } {
  const rows: RecordedRow[] = [];
  const done = readColumnFile(FILE, sha256, (one) => {
    rows.push(one);
    return null;
  });
  return { message: done.ok ? "" : (done.problems[0]?.message ?? "?"), rows };
}

describe("a recording as columns", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
        expect(read(write(rows))).toEqual({ message: "", rows });
        expect(beginsAsColumnFile(readFileSync(FILE))).toBe(true);
      }),
    );
  });

  it("is read as it was written over several blocks", () => {
    const [one] = fc.sample(row, { seed: 1, numRuns: 1 });
    if (one === undefined) throw new Error("no row");
    const rows = Array.from({ length: 131_073 }, (_, i) => ({ ...one, atUs: i, key: `u${i}` }));
    const { message, rows: back } = read(write(rows));
    expect([message, back.length]).toEqual(["", rows.length]);
    expect([back[65_535], back[65_536], back[131_072]]).toEqual([rows[65_535], rows[65_536], rows[131_072]]);
  });

  it("is refused where any byte was changed, or its end is missing or goes on", () => {
    const rows = fc.sample(row, { seed: 2, numRuns: 3 });
    const sha256 = write(rows);
    const whole = readFileSync(FILE);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] as number) ^ change;
        writeFileSync(FILE, bytes);
        expect(read(sha256).message).not.toBe("");
      }),
    );
    for (let at = 40; at < 48; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 1;
      writeFileSync(FILE, bytes);
      expect(read(sha256).message).toBe("this does not begin as a recording does");
    }
    for (const bytes of [whole.subarray(0, -1), whole.subarray(0, 20), Buffer.concat([whole, Buffer.alloc(1)])]) {
      writeFileSync(FILE, bytes);
      expect(read(sha256).message).not.toBe("");
    }
    writeFileSync(FILE, whole);
    expect(read(sha256).message).toBe("");
    expect(read("0").message).toBe("this is not the file that was recorded");
    rmSync(FILE);
    expect(read(sha256).message).toBe("there is no such file");
  });
});
