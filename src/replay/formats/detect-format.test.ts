import { describe, expect, it } from "vitest";
import { describeProblem } from "../../engine/kernel/problem.ts";
import { detectFormat, formatOfName } from "./detect-format.ts";

const options = { zoneMinutes: null, columns: null, startEpochUs: null };

describe("detectFormat", () => {
  it.each([
    ['10.0.0.1 - - [17/May/2015:10:05:03 +0530] "GET / HTTP/1.1" 200 5', "common-log"],
    ['10.0.0.1 - bob [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 - "-" "agent" 0.012', "common-log"],
    ["timestamp,user,status,latency_ms", "csv"],
    ["time;route;status", "csv"],
    ["metric_name,timestamp,metric_value,check,error", "k6-csv"],
    ["timeStamp,elapsed,label,responseCode,success", "jtl"],
    ["1715940303250000999,200,1500999,0,12,,aGk=,attack,0", "vegeta-csv"],
    ["TraceID,SpanID,ParentID,StartTimeUnixNano,EndTimeUnixNano", "spans-csv"],
    ["time,user,parent_id,status", "csv"],
  ])("tells %j as %s", (line, name) => {
    const read = detectFormat([line], options, "a.log");
    expect(read.ok && read.value.format.name).toBe(name);
  });

  it.each([
    ["shop-1  | ", "Docker Compose"],
    ["2024-05-17T10:05:03Z stdout F ", "Kubernetes"],
    ["May 17 10:05:03 edge nginx: ", "syslog"],
  ])("sees the format behind the prefix %j", (prefix, name) => {
    const log = '10.0.0.1 - - [17/May/2015:10:05:03 +0530] "GET / HTTP/1.1" 200 5';
    const read = detectFormat([`${prefix}${log}`, `${prefix}ready`], options, "a.log");
    expect(read.ok && [read.value.format.name, read.value.prefix?.name]).toEqual(["common-log", name]);
    const unsure = detectFormat([`${prefix}ready`], options, "a.log");
    expect(unsure.ok ? "" : unsure.problems[0]?.message).toContain(`nor behind the prefix of ${name}`);
  });

  it("takes a prefix off that a format would take for a part of its first cell", () => {
    const lines = ["user,timestamp,latency_ms", "ann,2024-05-17T10:05:03Z,5"].map(
      (line) => `2024-05-17T10:05:03Z stdout F ${line}`,
    );
    const read = detectFormat(lines, options, "a.log");
    expect(read.ok && [read.value.format.name, read.value.prefix?.name]).toEqual(["csv", "Kubernetes"]);
  });

  it.each([
    [undefined, '{"ts":1715940303,"user":"ann"}', ["json-lines", "Docker"]],
    ["json-lines", '{"ts":1715940303,"user":"ann"}', ["json-lines", "Docker"]],
    ["json-lines", "ready to serve", ["json-lines", undefined]],
    ["csv", "ready to serve", ["csv", undefined]],
    [undefined, "ready to serve", "tried behind the prefix of Docker: common-log ("],
  ])("as %s looks into the lines that Docker keeps: %s", (name, log, expected) => {
    const line = JSON.stringify({ log: `${log}\n`, stream: "stdout", time: "2024-05-17T10:05:03Z" });
    const named = name === undefined ? null : formatOfName(name);
    const read = detectFormat([line, line], options, "a.log", named?.ok === true ? named.value : null);
    if (read.ok) expect([read.value.format.name, read.value.prefix?.name]).toEqual(expected);
    else expect(read.problems[0]?.message).toContain(expected);
  });

  it.each([
    ["timestamp,user,latency_ms", "csv"],
    ["metric_name,timestamp,metric_value,check,error", "k6-csv"],
    ["timeStamp,elapsed,label,responseCode,success", "jtl"],
    ["TraceID,SpanID,ParentID,StartTimeUnixNano,EndTimeUnixNano", "spans-csv"],
  ])("finds %j among the first ten lines", (line, name) => {
    const above = Array.from({ length: 9 }, (_, i) => `shop@edge:~$ ls ${i}`);
    const read = detectFormat([...above, line], options, "a.log");
    expect(read.ok && read.value.format.name).toBe(name);
    const tooFar = detectFormat([...above, "x", line], options, "a.log");
    expect(tooFar.ok).toBe(false);
  });

  it("lists what was tried where it can't tell", () => {
    const read = detectFormat(["phases:", "  - CANARY"], options, "a.log");
    const text = read.ok ? "" : read.problems.map(describeProblem).join("\n");
    expect(text).toContain("common-log (");
    expect(text).toContain("csv (");
    expect(text).toContain("--format with one of common-log, csv, ");
  });
});

describe("formatOfName", () => {
  it("knows names and their synonyms", () => {
    for (const name of ["common", "combined", "clf", "common-log", "traefik-clf"]) {
      const read = formatOfName(name);
      expect(read.ok && read.value.name).toBe("common-log");
    }
  });

  it("suggests the nearest", () => {
    const read = formatOfName("cvs");
    expect(read.ok ? null : read.problems[0]?.suggestion).toBe("csv");
  });
});
