/** Vegeta's results as JSON lines (`vegeta encode`): the time is the request's start, the latency in nanoseconds. */
import { recogniseJson, type JsonFacts } from "./json-recognition.ts";
import type { JsonKeys } from "./json-keys.ts";
import { createJsonRows } from "./json-rows.ts";
import { loadStatusOf } from "./load-status.ts";
import type { TraceFormat } from "./trace-format.ts";

const KEYS: JsonKeys = {
  start: [["timestamp"]],
  method: [["method"]],
  route: [["url"]],
  status: [["code"]],
  error: [["error"]],
  latency: [{ path: ["latency"], unitUs: 0.001 }],
  bytes: [["bytes_in"]],
};

function isOwn(object: JsonFacts): boolean {
  return ["code", "timestamp", "latency", "bytes_out", "bytes_in"].every((name) => Object.hasOwn(object, name));
}

/** The format `vegeta-json`. */
export const vegetaJson: TraceFormat = {
  name: "vegeta-json",
  recognises: (firstLines) => recogniseJson(firstLines, isOwn, '{"code":…,"timestamp":…,"latency":…,"bytes_in":…}'),
  create: (builder, options) =>
    createJsonRows(builder, options, {
      keys: KEYS,
      needed: [],
      statusOf: loadStatusOf,
      describe: () => "Vegeta's results as JSON",
    }),
};
