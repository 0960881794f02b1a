import { describe, expect, it } from "vitest";
import { importLines, rowsOf as importedRows } from "../../../test/replay/imported-rows.ts";
import { describeProblem } from "../../engine/kernel/problem.ts";
import { isoFromEpochUs } from "../calendar.ts";
import { VERSION_BASELINE, VERSION_CANDIDATE, VERSION_UNKNOWN, type Trace } from "../columns.ts";
import { readImportSettings, type ImportSettingsText } from "../import-settings.ts";
import { importTrace } from "../import-trace.ts";

async function read(text: string, settings: ImportSettingsText = {}): Promise<Trace> {
  const options = readImportSettings(settings);
  if (!options.ok) throw new Error(options.problems.map(describeProblem).join("\n"));
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  const trace = await importTrace(chunks(), { ...options.value, source: "t.csv" });
  if (!trace.ok) throw new Error(trace.problems.map(describeProblem).join("\n"));
  return trace.value;
}

function rowsOf(trace: Trace): unknown[] {
  const { columns, keys, routes, errorKinds, outcome } = trace;
  return Array.from({ length: trace.count }, (_, i) => [
    keys[columns.key[i]!],
    routes[columns.route[i]!],
    outcome[i] === 0 ? "served" : errorKinds[outcome[i]! - 1],
    columns.latencyUs[i],
    columns.line[i],
  ]);
}

const TIME = "2024-05-17T10:05:03Z";

