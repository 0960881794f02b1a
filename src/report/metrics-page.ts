/** The catalogue of metrics as a page of Markdown: `docs/metrics.md` is what this gives. */
import { METRICS, type MetricDefinition, type MetricUnit } from "../engine/monitor/catalogue.ts";
import { isSliced } from "../engine/monitor/sliced-metrics.ts";

const UNITS: Readonly<Record<MetricUnit, string>> = {
  rate: "share, `2%`",
  duration: "time, `200ms`",
  count: "number, `100`",
  perSecond: "rate, `5/s`",
  boolean: "`1` or `0`",
  number: "a number, `18.5`",
  size: "size, `1GB`",
};

/** The page, ending in a newline. */
export function metricsPage(): string {
  return `# Metrics

Every metric that rules, series and reports know. This page is generated from the catalogue in the program
(\`rehearse list metrics --markdown\`). [What the figures mean](semantics.md) says over which window they are measured.

A metric is named with its scope: \`candidate.errorRate\`. Without one it is the candidate's in gates and triggers, and
everybody's (\`all\`) in alerts. One without scopes is named as it stands. A metric that has slices can be measured on a
part of the traffic: \`errorRate of "GET /b" in region=eu > 5%\`. Where nothing is measured a metric is absent: it then
passes no gate and fires no trigger.

Scenarios may declare [metrics of their own](scenarios.md#metrics-of-its-own). A boolean \`NAME\` is measured as
\`NAME.rate\` and \`NAME.rate.delta\`, a number as \`NAME.mean\`, \`NAME.p50\`, \`NAME.p95\`, \`NAME.p99\`, \`NAME.p999\` and
\`NAME.mean.delta\`; with the scopes of the error rate, and with slices.

| metric | of | unit | a sample is | slices | what it is |
|---|---|---|---|---|---|
${METRICS.map(row).join("\n")}
`;
}

function row(metric: MetricDefinition): string {
  const scopes = metric.scopes.filter((scope) => scope !== "comparison").map((scope) => `\`${scope}\``);
  const cells = [
    `\`${metric.name}\``,
    scopes.join(", "),
    UNITS[metric.unit],
    metric.samples,
    isSliced(metric) ? "yes" : "",
    metric.means,
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}
