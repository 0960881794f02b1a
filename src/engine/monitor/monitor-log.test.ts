import { describe, expect, it } from "vitest";
import { createMonitorLog, linesFrom, writeLine } from "./monitor-log.ts";

describe("monitor log", () => {
  it("keeps the newest lines only, and numbers all", () => {
    const log = createMonitorLog();
    for (let i = 0; i < 1_000; i++) writeLine(log, i, `line ${i}`);
    expect(log.count).toBe(1_000);
    expect(log.newest).toHaveLength(256);
    expect(linesFrom(log, 998).map((line) => line.text)).toEqual(["line 998", "line 999"]);
    expect(linesFrom(log, 0)[0]).toEqual({ atUs: 744, text: "line 744" });
    expect(linesFrom(log, 1_000)).toEqual([]);
  });
});
