import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const FIELDS = "#Fields: date time cs-method cs-uri-stem cs-username c-ip cs(User-Agent) sc-status sc-bytes time-taken";
const IIS = ["#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0", "#Date: 2024-05-17 10:05:03"];
const ROW = "2024-05-17 10:05:03 GET /a/my+page - 198.51.100.7 Agent/1+(x) 200 12 250";

describe("W3C extended logs", () => {
  it("are UTC, ends, plus for space, and milliseconds where IIS wrote them", async () => {
    const trace = await importLines([...IIS, FIELDS, ROW, ROW.replace(" - ", " SHOP\\ann ").replace("200", "500")]);
    expect(trace.report).toMatchObject({ format: "W3C extended log", rows: 2, accepted: 2, rejected: 0 });
    expect(rowsOf(trace)).toEqual([
      {
        start: "2024-05-17T10:05:02.75Z",
        key: "198.51.100.7 Agent/1 (x)",
        route: "GET /a/my page",
        outcome: "served",
        latencyUs: 250_000,
        bytes: 12,
        line: 5,
      },
      expect.objectContaining({ key: "SHOP\\ann", outcome: "500" }),
    ]);
    expect(trace.report.notes).toEqual(["4 lines are directives (#Fields and the like), and count as no rows"]);
  });

  it("take the last #Fields line, the day of #Date, and seconds by the draft", async () => {
    const short = ["#Date: 2024-05-18 00:00:00", "#Fields: time cs-uri time-taken", "10:05:03 /b 2", "10:05:05 /b 1.5"];
    const trace = await importLines([FIELDS, ROW, ...short]);
    expect(rowsOf(trace).map((row) => [row.start, row.route, row.latencyUs])).toEqual([
      ["2024-05-17T10:00:53Z", "GET /a/my page", 250_000_000],
      ["2024-05-18T10:05:01Z", "/b", 2_000_000],
      ["2024-05-18T10:05:03.5Z", "/b", 1_500_000],
    ]);
    expect(trace.report.notes.join()).toContain("taken as seconds");
  });

  it("name no date but in #Date, as in the W3C's own example, and go on past midnight", async () => {
    const fields = "#Fields: time cs-method cs-uri";
    const example = ["#Version: 1.0", "#Date: 12-Jan-1996 00:00:00", fields, "00:34:23 GET /foo/bar.html"];
    const trace = await importLines([...example, "23:59:59 GET /a", "00:00:01 GET /b"]);
    expect(rowsOf(trace).map(({ start }) => start)).toEqual([
      "1996-01-12T00:34:23Z",
      "1996-01-12T23:59:59Z",
      "1996-01-13T00:00:01Z",
    ]);
    expect(trace.report).toMatchObject({ misplaced: 0, rejected: 0 });
    expect(trace.report.notes.join()).toContain("days are counted on from #Date");
    const late = await importLines([fields, "10:00:00 GET /a", "#Date: 2024-05-17", "10:00:00 GET /b"]);
    expect(rejectionsOf(late)).toEqual(["1 x a time before #Date, and without a date: 2"]);
  });

  it("reject what is no row of theirs", async () => {
    const trace = await importLines([
      FIELDS,
      ROW,
      `${ROW} more`,
      ROW.replace("10:05:03", "10:65:03"),
      ROW.replace(" 200 ", " 42 "),
      ROW.replace(/250$/, "-5"),
      "# a remark of somebody",
      "",
    ]);
    expect(rejectionsOf(trace)).toEqual([
      "1 x not as many cells as #Fields has names: 3",
      "1 x unreadable time: 4",
      "1 x no such status: 5",
      "1 x unreadable latency: 6",
      "1 x not a directive: 7",
      "1 x blank line: 8",
    ]);
    expect(trace.report).toMatchObject({ rows: 7, accepted: 1 });
    await expect(importLines([ROW], { format: "w3c" })).rejects.toThrow("a row before #Fields");
  });
});