describe("CSV", () => {
  it("reads columns by name, quoted cells over several lines, words for outcomes", async () => {
    const trace = await read(
      [
        "\ufeffuser_id;Path;HTTP Method;@timestamp;Status Code;Duration (us);Variant;body_bytes_sent;note",
        `ann;/a?x=1;GET;${TIME};200;1500;stable;7;"a ""quoted""\r`,
        '\r\nnote"',
        `"Zoë; B";/b/12;POST;${TIME};TimeoutException;2e3;canary;;`,
        `;/a;GET;${TIME};ok;3ms;blue;-;x`,
        `cid;/a;GET;${TIME};;;;;`,
      ].join("\n"),
    );
    expect(rowsOf(trace)).toEqual([
      ["ann", "GET /a", "served", 1_500, 2],
      ["Zoë; B", "POST /b/:id", "TimeoutException", 2_000, 5],
      ["line:6", "GET /a", "served", 3_000, 6],
      ["cid", "GET /a", "no answer", -1, 7],
    ]);
    expect([...trace.columns.version]).toEqual([VERSION_BASELINE, VERSION_CANDIDATE, VERSION_UNKNOWN, VERSION_UNKNOWN]);
    expect([...trace.columns.bytes]).toEqual([7, -1, -1, -1]);
    expect(trace.report).toMatchObject({ rows: 4, accepted: 4, duplicates: 0, withoutBytes: 3, withoutLatency: 1 });
  });

  it.each([
    ["latency_ms", 5_000],
    ["latencyMs", 5_000],
    ["latency_us", 5],
    ["duration_s", 5_000_000],
    ["took", 5_000],
    ["request_time", 5_000_000],
  ])("knows the unit of %s", async (name, us) => {
    expect((await read(`time,${name}\n${TIME},5`)).columns.latencyUs[0]).toBe(us);
  });

  it("takes the columns that --columns names, by name or number", async () => {
    const text = `a,b,c,time\n${TIME},9,who,x\n`;
    const named = await read(text, { columns: "timestamp=a,latency_us=b,user=c" });
    expect(rowsOf(named)).toEqual([["who", "/", "served", 9, 2]]);
    const numbered = await read(text, { columns: "time=#1,latency_us=#2,user=#3" });
    expect(numbered.report).toMatchObject({ rows: 2, accepted: 1, rejected: 1 });
    await expect(read(text, { columns: "timestamp=a,user=who" })).rejects.toThrow("its first line has no column who");
  });

  it("has its header below a shell's prompt, whatever the quotes there, and says of its first line why there is none", async () => {
    const trace = await read(`$ tail "a b.csv" | sed 's/",/;/'\n\ntime;user\n${TIME};ann\n${TIME};bob\n`);
    expect(rowsOf(trace)).toEqual([
      ["ann", "/", "served", -1, 4],
      ["bob", "/", "served", -1, 5],
    ]);
    expect(trace.report.rejections).toMatchObject([
      { reason: "above the header", count: 1, firstLines: [{ line: 1 }] },
      { reason: "blank line", count: 1, firstLines: [{ line: 2 }] },
    ]);
    const rows = Array.from({ length: 20 }, (_, i) => `${i},u${i}`);
    for (const text of [
      ["number,user", ...rows],
      ["number,user", "1,u1"],
    ]) {
      const refused = read(text.join("\n"), { format: "csv" });
      await expect(refused).rejects.toThrow(":1:1: no column is known to be the time of the request");
    }
  });

  it("takes an end time back by the latency", async () => {
    const trace = await read(`end_time,latency_ms\n${TIME},250`);
    expect(isoFromEpochUs(trace.report.startsAtEpochUs)).toBe("2024-05-17T10:05:02.750000Z");
  });

  it("uses --zone for times that name none", async () => {
    const trace = await read("TIMESTAMP\n2023-11-16 18:17:03.9799600\n", { zone: "+03:30" });
    expect(isoFromEpochUs(trace.report.startsAtEpochUs)).toBe("2023-11-16T14:47:03.979960Z");
  });

  it.each([
    [`${TIME},u,600000000`, "latency longer than 35 minutes"],
    [`${TIME},u,-3`, "unreadable latency"],
    [`${TIME},u`, "not as many cells as the header has"],
    [`${TIME},u,1,2`, "not as many cells as the header has"],
    [`${TIME},u"x",1`, "quotes misplaced or never closed"],
    [`${TIME},"u,1`, "quotes misplaced or never closed"],
    ["soon,u,1", "unreadable time"],
    ["time,user,latency_ms", "the header again"],
    ["2024-05-17 10:05:03,u,1", "time without a zone"],
  ])("rejects: %s", async (line, reason) => {
    const good = Array.from({ length: 3 }, (_, i) => `${TIME},u${i},1`).join("\n");
    const trace = await read(`time,user,latency_ms\n${good}\n${line}\n`);
    expect(trace.report).toMatchObject({ rows: 4, accepted: 3 });
    expect(trace.report.rejections).toMatchObject([{ reason, count: 1, firstLines: [{ line: 5 }] }]);
  });

  it("sorts by start, stably, and counts disorder and duplicates", async () => {
    const trace = await read(
      ["ts,user", "1700000009,a", "1700000003,b", "1700000009,c", "1700000001,d", "1700000003,b", "1700000003,e"].join(
        "\n",
      ),
    );
    expect(rowsOf(trace).map((row) => (row as string[])[0])).toEqual(["d", "b", "b", "e", "a", "c"]);
    expect([...trace.columns.startUs]).toEqual([0, 2e6, 2e6, 2e6, 8e6, 8e6]);
    expect(trace.report).toMatchObject({ outOfOrder: 2, outOfOrderUsMax: 8_000_000, duplicates: 1, spanUs: 8_000_000 });
  });

  it("leaves out requests whose client left, and counts them", async () => {
    const trace = await read("ts,status,user\n1700000000,499,a\n1700000001,200,b\n1700000002,0,c\n1700000003,500,d");
    expect(trace.report).toMatchObject({ rows: 4, accepted: 4, rejected: 0, clientLeft: 2 });
    expect(rowsOf(trace).map((row) => (row as string[])[0])).toEqual(["b", "d"]);
    const counted = await read("ts,status,user\n1700000000,499,a\n1700000001,200,b", { errors: "5xx,499" });
    expect(counted.report.clientLeft).toBe(0);
    expect(rowsOf(counted)[0]).toEqual(["a", "/", "499", -1, 2]);
  });

  it("keeps the names of the 200 busiest routes", async () => {
    const lines = Array.from({ length: 250 }, (_, i) => `1700000000,/r${i}x${i < 30 ? `\n1700000001,/r${i}x` : ""}`);
    const trace = await read(`ts,route\n${lines.join("\n")}`);
    expect(trace.routes.length).toBe(201);
    expect(trace.routes[0]).toBe("/r0x");
    expect(trace.routes[29]).toBe("/r29x");
    expect(trace.routes[200]).toBe("other");
    expect([...trace.columns.route].filter((route) => route === 200).length).toBe(50);
    expect(trace.report.routes).toBe(250);
  });

  it("counts rows without an end or with a word for it as unfinished, where no status says more", async () => {
    const at = "2024-05-17T10:05:03Z";
    const trace = await importLines(["start,end,status", `${at},,`, `${at},-,`, `${at},,200`, `${at},,503`]);
    expect(trace.report).toMatchObject({ accepted: 4, unfinished: 2, withoutLatency: 2 });
    expect(importedRows(trace).map(({ outcome }) => outcome)).toEqual(["served", "503"]);
    const words = ["In progress", "in-flight", "PENDING", "running", "unfinished", "incomplete", "started", "stopped"];
    const worded = await importLines(["time,status", ...words.map((word) => `${at},${word}`)]);
    expect(worded.report).toMatchObject({ accepted: 8, unfinished: 7 });
    expect(importedRows(worded).map(({ outcome }) => outcome)).toEqual(["stopped"]);
    // Rows whose key and route are known from far above, as those of most rows are.
    const above = Array.from({ length: 3_000 }, () => `${at},${at},7,ann,/a`);
    const below = [`${at},,,ann,/a`, `${at},2024-05-17T10:05:05Z,,ann,/a`, `${at},,9,ann,/a`];
    const known = await importLines(["start,end,latency_ms,user,path", ...above, ...below]);
    expect(known.report).toMatchObject({ accepted: 3_003, unfinished: 1, withoutLatency: 0 });
    const latencies = importedRows(known).map(({ latencyUs }) => latencyUs);
    expect(latencies.slice(-3)).toEqual([7_000, 2_000_000, 9_000]);
    // A zero is the first second where times count from 0.
    const relative = await importLines(["start,end", "0,0"], { start: at });
    expect(importedRows(relative)).toEqual([expect.objectContaining({ latencyUs: 0 })]);
  });
});
