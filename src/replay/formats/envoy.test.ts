import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const TEXT =
  '[2024-05-17T10:05:03.250Z] "GET /shop/42?x=1 HTTP/2" 200 - 0 1234 12 11 "198.51.100.7" "agent/1 (x)" "5f2b" "shop" "10.0.0.1:80"';
const ISTIO =
  '[2024-05-17T10:05:04.000Z] "POST /cart HTTP/1.1" 503 UF upstream_reset - "delayed connect" 10 91 3001 - "-" "agent/2" "77aa" "cart" "10.0.0.2:80" outbound|80||cart - 10.0.0.2:80 10.0.0.9:5000 - default';
const JSON_LINE = JSON.stringify({
  start_time: "2024-05-17T10:05:05.001Z",
  method: "GET",
  "x-envoy-origin-path": "/a?b",
  response_code: 404,
  duration: "7",
  bytes_sent: 5,
  "user-agent": "agent/3",
  downstream_remote_address: "198.51.100.8:4711",
});

describe("Envoy logs", () => {
  it("are read from text: start, milliseconds, the client behind the proxy", async () => {
    expect(rowsOf(await importLines([TEXT, ISTIO]))).toEqual([
      {
        start: "2024-05-17T10:05:03.25Z",
        key: "198.51.100.7 agent/1 (x)",
        route: "GET /shop/:id",
        outcome: "served",
        latencyUs: 12_000,
        bytes: 1_234,
        line: 1,
      },
      {
        start: "2024-05-17T10:05:04Z",
        key: "agent/2",
        route: "POST /cart",
        outcome: "503",
        latencyUs: 3_001_000,
        bytes: 91,
        line: 2,
      },
    ]);
  });

  it("are read from JSON, also among text and behind a prefix, and with keys that the user names", async () => {
    const prefixed = [TEXT, JSON_LINE].map((line) => `2024-05-17T12:05:03.000000100+02:00 stdout F ${line}`);
    const trace = await importLines(prefixed);
    expect(trace.report.format).toBe("Envoy log, in part as JSON, behind the prefix of Kubernetes");
    expect(rowsOf(trace)[1]).toEqual({
      start: "2024-05-17T10:05:05.001Z",
      key: "198.51.100.8 agent/3",
      route: "GET /a",
      outcome: "served",
      latencyUs: 7_000,
      bytes: 5,
      line: 2,
    });
    const own = JSON.stringify({ at: "2024-05-17T10:05:05Z", rc: 200, who: "ann", took: 0.5, p: "/x" });
    const columns = "timestamp=at,status=rc,user=who,latency_s=took,route=p";
    const [row] = rowsOf(await importLines([own], { format: "envoy", columns }));
    expect(row).toMatchObject({ key: "ann", route: "/x", latencyUs: 500_000, start: "2024-05-17T10:05:05Z" });
  });

  it("leave out requests whose client left, and reject what is none", async () => {
    const trace = await importLines([
      TEXT,
      TEXT.replace(" 200 - ", " 0 DC "),
      TEXT.replace(" 12 11 ", " - - "),
      TEXT.replace(" 200 ", " 42 "),
      TEXT.replace(" 12 11 ", " 9000000 11 "),
      TEXT.replace("03.250Z", "63.250Z"),
      "[warning][main] there is no admin address given",
      '{"message":"ready"}',
      "",
    ]);
    expect(trace.report).toMatchObject({ rows: 9, accepted: 3, clientLeft: 1, withoutLatency: 1 });
    expect(rejectionsOf(trace)).toEqual([
      "1 x no such status: 4",
      "1 x latency longer than 35 minutes: 5",
      "1 x unreadable time: 6",
      "1 x not an Envoy log line: 7",
      "1 x another line of the log, not a request: 8",
      "1 x blank line: 9",
    ]);
  });

  it("leave out lines of requests that go on, as text and as JSON", async () => {
    const base = { start_time: "2024-05-17T10:05:05Z", method: "GET", path: "/a", response_flags: "-" };
    const trace = await importLines([
      TEXT.replace(" 200 - 0 1234 12 11 ", " 0 - 0 0 - - "),
      TEXT.replace(" 200 - 0 1234 12 11 ", " - - 0 0 - - "),
      TEXT.replace(" 200 - 0 1234 12 11 ", " - - 0 0 12 - "),
      JSON.stringify({ ...base, response_code: 0, duration: null }),
      JSON.stringify({ ...base, response_code: 0, duration: 9 }),
      JSON.stringify({ ...base, response_code: 200, duration: 9, access_log_type: "DownstreamPeriodic" }),
      JSON.stringify({ ...base, response_code: 0, duration: 9, access_log_type: "DownstreamStart" }),
      JSON.stringify({ ...base, response_code: 200, duration: 9, access_log_type: "DownstreamEnd" }),
      JSON.stringify({ ...base, response_code: "reset", duration: 9 }),
    ]);
    expect(trace.report).toMatchObject({ accepted: 9, unfinished: 5, clientLeft: 1 });
    expect(rowsOf(trace).map((row) => [row.line, row.outcome])).toEqual([
      [3, "no answer"],
      [8, "served"],
      [9, "reset"],
    ]);
  });
});
