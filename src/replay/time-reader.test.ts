import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTimeReader, WITHOUT_START } from "./time-reader.ts";
import { epochUsFromText, WITHOUT_ZONE } from "./timestamps.ts";

const OPTIONS = { zoneMinutes: null, columns: null, startEpochUs: null };
const NOON_US = Date.UTC(2024, 4, 17, 12) * 1_000;

function read(text: string, options: Parameters<typeof createTimeReader>[0] = OPTIONS, unitUs?: number): number {
  const bytes = Buffer.from(`1${text}1`);
  return createTimeReader(options, unitUs).read(bytes, 1, bytes.length - 1);
}

describe("the reader of times", () => {
  it("reads what timestamps are, to the microsecond, with one reader for all", () => {
    const two = fc.integer({ min: 0, max: 61 }).map((n) => String(n).padStart(2, "0"));
    const iso = fc
      .tuple(
        fc.constantFrom(
          "2024-05-17",
          "2024-02-29",
          "2023-02-29",
          "1969-12-31",
          "2254-12-31",
          "2255-01-01",
          "202a-05-17",
        ),
        fc.constantFrom("T", "T", " "),
        fc.array(two, { minLength: 3, maxLength: 3 }),
        fc.constantFrom("", ".5", ".123456", ".123456789", ".", ".1234567890123456789", ",5"),
        fc.constantFrom("Z", "+02:00", "-09:30", "+24:00", "+0200", "", "z", "+99:00"),
      )
      .map(([day, between, time, fraction, zone]) => `${day}${between}${time.join(":")}${fraction}${zone}`);
    const reader = createTimeReader(OPTIONS);
    fc.assert(
      fc.property(iso, (text) => {
        const bytes = Buffer.from(text);
        expect(reader.read(bytes, 0, bytes.length)).toBe(epochUsFromText(text, null));
      }),
      { numRuns: 3_000 },
    );
  });

  it("counts relative times from the given beginning", () => {
    expect(read("3000")).toBe(WITHOUT_START);
    const options = { ...OPTIONS, startEpochUs: NOON_US };
    expect(read("3000", options, 1_000)).toBe(NOON_US + 3_000_000);
    expect(read("0.5", options)).toBe(NOON_US + 500_000);
    expect(read("1715947200", options)).toBe(NOON_US);
    expect(read("soon", options)).toBeNaN();
  });

  it("asks for the option that is lacking where most rows lack it", () => {
    const reader = createTimeReader(OPTIONS);
    expect(reader.fatal(0)).toEqual([]);
    expect(reader.reasonFor(WITHOUT_ZONE, 7)).toContain("without a zone");
    expect(reader.fatal(0)[0]).toMatchObject({ line: 7, allowed: "--zone +00:00, --zone +03:30, …" });
    expect(reader.fatal(1)).toEqual([]);
    const relative = createTimeReader(OPTIONS);
    expect(relative.reasonFor(WITHOUT_START, 2)).toContain("--start");
    expect(relative.reasonFor(Number.NaN, 3)).toBe("unreadable time");
    expect(relative.fatal(0)[0]).toMatchObject({ line: 2, allowed: "--start 2024-05-17T10:00:00Z, …" });
  });
});
