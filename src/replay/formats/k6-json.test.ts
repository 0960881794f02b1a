import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

function point(metric: string, value: number, tags: object = {}): string {
  const all = { method: "GET", name: "http://h/p/7", url: "http://h/p/7?x", status: "200", error_code: "", ...tags };
  return JSON.stringify({
    metric,
    type: "Point",
    data: { time: "2024-05-17T12:05:03.250000999+02:00", value, tags: all },
  });
}

describe("k6's metrics as JSON", () => {
  it("has its requests in the points of http_req_duration, and everything else counted", async () => {
    const trace = await importLines(
      [
        '{"type":"Metric","metric":"http_req_duration","data":{"name":"http_req_duration","type":"trend"}}',
        point("http_reqs", 1),
        point("http_req_duration", 250.5, { vu: "3" }),
        point("http_req_duration", 60_000, { status: "0", error: "dial: i/o timeout" }),
        point("http_req_duration", 1, { status: "0", error_code: "1050" }),
        point("http_req_duration", 1, { status: "503", error_code: "1503" }),
        '{"type":"Point","metric":',
      ],
      { maxRejected: "20%" },
    );
    expect(trace.report).toMatchObject({ format: "k6 metrics as JSON", rows: 7, accepted: 4 });
    expect(rejectionsOf(trace)).toEqual(["2 x another metric of a request: 1", "1 x not a JSON object: 7"]);
    expect(rowsOf(trace).map(({ start, key, outcome, latencyUs }) => [start, key, outcome, latencyUs])).toEqual([
      ["2024-05-17T10:04:03.25Z", "line:4", "i/o timeout", 60_000_000],
      ["2024-05-17T10:05:02.9995Z", "3", "served", 250_500],
      ["2024-05-17T10:05:03.249Z", "line:5", "error 1050", 1_000],
      ["2024-05-17T10:05:03.249Z", "line:6", "503", 1_000],
    ]);
    expect(rowsOf(trace)[1]?.route).toBe("GET /p/:id");
  });
});
