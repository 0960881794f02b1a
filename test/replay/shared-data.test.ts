import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { describeProblem } from "../../src/engine/kernel/problem.ts";
import type { ImportReport } from "../../src/replay/import-report.ts";
import { readImportSettings } from "../../src/replay/import-settings.ts";
import { readTrace } from "../../src/replay/read-trace.ts";

const DATA = fileURLToPath(new URL("../../../shared/data/", import.meta.url));
const ZONE = { zone: "UTC", start: "2024-05-17T10:00:00Z" };

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}

async function read(path: string): Promise<ImportReport | string> {
  const settings = readImportSettings(ZONE);
  if (!settings.ok) throw new Error("these settings are valid");
  const trace = await readTrace(path, settings.value);
  return trace.ok ? trace.value.report : trace.problems.map(describeProblem).join("\n");
}

/** Public logs: what is seen of each. */
const SEEN: readonly (readonly [string, string, Partial<ImportReport>])[] = [
  ["crowdsec/aws-alb-logs/aws-alb-logs.log", "Application Load Balancer log", { rows: 14, accepted: 14 }],
  ["crowdsec/aws-cloudfront-logs/aws-cloudfront-logs.log", "CloudFront log", { rows: 2, accepted: 2, duplicates: 0 }],
  ["crowdsec/caddy-logs/caddy-logs.log", "Caddy log", { rows: 12, accepted: 10, clientLeft: 7 }],
  ["crowdsec/envoy-logs/envoy.log", "Envoy log, in part as JSON, behind the prefix of Kubernetes", { rows: 10 }],
  ["crowdsec/haproxy-logs/haproxy-logs.log", "HAProxy HTTP log", { rows: 5, accepted: 2, rejected: 3 }],
  ["crowdsec/traefik_clf/traefik_clf.log", "Traefik's common log, with request time", { rows: 9, rejected: 2 }],
  ["crowdsec/traefik_json/traefik_json.log", "Traefik log as JSON", { rows: 7, accepted: 6 }],
  ["crowdsec/apache2-malformed/apache2-logs.log", "combined log", { rows: 11, accepted: 11, routes: 1 }],
  ["elastic/apache_logs", "combined log", { rows: 10_000, accepted: 10_000, outOfOrder: 4_915, misplaced: 9_448 }],
  ["azure/AzureLLMInferenceTrace_code.csv", "CSV", { rows: 8_819, accepted: 8_819, withoutLatency: 8_819 }],
  ["k6/get_all_products_1000_report1.csv", "k6 metrics as CSV", { rows: 17_040, accepted: 1_000, rejected: 16_040 }],
  ["mooncake/conversation_trace.jsonl", "JSON lines", { rows: 12_031, sharingStart: 12_031, sharingStartMax: 28 }],
  ["nezha/04_02_trace.csv", "spans as CSV", { rows: 22_345, accepted: 515, withoutLatency: 0 }],
  ["lnav/logfile_caddy_log.0", "Caddy log, behind the prefix of Docker Compose", { rows: 39, accepted: 4 }],
  ["lnav/logfile_haproxy.0", "HAProxy HTTP log, behind the prefix of syslog", { rows: 17, accepted: 13 }],
  ["lnav/logfile_shop_access_log.0", "combined log", { rows: 1_000, accepted: 1_000 }],
  ["lnav/logfile_w3c_big.0", "W3C extended log", { rows: 210, accepted: 210, withoutLatency: 0, holes: 7 }],
];

describe.skipIf(!existsSync(DATA))("public logs", () => {
  it.each(SEEN)("%s is a %s", async (file, format, figures) => {
    expect(await read(join(DATA, file))).toMatchObject({ format, ...figures });
  });

  it("otel/trace.json has no root span, and is refused for it", async () => {
    expect(await read(join(DATA, "otel/trace.json"))).toContain("as OTLP spans as JSON: 1 x a child span");
  });

  it("are imported, each row accounted for, or refused for a stated reason", async () => {
    for (const path of filesIn(DATA)) {
      const report = await read(path);
      if (typeof report === "string")
        expect(report).toMatch(/cannot be told; tried: |no (?:time|zone|start)|none of \d+/u);
      else expect([path, report.accepted + report.rejected]).toEqual([path, report.rows]);
    }
  });
});
