import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const CELLS = [
  ["date", "2024-05-17"],
  ["time", "10:05:03"],
  ["x-edge-location", "FRA2"],
  ["sc-bytes", "703"],
  ["c-ip", "198.51.100.7"],
  ["cs-method", "GET"],
  ["cs(Host)", "d.cloudfront.example"],
  ["cs-uri-stem", "/a+b"],
  ["sc-status", "200"],
  ["cs(Referer)", "-"],
  ["cs(User-Agent)", "curl/7.81%20x"],
  ["cs-uri-query", "q=1"],
  ["cs(Cookie)", "-"],
  ["x-edge-result-type", "Hit"],
  ["x-edge-request-id", "375W=="],
  ["x-host-header", "shop.example"],
  ["cs-protocol", "https"],
  ["cs-bytes", "62"],
  ["time-taken", "0.113"],
] as const;
const REST = [
  "-",
  "TLSv1.3",
  "AES",
  "Hit",
  "HTTP/2.0",
  "-",
  "-",
  "51754",
  "0.113",
  "Hit",
  "text/plain",
  "20",
  "-",
  "-",
];

function row(change: Partial<Record<(typeof CELLS)[number][0], string>> = {}): string {
  return CELLS.map(([name, cell]) => change[name] ?? cell).join("\t");
}
const FIELDS = `#Fields: ${CELLS.map(([name]) => name).join(" ")}`;
const EXPECTED = {
  start: "2024-05-17T10:05:02.887Z",
  key: "198.51.100.7 curl/7.81%20x",
  route: "GET /a+b",
  outcome: "served",
  latencyUs: 113_000,
  bytes: 703,
};

describe("CloudFront's logs", () => {
  it("have the fields that are named, or those of its standard logs", async () => {
    const named = await importLines(["#Version: 1.0", FIELDS, row()]);
    expect(named.report.format).toBe("CloudFront log");
    expect(rowsOf(named)).toEqual([{ ...EXPECTED, line: 3 }]);
    expect(rowsOf(await importLines([[row(), ...REST].join("\t")]))).toEqual([{ ...EXPECTED, line: 1 }]);
  });

  it("leave out requests whose client left (000), and reject rows that lack cells", async () => {
    const trace = await importLines([
      FIELDS,
      row(),
      row({ "sc-status": "000" }),
      row({ "sc-status": "502" }),
      "2024-05-17\t10:05",
    ]);
    expect(trace.report).toMatchObject({ rows: 4, accepted: 3, clientLeft: 1 });
    expect(rowsOf(trace).map((one) => one.outcome)).toEqual(["served", "502"]);
    expect(rejectionsOf(trace)).toEqual(["1 x not as many cells as #Fields has names: 5"]);
  });
});
