import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const ROW =
  '198.51.100.7:4711 [17/May/2024:12:05:03.127] web~ shop/node_1 0/0/1/2/173 200 739 - - ---- 1/1/0/0/0 0/0 "GET /a/42?b HTTP/1.1"';
const SYSLOG = "May 17 12:05:04 edge haproxy[7]: ";

describe("HAProxy's HTTP log", () => {
  it("has starts in milliseconds in the zone that is given, behind syslog, with captured headers", async () => {
    const captured = ROW.replace('0/0 "', '0/0 {Agent/1 (x; y)|shop} {} "').replace(" 200 ", " 503 ");
    const trace = await importLines([`${SYSLOG}${ROW}`, `${SYSLOG}${captured}`], { zone: "+02:00" });
    expect(trace.report.format).toBe("HAProxy HTTP log, behind the prefix of syslog");
    const row = {
      start: "2024-05-17T10:05:03.127Z",
      key: "198.51.100.7",
      route: "GET /a/:id",
      latencyUs: 173_000,
      bytes: 739,
    };
    expect(rowsOf(trace)).toEqual([
      { ...row, outcome: "served", line: 1 },
      { ...row, outcome: "503", line: 2 },
    ]);
  });

  it("asks for the zone", async () => {
    await expect(importLines([ROW, ROW])).rejects.toThrow("the times name no zone");
  });

  it("knows who left, who got no answer, what was logged early, and what syslog has cut off", async () => {
    const trace = await importLines(
      [
        ROW.replace("0/0/1/2/173 200 739 - - ----", "0/0/1/-1/90 -1 0 - - CH--"),
        ROW.replace("0/0/1/2/173 200 739 - - ----", "0/0/-1/-1/90 -1 0 - - PR--"),
        ROW.replace("/173 ", "/+173 ").replace(" 739 ", " +739 "),
        ROW.slice(0, -4),
      ],
      { zone: "UTC" },
    );
    expect(trace.report).toMatchObject({ accepted: 4, clientLeft: 1 });
    expect(rowsOf(trace).map((row) => [row.line, row.outcome, row.latencyUs])).toEqual([
      [2, "no answer", 90_000],
      [3, "served", -1],
      [4, "served", 173_000],
    ]);
    expect(trace.report.notes[0]).toContain("logasap");
  });

  it("left out, as unfinished, what was logged before an answer, and clients that were silent for too long", async () => {
    const trace = await importLines(
      [
        ROW.replace("0/0/1/2/173 200 739 - - ----", "0/0/1/-1/+90 -1 +0 - - ----"),
        ROW.replace("0/0/1/2/173 200 739 - - ----", "-1/-1/-1/-1/90 -1 0 - - cR--"),
        ROW.replace("0/0/1/2/173 200 739 - - ----", "0/0/1/-1/90 -1 0 - - sH--"),
        ROW.replace("0/0/1/2/173 200 739 - - ----", "0/0/1/-1/90 -1 0 - - KH--"),
      ],
      { zone: "UTC" },
    );
    expect(trace.report).toMatchObject({ accepted: 4, unfinished: 1, clientLeft: 1 });
    expect(rowsOf(trace).map((row) => [row.line, row.outcome])).toEqual([
      [3, "no answer"],
      [4, "no answer"],
    ]);
  });

  it("rejects lines that are no requests, each counted", async () => {
    const trace = await importLines(
      [
        ROW,
        "Proxy web started.",
        "198.51.100.7:4711 [17/May/2024:12:05:03.127] web/1: SSL handshake failure",
        ROW.replace("May", "Mai"),
        ROW.replace(" 200 ", " 42 "),
      ],
      { zone: "UTC" },
    );
    expect(rejectionsOf(trace)).toEqual([
      "2 x another line of the log, not a request: 2",
      "1 x unreadable time: 4",
      "1 x no such status: 5",
    ]);
  });
});
