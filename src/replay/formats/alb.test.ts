import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const HEAD =
  'https 2024-05-17T10:05:03.500000Z app/shop/50dc 198.51.100.7:4711 10.0.0.1:80 0.001 0.120 0.004 200 200 34 366 "GET https://shop.example:443/a/42?b HTTP/1.1" "agent \\"x\\" 1" ECDHE TLSv1.2';
const TO_25 =
  ' arn:aws:x "Root=1-5833" "shop.example" "arn:aws:acm:y" 1 2024-05-17T10:05:03.364000Z "waf,forward" "-" "-"';
const TO_29 = `${TO_25} "10.0.0.1:80" "200" "-" "-"`;
const TO_33 = `${TO_29} TID_1 "-" "-" "-"`;

describe("logs of an Application Load Balancer", () => {
  it("start at the request's creation, whatever fields follow", async () => {
    const trace = await importLines([TO_25, TO_29, TO_33].map((tail) => `${HEAD}${tail}`));
    expect(trace.report.format).toBe("Application Load Balancer log");
    const row = {
      start: "2024-05-17T10:05:03.364Z",
      key: '198.51.100.7 agent \\"x\\" 1',
      route: "GET /a/:id",
      outcome: "served",
      latencyUs: 125_000,
      bytes: 366,
    };
    expect(rowsOf(trace)).toEqual([1, 2, 3].map((line) => ({ ...row, line })));
  });

  it("start the latency before the line's time where the creation is missing, and say so", async () => {
    const trace = await importLines([HEAD]);
    expect(rowsOf(trace)[0]?.start).toBe("2024-05-17T10:05:03.375Z");
    expect(trace.report.notes[0]).toContain("request_creation_time");
  });

  it("have no latency where nothing was dispatched, and leave out clients that left", async () => {
    const undispatched = HEAD.replace("0.001 0.120 0.004 200 200", "-1 -1 -1 503 -");
    const left = HEAD.replace("200 200", "460 -");
    const malformed = HEAD.replace(/"GET.*HTTP\/1.1"/, '"- http://shop.example:80- -"').replace("200 200", "400 -");
    const trace = await importLines([undispatched, left, malformed].map((line) => `${line}${TO_33}`));
    expect(trace.report).toMatchObject({ accepted: 3, clientLeft: 1, withoutLatency: 1 });
    expect(rowsOf(trace).map((row) => [row.outcome, row.latencyUs, row.route])).toEqual([
      ["503", -1, "GET /a/:id"],
      ["served", 125_000, "unreadable request"],
    ]);
  });

  it("leave out what was neither dispatched nor answered; what was dispatched and not answered has failed", async () => {
    const neither = HEAD.replace("0.001 0.120 0.004 200 200", "-1 -1 -1 - -");
    const unanswered = HEAD.replace("0.001 0.120 0.004 200 200", "0.001 -1 -1 - -");
    const trace = await importLines([neither, unanswered].map((line) => `${line}${TO_33}`));
    expect(trace.report).toMatchObject({ accepted: 2, unfinished: 1, clientLeft: 0 });
    expect(rowsOf(trace).map((row) => [row.line, row.outcome])).toEqual([[2, "no answer"]]);
  });

  it("are rejected where they are cut off or make no sense", async () => {
    const trace = await importLines([
      `${HEAD}${TO_25}`,
      HEAD.slice(0, 150),
      HEAD.replace(" 200 200 ", " 42 - "),
      HEAD.replace("0.120", "9000.5"),
      HEAD.replace("T10:05:03.500000Z", "T25:05:03.500000Z"),
    ]);
    expect(rejectionsOf(trace)).toEqual([
      "1 x not a line of an Application Load Balancer: 2",
      "1 x no such status: 3",
      "1 x latency longer than 35 minutes: 4",
      "1 x unreadable time: 5",
    ]);
  });
});
