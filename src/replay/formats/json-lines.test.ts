import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";

const json = JSON.stringify;

describe("JSON lines", () => {
  it("have any keys, told by their names, nested or not, and by --columns", async () => {
    const trace = await importLines([
      json({
        ts: 1_715_940_303.25,
        user: { id: 7 },
        http: { method: "GET", path: "/a/9?x", status_code: 503 },
        durationMs: 12,
      }),
      json({
        "@timestamp": "2024-05-17T10:05:03.25Z",
        client_ip: "::1",
        url: "/b",
        code: "Timeout",
        duration_us: "1500",
        track: "canary",
      }),
      "",
      '{"ts":1715940303,',
      json({ message: "ready" }),
    ]);
    expect(trace.report).toMatchObject({ format: "JSON lines", rows: 5, accepted: 2, rejected: 3 });
    expect(rowsOf(trace)).toEqual([
      {
        start: "2024-05-17T10:05:03.25Z",
        key: "7",
        route: "GET /a/:id",
        outcome: "503",
        latencyUs: 12_000,
        bytes: -1,
        line: 1,
      },
      expect.objectContaining({ key: "::1", route: "/b", outcome: "Timeout", latencyUs: 1_500, line: 2 }),
    ]);
    expect(rejectionsOf(trace)).toEqual(["1 x blank line: 3", "1 x not a JSON object: 4", "1 x no time: 5"]);
    const named = await importLines([json({ a: { when: 1_715_940_303 }, b: "ann", c: 3, time: "never" })], {
      columns: "timestamp=a.when,user=b,latency_s=c",
    });
    expect(rowsOf(named)).toEqual([
      expect.objectContaining({ start: "2024-05-17T10:05:03Z", key: "ann", latencyUs: 3_000_000 }),
    ]);
  });

  it("count their times from --start, in the unit that is named or looks right", async () => {
    const lines = [0, 0, 3_000, 6_000, 6_000].map((timestamp) => json({ timestamp, input_length: 7 }));
    await expect(importLines(lines)).rejects.toThrow("--start");
    const start = "2024-05-17T10:00:00Z";
    const guessed = await importLines(lines, { start });
    expect(rowsOf(guessed).map((row) => row.start)).toEqual(
      ["00", "00", "03", "06", "06"].map((second) => `2024-05-17T10:00:${second}Z`),
    );
    expect(guessed.report.notes).toEqual([
      "times that count from 0 are taken as milliseconds (--columns timestamp_ms=… says otherwise)",
      "5 rows name no user and no address: each is routed on its own",
      "5 rows have no status: they count as served",
    ]);
    const named = await importLines(lines, { start, columns: "timestamp_us=timestamp" });
    expect(rowsOf(named).at(-1)?.start).toBe("2024-05-17T10:00:00.006Z");
    const long = await importLines([json({ time_us: 0 }), json({ time_us: 3_600_000_000 })], { start });
    expect(rowsOf(long).at(-1)?.start).toBe("2024-05-17T11:00:00Z");
  });

  it("say which unit a latency was taken in, take that from start to end, and request lines", async () => {
    const at = "2024-05-17T10:05:03Z";
    const trace = await importLines([json({ time: at, duration: 0.25 }), json({ time: at, duration: 0.5 })]);
    expect(rowsOf(trace).map((row) => row.latencyUs)).toEqual([250_000, 500_000]);
    expect(trace.report.notes).toContain("the latency duration names no unit: taken as seconds");
    const span = json({ start: "1715940303000000999", end: "1715940303000250999", request: "POST /a/7 HTTP/1.1" });
    expect(rowsOf(await importLines([span]))).toEqual([
      expect.objectContaining({ latencyUs: 250, route: "POST /a/:id" }),
    ]);
    const backwards = json({ start: "1715940303000250999", end: "1715940303000000999" });
    expect(rejectionsOf(await importLines([span, backwards]))).toEqual(["1 x the end is before the start: 2"]);
  });

  it("are, with any objects in them, what JSON.parse makes of them", async () => {
    const object = fc.record(
      {
        timestamp: fc.integer({ min: 1_000_000_000, max: 2_000_000_000 }),
        user: fc.constantFrom("ann", "é", 'q"', 7),
        meta: fc.anything({ maxDepth: 2 }),
        latency_ms: fc.integer({ min: 0, max: 9_999 }),
        status: fc.constantFrom(200, "503", "404"),
      },
      { requiredKeys: ["timestamp", "user", "status"] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 20 }), async (objects) => {
        const lines = objects.map((one) => json({ ...one, meta: one.meta === undefined ? null : [one.meta] }));
        const sorted = objects.toSorted((a, b) => a.timestamp - b.timestamp);
        const rows = rowsOf(await importLines(lines));
        expect(rows.map((row) => [row.key, row.outcome, row.latencyUs])).toEqual(
          sorted.map((one) => [
            String(one.user),
            String(one.status) === "503" ? "503" : "served",
            one.latency_ms === undefined ? -1 : one.latency_ms * 1_000,
          ]),
        );
      }),
    );
  });
});
