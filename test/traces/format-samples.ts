/** A row of every format, for tests that do something to logs of all of them. */

/** Two digits that differ from row to row. */
const two = (row: number): string => String((row * 7) % 60).padStart(2, "0");
const json = JSON.stringify;

/** By the format's name: what stands above the rows, and a row by its number. */
export const FORMATS: readonly (readonly [string, string, (row: number) => string])[] = [
  [
    "common-log",
    "",
    (row) =>
      `10.0.0.${row % 7} - - [17/May/2024:10:05:${two(row)} +0330] "GET /p/${row}|x HTTP/1.1" 200 ${row} "-" "x \\" y" 0.${row}`,
  ],
  [
    "nginx-json",
    "",
    (row) =>
      json({
        time_iso8601: `2024-05-17T10:05:${two(row)}+00:00`,
        remote_addr: "::1",
        request: `GET /${row} HTTP/1.1`,
        status: row % 9 === 0 ? 499 : "200",
        request_time: `0.${row}`,
        upstream_response_time: "",
      }),
  ],
  [
    "envoy",
    "",
    (row) =>
      row % 2 === 0
        ? `[2024-05-17T10:05:${two(row)}.250Z] "GET /${row} HTTP/2" 200 - 0 1 ${row} 1 "-" "agent" "id" "shop" "-"`
        : json({
            start_time: `2024-05-17T10:05:${two(row)}Z`,
            response_code: 503,
            duration: row,
            method: "GET",
            path: "/",
          }),
  ],
  [
    "caddy",
    "",
    (row) =>
      json({
        level: "info",
        ts: 1_715_940_303.5 + row,
        msg: "é",
        request: { uri: `/${row}`, headers: { "User-Agent": ["x"] } },
        status: 200,
        duration: 1e-3,
      }),
  ],
  [
    "traefik-json",
    "",
    (row) => json({ StartUTC: `2024-05-17T10:05:${two(row)}Z`, DownstreamStatus: 200, Duration: row * 1_000 }),
  ],
  [
    "alb",
    "",
    (row) =>
      `https 2024-05-17T10:05:${two(row)}.5Z app/x 10.0.0.1:${row} - 0.1 0.2 -1 200 - 1 2 "GET http://h:80/${row} HTTP/1.1" "agent" - - arn "t" "d" "c" 0 2024-05-17T10:05:03Z "-" "-" "-"`,
  ],
  [
    "w3c",
    "#Fields: date time c-ip cs-method cs-uri-stem sc-status time-taken\n",
    (row) => `2024-05-17 10:05:${two(row)} 10.0.0.1 GET /${row} 200 ${row}`,
  ],
  [
    "cloudfront",
    "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status time-taken\n",
    (row) =>
      `2024-05-17\t10:05:${two(row)}\tFRA\t${row}\t10.0.0.1\tGET\th\t/${row}\t${row % 5 === 0 ? "000" : 200}\t0.1`,
  ],
  [
    "haproxy",
    "",
    (row) =>
      `10.0.0.1:${row} [17/May/2024:10:05:${two(row)}.127] web~ shop/n 0/0/1/2/${row} 200 7 - - ---- 1/1/0/0/0 0/0 {x} "GET /${row} HTTP/1.1"`,
  ],
  [
    "csv",
    "timestamp,user,route,status,latency\n",
    (row) => `171594030${row % 9},u${row % 4},/p/${row},${row % 5 === 0 ? "Timeout" : 200},${row}.5`,
  ],
  [
    "k6-csv",
    "metric_name,timestamp,metric_value,error,error_code,method,name,status\n",
    (row) => `${row % 3 === 0 ? "vus" : "http_req_duration"},17159403${two(row)},${row}.25,,,GET,/${row},200`,
  ],
  [
    "jtl",
    "timeStamp,elapsed,label,responseCode,threadName,success\n",
    (row) => `17159403${two(row)}250,${row},/${row},${row % 4 === 0 ? "java.io.X" : 200},T 1-${row % 3},true`,
  ],
  [
    "spans-csv",
    "TraceID,SpanID,ParentID,OperationName,StartTimeUnixNano,EndTimeUnixNano\n",
    (row) => `t${row},s${row},${row % 3 === 0 ? "s1" : "root"},op,16611409215908578${two(row)},1661140921751703623`,
  ],
  [
    "json-lines",
    "",
    (row) => json({ at: { time: 1_715_940_303 + row }, user: { id: row % 4 }, url: `/${row}`, code: 200, took: "3ms" }),
  ],
  [
    "k6-json",
    "",
    (row) =>
      json({
        type: "Point",
        metric: row % 3 === 0 ? "vus" : "http_req_duration",
        data: { time: `2024-05-17T10:05:${two(row)}Z`, value: row, tags: { status: "200", url: "/" } },
      }),
  ],
  [
    "vegeta-json",
    "",
    (row) =>
      json({
        code: 200,
        timestamp: `2024-05-17T10:05:${two(row)}Z`,
        latency: row,
        bytes_out: 0,
        bytes_in: 1,
        url: "/",
      }),
  ],
  [
    "otlp",
    "",
    (row) =>
      json({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    name: "x",
                    parentSpanId: row % 4 === 0 ? "a1" : "",
                    startTimeUnixNano: `17159403032500009${two(row)}`,
                    endTimeUnixNano: `1715940303500000${row % 10}99`,
                  },
                ],
              },
            ],
          },
        ],
      }),
  ],
  ["vegeta-csv", "", (row) => `17159403032500009${two(row)},200,${row}000,0,12,,,a,${row},GET,http://h/${row},`],
];
