import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

function result(more: object = {}): string {
  return JSON.stringify({
    attack: "",
    seq: 0,
    code: 200,
    timestamp: "2024-05-17T12:05:03.250000999+02:00",
    latency: 1_500_999,
    bytes_out: 0,
    bytes_in: 12,
    error: "",
    body: "aGk=",
    method: "GET",
    url: "http://h/a/7?b",
    headers: {},
    ...more,
  });
}

describe("Vegeta's results as JSON", () => {
  it("have latencies in nanoseconds, and an error in place of an answer", async () => {
    const trace = await importLines([
      result(),
      result({ code: 0, error: 'Get "http://h/a": dial tcp 10.0.0.1:80: connect: connection refused' }),
      result({ code: 503, error: "503 Service Unavailable" }),
      result({ code: 7 }),
      "{}",
    ]);
    expect(trace.report).toMatchObject({ format: "Vegeta's results as JSON", rows: 5, accepted: 3 });
    expect(rowsOf(trace)).toEqual([
      {
        start: "2024-05-17T10:05:03.25Z",
        key: "line:1",
        route: "GET /a/:id",
        outcome: "served",
        latencyUs: 1_501,
        bytes: 12,
        line: 1,
      },
      expect.objectContaining({ outcome: "connection refused" }),
      expect.objectContaining({ outcome: "503" }),
    ]);
    expect(rejectionsOf(trace)).toEqual(["1 x no such status: 4", "1 x no time: 5"]);
  });
});
