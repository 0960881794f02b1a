import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

function span(more: object = {}, attributes: Record<string, string | number> = {}): object {
  return {
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: "eee19b7ec3c1b174",
    name: "checkout",
    startTimeUnixNano: "1715940303250000999",
    endTimeUnixNano: "1715940303500001999",
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
    })),
    ...more,
  };
}

function document(spans: readonly object[]): object {
  return { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: "shop" }, spans }] }] };
}

const SPANS = [
  span(
    {},
    { "http.request.method": "GET", "http.route": "/a/{id}", "http.response.status_code": 503, "user.id": "ann é" },
  ),
  span({ spanId: "1", parentSpanId: "eee19b7ec3c1b174" }),
  span({ status: { code: 2 } }),
  span({ status: { code: "STATUS_CODE_OK" }, parentSpanId: "" }, { "client.address": "10.0.0.1" }),
  span({ endTimeUnixNano: "1715940303249000000" }),
  span({ endTimeUnixNano: undefined }),
  span({ startTimeUnixNano: "soon" }),
];

describe("OTLP spans as JSON", () => {
  it.each([
    ["one document on many lines", JSON.stringify(document(SPANS), null, 2)],
    ["one document on one line", JSON.stringify(document(SPANS))],
    ["a document per span", SPANS.map((one) => JSON.stringify(document([one]))).join("\n")],
    ["numbers of 19 digits", JSON.stringify(document(SPANS)).replaceAll(/"(?<digits>\d{19})"/gu, "$<digits>")],
    [
      "documents behind a prefix",
      SPANS.map((one) => `2024-05-17T10:05:03.000000100Z stdout F ${JSON.stringify(document([one]))}`).join("\n"),
    ],
  ])("are requests where they are roots: %s", async (_, text) => {
    const trace = await importLines(Buffer.from(text), { maxRejected: "40%" });
    expect(trace.report.format).toMatch(/^OTLP spans as JSON/u);
    expect(trace.report).toMatchObject({ rows: 7, accepted: 4, rejected: 3, unfinished: 1 });
    expect(
      rowsOf(trace).map(({ start, key, route, outcome, latencyUs }) => [
        start,
        key.replace(/\d+$/u, ""),
        route,
        outcome,
        latencyUs,
      ]),
    ).toEqual([
      ["2024-05-17T10:05:03.25Z", "ann é", "GET /a/{id}", "503", 250_001],
      ["2024-05-17T10:05:03.25Z", "line:", "checkout", "span with error", 250_001],
      ["2024-05-17T10:05:03.25Z", "10.0.0.", "checkout", "served", 250_001],
    ]);
    expect(rejectionsOf(trace).map((one) => one.replace(/: \d+$/u, ""))).toEqual([
      "1 x a child span, not a request",
      "1 x the end is before the start",
      "1 x unreadable time",
    ]);
  });

  it("stand in a document below a prompt, which is a rejected line", async () => {
    const text = `$ cat [x] | jq '.a {'\n\n${JSON.stringify(document(SPANS.slice(0, 1)), null, 2)}`;
    const trace = await importLines(Buffer.from(text));
    expect(trace.report).toMatchObject({ format: "OTLP spans as JSON", rows: 2, accepted: 1 });
    expect(rejectionsOf(trace)).toEqual(["1 x not a JSON object: 1"]);
  });

  it("were unfinished where they have no end and no status", async () => {
    const ends = [undefined, "0", 0, "", null].map((endTimeUnixNano) => span({ endTimeUnixNano }));
    const failed = span({ endTimeUnixNano: "0", status: { code: 2 } });
    const answered = span({ endTimeUnixNano: "0" }, { "http.response.status_code": 200 });
    const trace = await importLines([JSON.stringify(document([...ends, failed, answered]))]);
    expect(trace.report).toMatchObject({ accepted: 7, unfinished: 5, clientLeft: 0, withoutLatency: 2 });
    expect(rowsOf(trace).map(({ outcome, latencyUs }) => [outcome, latencyUs])).toEqual([
      ["span with error", -1],
      ["served", -1],
    ]);
  });

  it("are told from spans that no request began, and from a document that ends too early", async () => {
    const child = document([span({ parentSpanId: "eee19b7ec3c1b174" })]);
    await expect(importLines([JSON.stringify(child, null, 1)])).rejects.toThrow("1 x a child span, not a request");
    const text = JSON.stringify(document([span(), span()]));
    const trace = await importLines(Buffer.from(text.slice(0, -40)));
    expect(rejectionsOf(trace)).toEqual(["1 x the file ends within a document: 1"]);
  });
});
