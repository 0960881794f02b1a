/** Caddy's log as JSON: the lines of its access log among those of all its other loggers. The time is the request's end. */
import { SECOND_US } from "../../engine/kernel/units.ts";
import { isObject, recogniseJson, type JsonFacts } from "./json-recognition.ts";
import type { JsonKeys } from "./json-keys.ts";
import { createJsonRows } from "./json-rows.ts";
import type { TraceFormat } from "./trace-format.ts";

const KEYS: JsonKeys = {
  end: [["ts"]],
  user: [["user_id"]],
  address: [
    ["request", "client_ip"],
    ["request", "remote_ip"],
    ["request", "remote_addr"],
  ],
  agent: [["request", "headers", "User-Agent"]],
  method: [["request", "method"]],
  route: [["request", "uri"]],
  status: [["status"]],
  latency: [{ path: ["duration"], unitUs: SECOND_US }],
  bytes: [["size"]],
};

function isOwn(object: JsonFacts): boolean {
  if (isObject(object["request"])) return Object.hasOwn(object["request"], "uri") && Object.hasOwn(object, "ts");
  return Object.hasOwn(object, "level") && typeof object["ts"] === "number" && Object.hasOwn(object, "msg");
}

/** The format `caddy`. */
export const caddy: TraceFormat = {
  name: "caddy",
  recognises: (firstLines) =>
    recogniseJson(firstLines, isOwn, '{"level":…,"ts":…,"msg":…,"request":{"uri":…},"duration":…,"status":…}'),
  create: (builder, options) =>
    createJsonRows(builder, options, { keys: KEYS, needed: ["route"], describe: () => "Caddy log" }),
};
