import { describe, expect, it } from "vitest";
import { isoFromEpochUs } from "../calendar.ts";
import { createTraceBuilder, NO_BYTES, NO_LATENCY, type TraceBuilder } from "../columns.ts";
import { STATUS_NO_ANSWER } from "../failure.ts";
import { listRejections } from "../rejections.ts";
import { commonLog } from "./common-log.ts";

const OPTIONS = { zoneMinutes: null, columns: null, startEpochUs: null };

function read(...lines: readonly string[]): {
  builder: TraceBuilder;
  format: string;
  reasons: string[];
  notes: readonly string[];
} {
  const builder = createTraceBuilder();
  const reader = commonLog.create(builder, OPTIONS);
  lines.forEach((text, i) => {
    const bytes = Buffer.from(text, "latin1");
    reader.readLine(bytes, 0, bytes.length, i + 1);
  });
  const reasons = listRejections(builder.rejections).map((rejection) => rejection.reason);
  return { builder, format: reader.describe(), reasons, notes: reader.notes?.() ?? [] };
}

function row({ builder }: { builder: TraceBuilder }): Record<string, unknown> {
  const { columns } = builder;
  expect(builder.count).toBe(1);
  return {
    start: isoFromEpochUs(columns.startUs[0]!),
    key: builder.keys.names[columns.key[0]!],
    route: builder.routes.names[columns.route[0]!],
    status: columns.status[0],
    latencyUs: columns.latencyUs[0],
    bytes: columns.bytes[0],
  };
}

const HEAD = '192.0.2.7 - - [17/May/2024:10:05:03 +0000] "GET /a HTTP/1.1" 200 12';

describe("common and combined logs", () => {
  it("read a common line", () => {
    expect(row(read(HEAD))).toEqual({
      start: "2024-05-17T10:05:03.000000Z",
      key: "192.0.2.7",
      route: "GET /a",
      status: 200,
      latencyUs: NO_LATENCY,
      bytes: 12,
    });
  });

  it("take the user as key, else address and agent", () => {
    expect(row(read(HEAD.replace("- - [", "- Ann Lee [")))).toMatchObject({ key: "Ann Lee" });
    expect(row(read(`${HEAD} "-" "Agent/1 (x; y)"`))).toMatchObject({ key: "192.0.2.7 Agent/1 (x; y)" });
    expect(row(read(Buffer.from(HEAD.replace("- - [", "- Zoë [")).toString("latin1")))).toMatchObject({ key: "Zoë" });
  });

  it("read zones of half an hour, and take the time as the end where a latency is known", () => {
    expect(row(read(HEAD.replace("+0000", "+0330")))).toMatchObject({ start: "2024-05-17T06:35:03.000000Z" });
    expect(row(read(HEAD.replace("+0000", "-0930")))).toMatchObject({ start: "2024-05-17T19:35:03.000000Z" });
    expect(row(read(`${HEAD} "-" "x" 1.250`))).toMatchObject({
      start: "2024-05-17T10:05:01.750000Z",
      latencyUs: 1_250_000,
    });
  });

  it.each([
    ['"-" "x" 0.120', 120_000],
    ["0.120", 120_000],
    ['"-" "x" "10.1.1.1" 0.120 0.090', 120_000],
    ['"-" "x" rt=0.120 uct="0.001" urt="0.119"', 120_000],
    ['"-" "x" 512 0.003 [default-shop-80] [] 10.0.0.1:80 123 0.002 200 5f2b', 3_000],
    ['"-" "x" 17 "shop@docker" "http://10.0.0.1:80" 42ms', 42_000],
    ['"-" "x \\" y" 730', 730],
    ['"-" "x" -', NO_LATENCY],
    ['"-" "x" "extra"', NO_LATENCY],
    ['"-" "an agent that is cut o', NO_LATENCY],
  ])("find the request time in: %s", (tail, latencyUs) => {
    expect(row(read(`${HEAD} ${tail}`))).toMatchObject({ latencyUs });
  });

  it("take the time as the start where Traefik wrote it", () => {
    const traefik = read(`${HEAD} "-" "x" 17 "shop@docker" "http://10.0.0.1:80" 42ms`);
    expect(row(traefik)).toMatchObject({ start: "2024-05-17T10:05:03.000000Z", latencyUs: 42_000 });
    expect(traefik.format).toBe("Traefik's common log, with request time");
    expect(row(read(`${HEAD} "-" "x" 42ms`))).toMatchObject({ start: "2024-05-17T10:05:02.958000Z" });
  });

  it("say what they are, and what they took integers for", () => {
    expect(read(`${HEAD} "-" "x" 1.250`).format).toBe("combined log, with request time");
    expect(read(HEAD).format).toBe("common log");
    expect(read(`${HEAD} "-" "x" 730`).notes[0]).toContain("microseconds");
  });

  it("read requests that are none, escaped quotes, virtual hosts, absent figures", () => {
    expect(row(read(HEAD.replace("GET /a HTTP/1.1", "\\x16\\x03\\x01 \\x02")))).toMatchObject({
      route: "unreadable request",
    });
    expect(row(read(HEAD.replace("/a ", '/a?q=\\"b\\" ')))).toMatchObject({ route: "GET /a" });
    expect(row(read(`shop.example:443 ${HEAD}`))).toMatchObject({ key: "192.0.2.7" });
    expect(row(read(HEAD.replace("192.0.2.7", "::1")))).toMatchObject({ key: "::1" });
    expect(row(read(HEAD.replace("200 12", "- -")))).toMatchObject({ status: STATUS_NO_ANSWER, bytes: NO_BYTES });
  });

  it.each([
    ["$ tail -f access.log", "not a common log line"],
    [HEAD.replace("17/May", "31/Feb"), "no such date or time"],
    [HEAD.replace("May", "Mai"), "no such date or time"],
    [HEAD.replace("200", "042"), "no such status"],
    [`${HEAD} "-" "x" 9000.5`, "latency longer than 35 minutes"],
    ["", "blank line"],
  ])("reject: %s", (line, reason) => {
    expect(read(line).reasons).toEqual([reason]);
  });

  it("are recognised among other lines, not among too many", () => {
    expect(commonLog.recognises(["$ cat log", HEAD, HEAD], OPTIONS).confidence).toBeGreaterThan(0.5);
    expect(commonLog.recognises(["a", "b", "c", HEAD], OPTIONS).confidence).toBe(0);
  });
});
