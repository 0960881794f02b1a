import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const HEADER =
  "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata";

function metric(name: string, value: string, status = "200", error = "", code = "", time = "1715940303"): string {
  return `${name},${time},${value},,${error},${code},true,,GET,http://h/p/7?x,HTTP/1.1,default,,${status},,,http://h/p/7?x,,`;
}

describe("k6's metrics as CSV", () => {
  it("has its requests in the rows of http_req_duration, and all other rows counted", async () => {
    const trace = await importLines(
      [
        HEADER,
        metric("http_reqs", "1.000000"),
        metric("http_req_duration", "250.500000"),
        metric("http_req_waiting", "250.1"),
        metric("vus", "1"),
        metric(
          "http_req_duration",
          "60000",
          "0",
          '"Get ""http://h:80/"": dial tcp 10.0.0.1:80: connect: refused"',
          "1212",
        ),
        metric("http_req_duration", "1", "0", "", "1050"),
        metric("http_req_duration", "soon"),
        metric("http_req_duration", "7", "503"),
      ],
      { maxRejected: "20%" },
    );
    expect(trace.report).toMatchObject({ format: "k6 metrics as CSV", rows: 8, accepted: 4, rejected: 4 });
    expect(rejectionsOf(trace)).toEqual(["3 x another metric of a request: 2", "1 x unreadable latency: 8"]);
    expect(rowsOf(trace).map(({ start, outcome, latencyUs, line }) => [start, outcome, latencyUs, line])).toEqual([
      ["2024-05-17T10:04:03Z", "refused", 60_000_000, 6],
      ["2024-05-17T10:05:02.7495Z", "served", 250_500, 3],
      ["2024-05-17T10:05:02.993Z", "503", 7_000, 9],
      ["2024-05-17T10:05:02.999Z", "error 1050", 1_000, 7],
    ]);
    expect(rowsOf(trace)[1]).toMatchObject({ route: "GET /p/:id", key: "line:3" });
  });

  it("counts damage against --max-rejected, but not the other metrics", async () => {
    const lines = [HEADER, metric("http_req_duration", "1"), metric("http_req_duration", "x"), metric("vus", "1")];
    await expect(importLines(lines, { maxRejected: "40%" })).rejects.toThrow("2 of 3 rows were rejected");
  });

  it("is refused without a request", async () => {
    await expect(importLines([HEADER, metric("vus", "1")])).rejects.toThrow("1 x another metric of a request");
  });
});
