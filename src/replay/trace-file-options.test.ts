import { describe, expect, it } from "vitest";
import { readImportSettings, type ImportSettingsText } from "./import-settings.ts";
import { foreignToTraceFile } from "./trace-file-options.ts";

function foreign(text: ImportSettingsText, zoneServes = false): string[] {
  const settings = readImportSettings(text);
  if (!settings.ok) throw new Error("these are settings");
  return foreignToTraceFile(settings.value, "a.trace", zoneServes).map(({ source }) => source);
}

describe("options of importing and a trace file", () => {
  it("are refused where they were settled when the log was read", () => {
    expect(foreign({})).toEqual([]);
    expect(foreign({ errors: "200", maxRejected: "1%", from: "1m", to: "2m" })).toEqual([]);
    expect(
      foreign({ format: "csv", columns: "user=u", versions: "baseline=1", start: "2024-01-01T00:00:00Z" }),
    ).toEqual(["--format", "--columns", "--versions", "--start"]);
  });

  it("keep the zone where the times of other options are in it", () => {
    expect(foreign({ zone: "UTC" })).toEqual(["--zone"]);
    expect(foreign({ zone: "UTC" }, true)).toEqual([]);
    expect(foreign({ zone: "UTC", from: "2024-01-01T00:00" })).toEqual([]);
    expect(foreign({ zone: "UTC", to: "2024-01-01T00:00" })).toEqual([]);
  });
});
