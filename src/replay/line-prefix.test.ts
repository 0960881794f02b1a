import { describe, expect, it } from "vitest";
import { LINE_PREFIXES, withoutPrefix } from "./line-prefix.ts";

function prefixOf(line: string): string | null {
  const bytes = Buffer.from(line, "latin1");
  for (const prefix of LINE_PREFIXES) {
    const inner = prefix.createUnwrap()(bytes, 0, bytes.length);
    if (inner === null) continue;
    const text = inner.bytes.toString("utf8", inner.from, inner.to);
    return `${prefix.name}${inner.isPartial ? ", partial" : ""}: ${prefix.isAround ? JSON.stringify(text) : inner.from}`;
  }
  return null;
}

describe("prefixes of lines", () => {
  it.each([
    ['shop-1  | {"a":1}', "Docker Compose: 10"],
    ["2024-05-17T10:05:03.000000100+02:00 stdout F x", "Kubernetes: 45"],
    ["2024-05-17T10:05:03Z stderr P x", "Kubernetes, partial: 30"],
    ["May  7 16:19:38 10.0.0.2 haproxy[1]: x", "syslog: 37"],
    ["<134>May 17 16:19:38 edge haproxy: x", "syslog: 35"],
    ["<134>1 2024-05-17T10:05:03Z edge haproxy 12 - - x", "syslog: 48"],
    ["2024-05-17T10:05:03+00:00 edge nginx[7]: x", "syslog: 41"],
    ["2024-05-17T10:05:03.5Z x", "timestamp: 23"],
    ["[pod/shop-5f/main] x", "pod: 19"],
    ['10.0.0.1 - - [17/May/2024:10:05:03 +0000] "GET /a|b HTTP/1.1" 200 5', null],
    ['shop.example:443 10.0.0.1 - - [17/May/2024:10:05:03 +0000] "GET / HTTP/1.1" 200 5', null],
    ["time|user|status", null],
    [String.raw`{"log":"a\"b \u00e9\r\n","stream":"stderr","time":"2024-05-17T10:05:03Z"}`, 'Docker: "a\\"b é"'],
    ['{"time":"now","stream":"stdout","attrs":{"tag":"x"},"log":"half"}', 'Docker, partial: "half"'],
    ['{"log":"a","stream":"requests","time":"2024-05-17T10:05:03Z"}', null],
    ['{"log":"a","stream":"stdout","time":1715940303}', null],
    ['{"a":1}', null],
  ])("%j", (line, expected) => {
    expect(prefixOf(line)).toBe(expected);
  });

  it("are taken off where most lines have them", () => {
    const docker = LINE_PREFIXES.find((prefix) => prefix.name === "Docker Compose");
    if (docker === undefined) throw new Error("there is such a prefix");
    expect(withoutPrefix(docker, ["Attaching to a", "a | x", "b   | y"])).toEqual(["Attaching to a", "x", "y"]);
    expect(withoutPrefix(docker, ["x", "y", "a | z"])).toBe(null);
    expect(withoutPrefix(docker, [])).toBe(null);
    const kubernetes = LINE_PREFIXES.find((prefix) => prefix.name === "Kubernetes");
    const split = ["P a", "P b", "F c"].map((text) => `2024-05-17T10:05:03Z stdout ${text}`);
    expect(kubernetes === undefined ? null : withoutPrefix(kubernetes, split)).toEqual(["abc"]);
  });
});
