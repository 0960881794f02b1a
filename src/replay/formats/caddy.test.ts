import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

interface Entry {
  readonly ts?: number;
  readonly duration?: number | string;
  readonly status?: number;
  readonly user_id?: string;
  readonly request?: object;
}

function access(entry: Entry = {}): string {
  const headers = { Accept: ["*/*"], "User-Agent": ['agent "x"', "second"] };
  const request = { remote_ip: "10.0.0.9", client_ip: "198.51.100.7", method: "GET", uri: "/a/42?b", headers };
  const line = { level: "info", ts: 1_715_940_303.75, logger: "http.log.access", msg: "handled request", request };
  return JSON.stringify({ ...line, user_id: "", duration: 0.25, size: 12, status: 200, ...entry });
}
const OTHER = '{"level":"info","ts":1715940303.1,"msg":"using config from file"}';

describe("Caddy's log", () => {
  it("is read from its access lines: the end in seconds, the first agent, the client", async () => {
    const trace = await importLines([OTHER, access(), access({ user_id: "ann", status: 502, duration: "1.5ms" })]);
    expect(rowsOf(trace)).toEqual([
      {
        start: "2024-05-17T10:05:03.5Z",
        key: '198.51.100.7 agent "x"',
        route: "GET /a/:id",
        outcome: "served",
        latencyUs: 250_000,
        bytes: 12,
        line: 2,
      },
      expect.objectContaining({ key: "ann", outcome: "502", latencyUs: 1_500, start: "2024-05-17T10:05:03.7485Z" }),
    ]);
    expect(rejectionsOf(trace)).toEqual(["1 x another line of the log, not a request: 1"]);
  });

  it("is known among many other lines, behind a prefix, and leaves out what has no answer", async () => {
    const lines = [
      ...Array.from({ length: 30 }, () => OTHER),
      access(),
      access({ status: 0 }),
      access({ request: { uri: "/x" } }),
    ];
    const trace = await importLines(lines.map((line) => `caddy-1  | ${line}`));
    expect(trace.report).toMatchObject({ rows: 33, accepted: 3, clientLeft: 1 });
    expect(trace.report.format).toBe("Caddy log, behind the prefix of Docker Compose");
    expect(trace.report.notes).toEqual(["1 rows name no user and no address: each is routed on its own"]);
    expect(rowsOf(trace).map((row) => row.key)).toEqual(['198.51.100.7 agent "x"', "line:33"]);
  });

  it("rejects lines that were cut off, and figures that make no sense", async () => {
    const trace = await importLines([
      access(),
      access().slice(0, -9),
      access({ status: 42 }),
      access({ duration: "long" }),
    ]);
    expect(rejectionsOf(trace)).toEqual([
      "1 x not a JSON object: 2",
      "1 x no such status: 3",
      "1 x unreadable latency: 4",
    ]);
  });
});
