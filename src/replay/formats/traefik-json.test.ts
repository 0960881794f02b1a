import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

function access(entry: object = {}): string {
  return JSON.stringify({
    ClientAddr: "198.51.100.7:4711",
    ClientHost: "198.51.100.7",
    ClientUsername: "-",
    DownstreamContentSize: 357,
    DownstreamStatus: 200,
    Duration: 357_313,
    RequestMethod: "GET",
    RequestPath: "/a?b",
    StartUTC: "2024-05-17T10:05:03.587782192Z",
    level: "info",
    "request_User-Agent": "agent/1",
    time: "2024-05-17T10:05:04Z",
    ...entry,
  });
}

describe("Traefik's log as JSON", () => {
  it("has starts and nanoseconds", async () => {
    const trace = await importLines([access(), access({ ClientUsername: "ann", DownstreamStatus: 503 })]);
    expect(trace.report.format).toBe("Traefik log as JSON");
    expect(rowsOf(trace)).toEqual([
      {
        start: "2024-05-17T10:05:03.587782Z",
        key: "198.51.100.7 agent/1",
        route: "GET /a",
        outcome: "served",
        latencyUs: 357,
        bytes: 357,
        line: 1,
      },
      expect.objectContaining({ key: "ann", outcome: "503" }),
    ]);
  });

  it("falls back on the time of the line, which is the end", async () => {
    const [row] = rowsOf(await importLines([access({ StartUTC: null, Duration: 500_000_000 })]));
    expect(row).toMatchObject({ start: "2024-05-17T10:05:03.5Z", latencyUs: 500_000 });
  });

  it("rejects other lines", async () => {
    const trace = await importLines([
      access(),
      '{"level":"info","msg":"ready","time":"2024-05-17T10:05:04Z"}',
      "ready",
    ]);
    expect(rejectionsOf(trace)).toEqual(["1 x another line of the log, not a request: 2", "1 x not a JSON object: 3"]);
  });
});
