import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { traceOfLog } from "../../test/traces/arbitrary-log.ts";
import { callerKey, isNoAgent } from "./caller-key.ts";

const time = (row: number): string => new Date(Date.UTC(2024, 4, 17, 10) + row * 1_000).toISOString().slice(0, 19);
const json = JSON.stringify;

/** By format, its first lines and a row of an address and an agent; null: there is none, where the format can say so. */
const FORMATS: Readonly<
  Record<string, { head: string; row: (nth: number, address: string, agent: string | null) => string }>
> = {
  "common log": {
    head: "",
    row: (nth, address, agent) =>
      `${address} - - [17/May/2024:10:${time(nth).slice(14)} +0000] "GET /a HTTP/1.1" 200 5${agent === null ? "" : ` "-" "${agent}"`}`,
  },
  "common log with a named time": {
    head: "",
    row: (nth, address, agent) =>
      `${address} - - [17/May/2024:10:${time(nth).slice(14)} +0000] "GET /a HTTP/1.1" 200 5${agent === null ? "" : ` "-" "${agent}"`} rt=0.120`,
  },
  "common log behind a host": {
    head: "",
    row: (nth, address, agent) =>
      `shop.example:443 ${address} - - [17/May/2024:10:${time(nth).slice(14)} +0000] "GET /a HTTP/1.1" 200 5 "-" "${agent ?? "-"}"`,
  },
  csv: {
    head: "timestamp,ip,agent,path,status\n",
    row: (nth, address, agent) => `${time(nth)}Z,${address},${agent ?? ""},/a,200`,
  },
  "csv in quotes": {
    head: "timestamp,ip,agent,path,status\n",
    row: (nth, address, agent) => `${time(nth)}Z,${address},"${agent ?? ""}",/a,200`,
  },
  "csv with users": {
    head: "timestamp,user,ip,agent,path,status\n",
    row: (nth, address, agent) => `${time(nth)}Z,-,${address},${agent ?? ""},/a,200`,
  },
  "nginx as JSON": {
    head: "",
    row: (nth, remote_addr, agent) =>
      json({
        time_iso8601: `${time(nth)}+00:00`,
        remote_addr,
        request: "GET /a HTTP/1.1",
        status: 200,
        request_time: 0.1,
        ...(agent === null ? {} : { http_user_agent: agent }),
      }),
  },
  "JSON lines": {
    head: "",
    row: (nth, ip, agent) => json({ timestamp: `${time(nth)}Z`, ip, agent, path: "/a", status: 200 }),
  },
  envoy: {
    head: "",
    row: (nth, address, agent) =>
      `[${time(nth)}.250Z] "GET /a HTTP/2" 200 - 0 1 5 1 "${address}" "${agent ?? "-"}" "id" "shop" "-"`,
  },
  caddy: {
    head: "",
    row: (nth, client_ip, agent) =>
      json({
        level: "info",
        ts: 1_715_940_303.5 + nth,
        msg: "x",
        request: { client_ip, uri: "/a", headers: agent === null ? {} : { "User-Agent": [agent] } },
        status: 200,
        duration: 1e-3,
      }),
  },
  "traefik as JSON": {
    head: "",
    row: (nth, ClientHost, agent) =>
      json({
        StartUTC: `${time(nth)}Z`,
        ClientHost,
        DownstreamStatus: 200,
        Duration: 1_000,
        RequestPath: "/a",
        ...(agent === null ? {} : { "request_User-Agent": agent }),
      }),
  },
  alb: {
    head: "",
    row: (nth, address, agent) =>
      `https ${time(nth)}.5Z app/x ${address}:80 - 0.1 0.2 0.1 200 - 1 2 "GET http://h:80/a HTTP/1.1" "${agent ?? "-"}" - - arn "t" "d" "c" 0 ${time(nth)}Z "-" "-" "-"`,
  },
  w3c: {
    head: "#Fields: date time c-ip cs(User-Agent) cs-uri-stem sc-status\n",
    row: (nth, address, agent) =>
      `${time(nth).replace("T", " ")} ${address} ${(agent ?? "-").replaceAll(" ", "+")} /a 200`,
  },
  cloudfront: {
    head: "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent)\n",
    row: (nth, address, agent) =>
      `${time(nth).replace("T", "\t")}\tFRA\t5\t${address}\tGET\th\t/a\t200\t-\t${agent ?? "-"}`,
  },
};

const callers = fc.array(
  fc.tuple(fc.constantFrom("10.0.0.1", "10.0.0.2"), fc.constantFrom("", "-", null, "curl", "an agent (x)")),
  { minLength: 1, maxLength: 200, size: "max" },
);

describe("the key of a caller without a name", () => {
  it.each(Object.entries(FORMATS))("in %s is the address and the agent, else the address alone", async (_, format) => {
    await fc.assert(
      fc.asyncProperty(callers, async (asked) => {
        const rows = asked.map(([address, agent], nth) => format.row(nth, address, agent));
        const { keys, columns } = await traceOfLog(`${format.head}${rows.join("\n")}\n`);
        expect(Array.from(columns.key, (key) => keys[key])).toEqual(
          asked.map(([address, agent]) =>
            agent === null || agent === "" || agent === "-" ? address : `${address} ${agent}`,
          ),
        );
      }),
      { numRuns: 25 },
    );
  });

  it("is told by bytes as it is by text, wherever they stand", () => {
    fc.assert(
      fc.property(fc.constantFrom("", "-", "--", " ", "- ", "a", "curl"), fc.nat(5), (agent, before) => {
        const bytes = Buffer.from(`${"-".repeat(before)}${agent}-`);
        const isAlone = callerKey("::1", agent) === "::1";
        expect(isNoAgent(bytes, before, before + agent.length)).toBe(isAlone);
        expect(isAlone).toBe(agent === "" || agent === "-");
      }),
    );
  });

  it("leaves rows different that differ in what they say instead of an agent", async () => {
    const row = (agent: string): string => FORMATS["common log"]?.row(0, "10.0.0.1", agent) ?? "";
    const { report } = await traceOfLog([row(""), row("-"), row("-"), row("curl")].join("\n"));
    expect(report.duplicates).toBe(1);
  });
});
