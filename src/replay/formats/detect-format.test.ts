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
