/**
 * Access logs of AWS's Application Load Balancer: 22 fields that matter, and 3 to 11 that came later and are left out.
 * A request starts at its `request_creation_time` and takes the sum of the three processing times; where one of them is
 * -1 it was never dispatched, and its latency is not known.
 */
import { LATENCY_US_MAX, SECOND_US } from "../../engine/kernel/units.ts";
import { callerKey } from "../caller-key.ts";
import { appendRow, NO_BYTES, NO_LATENCY, VERSION_UNKNOWN, type TraceBuilder } from "../columns.ts";
import { hashOfBytes } from "../byte-hash.ts";
import { indexOf } from "../dictionary.ts";
import { STATUS_CLIENT_CLOSED, STATUS_NO_ANSWER, STATUS_UNFINISHED } from "../failure.ts";
import { latin1Of } from "../latin1-text.ts";
import { createRouteReader } from "../route-reader.ts";
import { epochUsFromText } from "../timestamps.ts";
import { LATENCY_TOO_LONG, recogniseByShare, rejectLine, rejectUnusable, type RowReader } from "./trace-format.ts";
import type { TraceFormat } from "./trace-format.ts";

/**
 * Groups: time, client, three processing times, status, bytes sent, request, agent, and what follows up to the time of
 * creation. Quoted fields can hold anything but a quote that is not escaped.
 */
const QUOTED = String.raw`"([^"\\]*(?:\\[^][^"\\]*)*)"`;
const LINE = new RegExp(
  String.raw`^(?:https?|h2|grpcs?|wss?) (\S+) \S+ (\S+) \S+ (-1|[\d.]+) (-1|[\d.]+) (-1|[\d.]+) (\d{1,3}|-) \S+ \d+ (\d+|-) ${QUOTED} ${QUOTED} \S+ \S+`,
);
const CREATION = new RegExp(String.raw`^ \S+ (?:${QUOTED}) (?:${QUOTED}) (?:${QUOTED}) \S+ (\S+)(?: |$)`);
/** The load balancer's own status where the client closed the connection. */
const CLIENT_CLOSED = 460;

/** The format `alb`. */
export const alb: TraceFormat = {
  name: "alb",
  recognises: (firstLines) =>
    recogniseByShare(firstLines, (line) => LINE.test(line), "https TIME ELB CLIENT TARGET 0.1 0.2 0.3 200 200 1 2 …"),
  create: createReader,
};

function createReader(builder: TraceBuilder): RowReader {
  const routes = createRouteReader(builder);
  let withoutCreation = 0;
  return {
    readLine: (bytes, from, to, line) => {
      if (rejectUnusable(builder, bytes, from, to, line)) return;
      const refuse = (reason: string): void => rejectLine(builder, reason, bytes, from, to, line);
      const text = latin1Of(bytes, from, to);
      const match = LINE.exec(text);
      if (match === null) return refuse("not a line of an Application Load Balancer");
      const latencyUs = latencyOf(match);
      if (latencyUs > LATENCY_US_MAX) return refuse(LATENCY_TOO_LONG);
      const created = CREATION.exec(text.slice(match[0].length))?.[4];
      const timeUs = epochUsFromText(created ?? match[1] ?? "", 0);
      if (!Number.isFinite(timeUs)) return refuse("unreadable time");
      if (created === undefined) withoutCreation++;
      const status = statusOf(match[6] ?? "-", match[3] !== "-1");
      if (status < 100 && status !== 0) return refuse("no such status");
      const client = (match[2] ?? "").replace(/:\d+$/, "");
      const request = Buffer.from(match[8] ?? "", "latin1");
      appendRow(
        builder,
        created === undefined && latencyUs !== NO_LATENCY ? timeUs - latencyUs : timeUs,
        indexOf(builder.keys, callerKey(client, match[9] ?? "")),
        routes.ofRequestLine(request, 0, request.length),
        status,
        latencyUs,
        VERSION_UNKNOWN,
        match[7] === "-" ? NO_BYTES : Number(match[7]),
        line,
        hashOfBytes(bytes, from, to),
      );
    },
    describe: () => "Application Load Balancer log",
    notes: () =>
      withoutCreation > 0
        ? [
            `${withoutCreation} rows have no request_creation_time: they start their latency before the time of the line`,
          ]
        : [],
  };
}

function latencyOf(match: RegExpExecArray): number {
  const seconds = [match[3], match[4], match[5]].map(Number);
  if (seconds.some((part) => !(part >= 0))) return NO_LATENCY;
  return Math.round(seconds.reduce((sum, part) => sum + part, 0) * SECOND_US);
}

/** Without an answer to what was never dispatched, nothing is known of how the service would have fared. */
function statusOf(text: string, isDispatched: boolean): number {
  if (text === "-") return isDispatched ? STATUS_NO_ANSWER : STATUS_UNFINISHED;
  return Number(text) === CLIENT_CLOSED ? STATUS_CLIENT_CLOSED : Number(text);
}
