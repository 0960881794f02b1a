/** Logs of a shop, generated: the same bytes for the same size. */
import { closeSync, openSync, writeSync } from "node:fs";
import { isoFromEpochUs } from "../src/replay/calendar.ts";

/** Which logs there are: a combined log with request times, JSON lines with nginx's names, CSV with a header. */
export const LOG_KINDS = ["combined", "json", "csv"] as const;

/** One of them. */
export type LogKind = (typeof LOG_KINDS)[number];

const FIRST_US = 1_715_940_303_000_000;
const MEAN_DISTANCE_US = 2_000;
const BLOCK_BYTES = 1_048_576;
const AGENTS = Array.from(
  { length: 40 },
  (_, i) => `Mozilla/5.0 (X11; Linux x86_64; rv:${100 + i}.0) Gecko/20100101 Firefox/${100 + i}.0`,
);

/** Writes at least so many bytes of a log into a file; returns how many. */
export function writeLog(kind: LogKind, path: string, bytesMin: number): number {
  const file = openSync(path, "w");
  try {
    let written = kind === "csv" ? writeSync(file, "timestamp,user,route,status,latency_ms\n") : 0;
    let block = "";
    const random = createRandom();
    let atUs = FIRST_US;
    while (written < bytesMin) {
      atUs += random(2 * MEAN_DISTANCE_US);
      block += lineOf(kind, atUs, random);
      if (block.length < BLOCK_BYTES && written + block.length < bytesMin) continue;
      written += writeSync(file, block);
      block = "";
    }
    return written;
  } finally {
    closeSync(file);
  }
}

type Random = (below: number) => number;

/** Whole numbers below another one; the numbers of Lehmer's generator. */
function createRandom(): Random {
  let state = 48_271;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function lineOf(kind: LogKind, atUs: number, random: Random): string {
  const user = random(20_000);
  const address = `10.${user >> 12}.${(user >> 6) & 63}.${user & 63}`;
  const agent = AGENTS[user % AGENTS.length] ?? "";
  const kindOfPage = random(10);
  const path =
    kindOfPage < 3 ? `/shop/item/${random(5_000)}` : `/shop/section-${random(400) + 1_000}x/page?sort=${random(9)}`;
  const method = kindOfPage === 0 ? "POST" : "GET";
  const status = random(200) === 0 ? 503 : random(30) === 0 ? 404 : 200;
  const latencyMs = 5 + random(400);
  const bytes = 200 + random(50_000);
  const iso = isoFromEpochUs(atUs);
  switch (kind) {
    case "combined": {
      const time = `${iso.slice(8, 10)}/May/2024:${iso.slice(11, 19)} +0000`;
      const seconds = (latencyMs / 1_000).toFixed(3);
      return `${address} - - [${time}] "${method} ${path} HTTP/1.1" ${status} ${bytes} "https://shop.example/" "${agent}" ${seconds}\n`;
    }
    case "json":
      return `${JSON.stringify({
        time_iso8601: `${iso.slice(0, 19)}+00:00`,
        remote_addr: address,
        remote_user: "-",
        request_method: method,
        request_uri: path,
        status,
        body_bytes_sent: bytes,
        request_time: latencyMs / 1_000,
        http_referer: "https://shop.example/",
        http_user_agent: agent,
      })}\n`;
    case "csv":
      return `${Math.floor(atUs / 1_000)},u${user},${method} ${path},${status},${latencyMs}.${random(9) + 1}\n`;
  }
}
