/**
 * k6's `--out json`: one object per line, a metric's definition or a point of it. The points of `http_req_duration` are
 * the requests; all else is counted as rejected. The time is the request's end.
 */
import { isObject, recogniseJson, type JsonFacts } from "./json-recognition.ts";
import type { JsonKeys } from "./json-keys.ts";
import { createJsonRows } from "./json-rows.ts";
import { loadStatusOf } from "./load-status.ts";
import { OTHER_METRIC, type TraceFormat } from "./trace-format.ts";

const KEYS: JsonKeys = {
  end: [["data", "time"]],
  user: [["data", "tags", "vu"]],
  method: [["data", "tags", "method"]],
  route: [
    ["data", "tags", "name"],
    ["data", "tags", "url"],
  ],
  status: [["data", "tags", "status"]],
  error: [["data", "tags", "error"]],
  errorCode: [["data", "tags", "error_code"]],
  latency: [{ path: ["data", "value"], unitUs: 1_000 }],
};

function isOwn(object: JsonFacts): boolean {
  return (
    (object["type"] === "Point" || object["type"] === "Metric") &&
    Object.hasOwn(object, "metric") &&
    isObject(object["data"])
  );
}

/** The format `k6-json`. */
export const k6Json: TraceFormat = {
  name: "k6-json",
  recognises: (firstLines) => recogniseJson(firstLines, isOwn, '{"type":"Point","metric":…,"data":{"time":…}}'),
  create: (builder, options) =>
    createJsonRows(builder, options, {
      keys: KEYS,
      needed: [],
      statusOf: loadStatusOf,
      only: [
        { path: ["type"], value: "Point", otherwise: OTHER_METRIC },
        { path: ["metric"], value: "http_req_duration", otherwise: OTHER_METRIC },
      ],
      describe: () => "k6 metrics as JSON",
      notes: () => ["the points of http_req_duration are the requests; those of other metrics are counted as rejected"],
    }),
};
