import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

describe("Vegeta's results as CSV", () => {
  it("has no header, nanoseconds, and errors instead of answers", async () => {
    const trace = await importLines([
      "1715940303250000999,200,1500999,0,12,,aGk=,attack,0,GET,http://h/a/7?b,WA==",
      '1715940303250001999,0,30000000000,0,0,"Get ""http://h/a"": dial tcp 10.0.0.1:80: i/o timeout, perhaps",,attack,1,POST,http://h/a,',
      "1715940303250002999,0,7000,0,0,,,",
      "1715940303250003999,503,7000,0,0,503 Service Unavailable,,attack,2",
      "1715940303250004999,503,7000",
      "soon,200,7000,0,0,,",
      "1715940303250005999,7,7000,0,0,,",
    ]);
    expect(trace.report).toMatchObject({ format: "Vegeta's results as CSV", rows: 7, accepted: 4 });
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
      expect.objectContaining({ route: "POST /a", outcome: "i/o timeout, perhaps", latencyUs: 30_000_000, line: 2 }),
      expect.objectContaining({ route: "/", outcome: "no answer", line: 3 }),
      expect.objectContaining({ outcome: "503", start: "2024-05-17T10:05:03.250003Z" }),
    ]);
    expect(rejectionsOf(trace)).toEqual([
      "1 x fewer than the six cells of a result: 5",
      "1 x unreadable time: 6",
      "1 x no such status: 7",
    ]);
  });
});
