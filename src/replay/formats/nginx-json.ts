/**
 * nginx's log as JSON. There is no standard: everyone names the keys, mostly after nginx's variables. The time is
 * written when the request ends.
 */
import { SECOND_US } from "../../engine/kernel/units.ts";
import { recogniseJson, type JsonFacts } from "./json-recognition.ts";
import type { JsonKeys } from "./json-keys.ts";
import { createJsonRows } from "./json-rows.ts";
import type { TraceFormat } from "./trace-format.ts";

const KEYS: JsonKeys = {
  end: [["time_iso8601"], ["@timestamp"], ["msec"], ["time"], ["timestamp"], ["time_local"], ["ts"]],
  user: [["remote_user"], ["user"], ["user_id"]],
  address: [["http_x_real_ip"], ["remote_addr"], ["client_ip"], ["clientip"], ["remote_ip"]],
  agent: [["http_user_agent"], ["user_agent"], ["agent"]],
  method: [["request_method"], ["method"]],
  route: [["request_uri"], ["uri"], ["path"], ["url"]],
  request: [["request"]],
  status: [["status"], ["response_code"]],
  latency: [
    { path: ["request_time"], unitUs: SECOND_US },
    { path: ["upstream_response_time"], unitUs: SECOND_US },
  ],
  bytes: [["body_bytes_sent"], ["bytes_sent"], ["size"]],
};

/** Variables of nginx that hardly anything else writes. */
const VARIABLES = [
  "request_time",
  "remote_addr",
  "body_bytes_sent",
  "request_uri",
  "http_user_agent",
  "upstream_response_time",
  "time_iso8601",
  "time_local",
];

function isOwn(object: JsonFacts): boolean {
  return VARIABLES.filter((name) => Object.hasOwn(object, name)).length >= 2;
}

/** The format `nginx-json`. */
export const nginxJson: TraceFormat = {
  name: "nginx-json",
  recognises: (firstLines) => recogniseJson(firstLines, isOwn, '{"time_iso8601":…,"remote_addr":…,"request_time":…}'),
  create: (builder, options) =>
    createJsonRows(builder, options, { keys: KEYS, needed: ["status", "route"], describe: () => "nginx log as JSON" }),
};
