import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

function access(entry: object = {}): string {
  return JSON.stringify({
    time_iso8601: "2024-05-17T12:05:03+02:00",
    remote_addr: "198.51.100.7",
    remote_user: "",
    request: "GET /a/42?b HTTP/1.1",
    status: "200",
    body_bytes_sent: "12",
    request_time: "0.250",
    upstream_response_time: "",
    http_user_agent: "agent/1",
    ...entry,
  });
}

describe("nginx's log as JSON", () => {
  it("is read from strings or numbers, and back from the end", async () => {
    const trace = await importLines([
      access(),
      access({ status: 502, request_time: 1.5, request: undefined, request_method: "POST", request_uri: "/b?x" }),
      access({ remote_user: "ann", request_time: undefined, upstream_response_time: "0.002, 0.120 : 0.001" }),
    ]);
    expect(trace.report).toMatchObject({ format: "nginx log as JSON", accepted: 3 });
    expect(rowsOf(trace)).toEqual([
      expect.objectContaining({
        start: "2024-05-17T10:05:01.5Z",
        outcome: "502",
        route: "POST /b",
        latencyUs: 1_500_000,
      }),
      {
        start: "2024-05-17T10:05:02.75Z",
        key: "198.51.100.7 agent/1",
        route: "GET /a/:id",
        outcome: "served",
        latencyUs: 250_000,
        bytes: 12,
        line: 1,
      },
      expect.objectContaining({ key: "ann", latencyUs: 123_000 }),
    ]);
  });

  it.each([
    [{ time_iso8601: undefined, time: "2024-05-17T10:05:03Z" }],
    [{ time_iso8601: undefined, "@timestamp": "2024-05-17T10:05:03.000Z" }],
    [{ time_iso8601: undefined, time_local: "17/May/2024:12:05:03 +0200" }],
    [{ time_iso8601: undefined, msec: "1715940303.000" }],
    [{ time_iso8601: undefined, msec: 1_715_940_303 }],
  ])("has its time in %j", async (entry) => {
    const [row] = rowsOf(await importLines([access(entry)]));
    expect(row?.start).toBe("2024-05-17T10:05:02.75Z");
  });

  it("asks for the zone where the time names none", async () => {
    const line = access({ time_iso8601: "2024-05-17T12:05:03" });
    await expect(importLines([line, line])).rejects.toThrow("--zone");
    const [row] = rowsOf(await importLines([line], { zone: "+02:00" }));
    expect(row?.start).toBe("2024-05-17T10:05:02.75Z");
  });

  it("takes no latency where there is none, the client that left out, and rejects the rest", async () => {
    const trace = await importLines([
      access({ request_time: "-", upstream_response_time: "-" }),
      access({ status: 499 }),
      access({ request: "\u0016\u0003", status: 400 }),
      access({ status: "abc\u0000" }),
      access({ body_bytes_sent: "many" }),
      access({ time_iso8601: "" }),
      "[]",
    ]);
    expect(trace.report).toMatchObject({ rows: 7, accepted: 4, clientLeft: 1, withoutLatency: 1 });
    expect(rowsOf(trace).map((row) => row.route)).toContain("unreadable request");
    expect(rejectionsOf(trace)).toEqual([
      "1 x unreadable number of bytes: 5",
      "1 x no time: 6",
      "1 x not a JSON object: 7",
    ]);
  });
});
