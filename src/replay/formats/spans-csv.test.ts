import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const HEADER = "TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration";

describe("spans as CSV", () => {
  it("has the root spans as requests, and nanoseconds beyond 2^53", async () => {
    const trace = await importLines(
      [
        HEADER,
        "t1,s1,root,pod,Shop/Recv.,1661140921590857802,1661140921751703623,160845",
        "t1,s2,s1,pod,Shop/Pay,1661140921590974372,1661140921597738576,6764",
        "t2,s3,,pod,Shop/Recv.,1661140921590857999,1661140921590857999,0",
        "t3,s4,0000000000000000,pod,Shop/Recv.,1661140921590860000,1661140921590858000,0",
        "t4,s5,root,pod,Shop/Recv.,1661140921590860000,later,0",
      ],
      { maxRejected: "50%" },
    );
    expect(trace.report).toMatchObject({ format: "spans as CSV", rows: 5, accepted: 2 });
    expect(rowsOf(trace)).toEqual([
      {
        start: "2022-08-22T04:02:01.590857Z",
        key: "line:2",
        route: "Shop/Recv.",
        outcome: "served",
        latencyUs: 160_846,
        bytes: -1,
        line: 2,
      },
      expect.objectContaining({ latencyUs: 0, line: 4 }),
    ]);
    expect(rejectionsOf(trace)).toEqual([
      "1 x a child span, not a request: 3",
      "1 x the end is before the start: 5",
      "1 x unreadable time: 6",
    ]);
  });

  it("takes durations with a unit, a route better than the name, and statuses of OpenTelemetry", async () => {
    const trace = await importLines([
      "span_id,parent_span_id,start_time,duration_ms,name,http.route,status_code,user",
      ...["Unset", "STATUS_CODE_OK", "2", "503", "DeadlineExceeded"].map(
        (status, i) => `s${i},-,2024-05-17T10:05:03Z,250,GET,/a/b,${status},ann`,
      ),
    ]);
    expect(rowsOf(trace).map((one) => [one.route, one.latencyUs, one.outcome, one.key])).toEqual(
      ["served", "served", "span with error", "503", "DeadlineExceeded"].map((one) => ["/a/b", 250_000, one, "ann"]),
    );
  });

  it("counts spans without an end as unfinished, unless their status tells how they came out", async () => {
    const start = "1661140921590857802";
    const trace = await importLines([
      "span_id,parent_id,start_time_unix_nano,end_time_unix_nano,duration_ms,status_code",
      ...["", "0", "-", "null"].map((end) => `s,,${start},${end},,Unset`),
      `s,,${start},,,2`,
      `s,,${start},0,,OK`,
      `s,,${start},,12,Unset`,
      `s,,${start},1661140921591857802,,Unset`,
    ]);
    expect(trace.report).toMatchObject({ accepted: 8, rejected: 0, unfinished: 4, clientLeft: 0 });
    expect(rowsOf(trace).map(({ line, outcome, latencyUs }) => [line, outcome, latencyUs])).toEqual([
      [6, "span with error", -1],
      [7, "served", -1],
      [8, "served", 12_000],
      [9, "served", 1_000],
    ]);
  });
});
