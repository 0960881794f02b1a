import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importLines, rejectionsOf, rowsOf } from "../../../test/replay/imported-rows.ts";
import { isoFromEpochUs } from "../calendar.ts";
import { createTraceBuilder } from "../columns.ts";
import { jsonLines } from "./json-lines.ts";

const json = JSON.stringify;

describe("JSON lines", () => {
  it("stay in their order where a key appears late, among lines that are read many at a time", () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => {
      const late = i === 1_500 || i > 2_700 ? { user: `u${i % 9}` } : {};
      return json({ time: 1_715_940_303_000 + i, ip: `10.0.0.${i % 5}`, path: "/a", status: 200, ...late });
    });
    const read = (blocks: readonly number[]): unknown => {
      const builder = createTraceBuilder();
      const reader = jsonLines.create(builder, { zoneMinutes: null, columns: null, startEpochUs: null });
      let line = 1;
      let from = 0;
      for (const until of blocks) {
        const block = Buffer.from(`${lines.slice(from, until).join("\n")}\n`);
        line = reader.readBlock?.(block, line) ?? -1;
        from = until;
      }
      void reader.end?.();
      expect(line).toBe(3_001);
      const { count, columns, keys } = builder;
      return Array.from({ length: count }, (_, i) => [columns.line[i], keys.names[columns.key[i] ?? 0]]);
    };
    const expected = lines.map((_, i) => [i + 1, i === 1_500 || i > 2_700 ? `u${i % 9}` : `10.0.0.${i % 5}`]);
    expect(read(lines.map((_, i) => i + 1))).toEqual(expected);
    expect(read([1_100, 1_200, 3_000])).toEqual(expected);
  });

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

  it("were unfinished where the end is there and empty, and no status says more", async () => {
    const time = 1_715_940_303;
    const trace = await importLines([
      ...[null, "", "-", 0].map((end) => json({ time, end })),
      json({ time, end: null, status: 503 }),
      json({ time, end: time + 2, status: null }),
      json({ time, latency_ms: 7, end: null }),
      json({ time }),
      json({ time, status: "in_flight", latency_ms: 7 }),
    ]);
    expect(trace.report).toMatchObject({ accepted: 9, unfinished: 5 });
    expect(rowsOf(trace).map(({ line, outcome, latencyUs }) => [line, outcome, latencyUs])).toEqual([
      [5, "503", -1],
      [6, "served", 2_000_000],
      [7, "served", 7_000],
      [8, "served", -1],
    ]);
    expect(trace.report.notes).toContain("3 rows have no status: they count as served");
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

  /** Lines a second apart from the same instant on; whatever they have besides their time. */
  const secondsApart = (objects: readonly object[]): string[] =>
    objects.map((object, i) => json({ time: isoFromEpochUs(1_715_940_000_000_000 + i * 1_000_000), ...object }));
  const repeated = (count: number, object: object): object[] => Array.from({ length: count }, () => object);

  it("are read by keys that appear late as well, from the first row that has them, and it says so", async () => {
    const trace = await importLines(
      secondsApart([
        ...repeated(1_200, { path: "/a", meta: { host: "x" } }),
        ...repeated(3, { path: "/a", meta: { host: "x", took: 250_000, user: "ann" } }),
        ...repeated(1_100, { path: "/a", meta: { took: 180_000 }, status: 503 }),
        { path: "/a", "m\u00e9ta": 1, response_time: "12ms", meta: { user: "bob" } },
      ]),
    );
    const rows = rowsOf(trace);
    expect(rows.map((row) => row.latencyUs)).toEqual([
      ...Array<number>(1_200).fill(-1),
      ...Array<number>(3).fill(250_000),
      ...Array<number>(1_100).fill(180_000),
      12_000,
    ]);
    expect(rows.filter((row) => row.outcome === "503")).toHaveLength(1_100);
    expect([1_199, 1_200, 1_203, 2_303].map((row) => rows[row]?.key)).toEqual(["line:1200", "ann", "line:1204", "bob"]);
    expect(trace.report.notes).toEqual([
      "the key meta.user (user) first appears in line 1201: read from there on",
      "the key status (status) first appears in line 1204: read from there on",
      "the key meta.took (latency) first appears in line 1201: read from there on",
      "the latency meta.took names no unit: taken as microseconds",
      "the key response_time (latency) first appears in line 2304: read from there on",
      "2300 rows name no user and no address: each is routed on its own",
      "1204 rows have no status: they count as served",
    ]);
  });

  it("keep to the keys that --columns names, whatever appears late", async () => {
    const late = [...repeated(1_000, { b: 1 }), { b: 2, latency_ms: 7, user: "ann" }];
    const trace = await importLines(secondsApart(late), { columns: "latency_ms=b" });
    expect(rowsOf(trace).slice(-2)).toEqual([
      expect.objectContaining({ latencyUs: 1_000, key: "line:1000" }),
      expect.objectContaining({ latencyUs: 2_000, key: "ann" }),
    ]);
  });

  it("take keys of damaged lines for new when they come again, and keys in lines that only JSON.parse can read", async () => {
    const usual = secondsApart(repeated(1_000, { path: "/a" }));
    const cut = json({ time: "2024-05-17T10:20:00Z", latency_ms: 3 }).slice(0, -1);
    const [whole] = secondsApart([{ latency_ms: 4 }]);
    const escaped = '{"time":"2024-05-17T12:20:01Z","us\\u0065r":"ann"}';
    const trace = await importLines([...usual, cut, whole ?? ""]);
    expect(rejectionsOf(trace)).toEqual(["1 x not a JSON object: 1001"]);
    expect(rowsOf(trace).find(({ line }) => line === 1_002)?.latencyUs).toBe(4_000);
    expect(rowsOf(await importLines([...usual, escaped])).at(-1)?.key).toBe("ann");
  });

  it("are the same rows wherever their keys appear first", async () => {
    const extra = fc.record(
      {
        user: fc.constantFrom("ann", "bob"),
        http: fc.record(
          { path: fc.constantFrom("/a", "/b"), status_code: fc.constantFrom(200, 503), other: fc.nat(3) },
          { requiredKeys: [] },
        ),
        latency_ms: fc.nat(9_999),
        bytes: fc.nat(99),
        note: fc.anything({ maxDepth: 2 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(extra, { minLength: 1, maxLength: 30 }), async (late) => {
        // A line with all keys in front tells them by the first rows; without it they are all late.
        const plain = repeated(1_000, { z: 1, http: null });
        const all = { user: "x", http: { path: "/x", status_code: 200 }, latency_ms: 1, bytes: 1 };
        const known = rowsOf(await importLines(secondsApart([all, ...plain, ...late])));
        const met = rowsOf(await importLines(secondsApart([{ z: 1 }, ...plain, ...late])));
        expect(met.slice(1)).toEqual(known.slice(1));
      }),
      { numRuns: 30 },
    );
  });
});
