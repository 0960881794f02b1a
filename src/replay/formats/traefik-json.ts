/** Traefik's access log as JSON (its common format is read by `common-log.ts`). Times are starts, durations nanoseconds. */
import { recogniseJson, type JsonFacts } from "./json-recognition.ts";
import type { JsonKeys } from "./json-keys.ts";
import { createJsonRows } from "./json-rows.ts";
import type { TraceFormat } from "./trace-format.ts";

const NANOSECOND_US = 0.001;

const KEYS: JsonKeys = {
  start: [["StartUTC"], ["StartLocal"]],
  end: [["time"]],
  user: [["ClientUsername"]],
  address: [["ClientHost"], ["ClientAddr"]],
  agent: [["request_User-Agent"]],
  method: [["RequestMethod"]],
  route: [["RequestPath"]],
  status: [["DownstreamStatus"], ["OriginStatus"]],
  latency: [{ path: ["Duration"], unitUs: NANOSECOND_US }],
  bytes: [["DownstreamContentSize"]],
};

function isOwn(object: JsonFacts): boolean {
  return Object.hasOwn(object, "DownstreamStatus") && Object.hasOwn(object, "Duration");
}

/** The format `traefik-json`. */
export const traefikJson: TraceFormat = {
  name: "traefik-json",
  recognises: (firstLines) => recogniseJson(firstLines, isOwn, '{"StartUTC":…,"Duration":…,"DownstreamStatus":…}'),
  create: (builder, options) =>
    createJsonRows(builder, options, { keys: KEYS, needed: ["status"], describe: () => "Traefik log as JSON" }),
};
