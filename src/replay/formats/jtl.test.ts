import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const HEADER =
  "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect";

function sample(code: string, success: boolean, more: { at?: string; message?: string; label?: string } = {}): string {
  const { at = "1715940303250", message = "OK", label = "/cart/7" } = more;
  return `${at},120,${label},${code},${message},Users 1-1,text,${success},,512,99,1,1,http://h/cart/7,60,0,3`;
}

describe("JMeter's results", () => {
  it("have codes that are names of exceptions, and samples that an assertion failed", async () => {
    const trace = await importLines(
      [
        HEADER,
        sample("200", true),
        sample("Non HTTP response code: java.net.SocketTimeoutException", false, { message: '"Read, timed out"' }),
        sample("java.net.ConnectException", false),
        sample("200", false),
        sample("302", false),
        sample("500", false),
        sample("404", false),
        sample("", false),
        sample("OK", true),
        sample("", true, { message: '"Number of samples in transaction : 2, number of failing samples : 0"' }),
        sample("200", true, { at: "soon" }),
        sample("200", true, { at: "2024/05/17 12:05:03.250" }),
      ],
      { zone: "+02:00" },
    );
    expect(trace.report).toMatchObject({ format: "JMeter's results as CSV", rows: 12, accepted: 10 });
    expect(rowsOf(trace).map((one) => one.outcome)).toEqual([
      "served",
      "java.net.SocketTimeoutException",
      "java.net.ConnectException",
      "failed assertion",
      "failed assertion",
      "500",
      "served",
      "no answer",
      "served",
      "served",
    ]);
    expect(rowsOf(trace)[0]).toEqual({
      start: "2024-05-17T10:05:03.25Z",
      key: "Users 1-1",
      route: "/cart/:id",
      outcome: "served",
      latencyUs: 120_000,
      bytes: 512,
      line: 2,
    });
    expect(new Set(rowsOf(trace).map((one) => one.start)).size).toBe(1);
    expect(rejectionsOf(trace)).toEqual(["1 x the sum of a transaction, not a request: 11", "1 x unreadable time: 12"]);
  });

  it("are refused as XML, and it is said why", async () => {
    await expect(importLines(['<?xml version="1.0"?>', "<testResults/>"])).rejects.toThrow("as CSV, not as XML");
  });
});
