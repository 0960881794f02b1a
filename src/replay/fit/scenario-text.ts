/** A fitted trace as a scenario file, with comments. */
import type { ErrorModel, LatencyModel } from "../../engine/service/version-model.ts";
import { SECOND_US } from "../../engine/kernel/units.ts";
import { writeDuration, writeShare } from "../../scenarios/quantity.ts";
import { errorText, type FittedTrace, type FittedUsers, type FittedVersion } from "./fitted.ts";

/** What stands in the file besides the fit. */
export interface ScenarioHead {
  readonly name: string;
  readonly policy: string;
  /** Of the trace, as typed. */
  readonly source: string;
  readonly rows: number;
  readonly spanUs: number;
}

/** The file. It reads back without a problem. */
export function scenarioText(fitted: FittedTrace, head: ScenarioHead): string {
  const { users, routes, baseline, candidate } = fitted;
  const lines = [
    `# Fitted to ${comment(head.source)}: ${head.rows} requests within ${writeDuration(Math.round(head.spanUs / SECOND_US) * SECOND_US)}.`,
    ...fitted.warnings.map((warning) => `# Note: ${comment(warning)}.`),
    `scenario: ${quoted(head.name)}`,
    "# Which policy is rehearsed: a built-in name (rehearse list policies), or a file.",
    `policy: ${quoted(head.policy)}`,
    trafficText(fitted),
    usersText(users),
    "# Requests of each route.",
    `routes:\n${routes.map(({ name, weight }) => `  ${quoted(name)}: ${weight}`).join("\n")}`,
    versionText("baseline", baseline),
    candidate === null
      ? "# The trace does not tell versions apart: the same as the baseline. Change it: latency: x 0.5, errors: + 0.3%.\ncandidate:\n  latency: x 1"
      : versionText("candidate", candidate),
  ];
  return `${lines.join("\n")}\n`;
}

function usersText({ population, populationError, seen, zipf, zipfError }: FittedUsers): string {
  if (populationError === null) {
    return [
      "# The trace names no user: requests say nothing of their senders. The population is a guess: one for each row.",
      `users:\n  population: ${population}\n  identity: none`,
    ].join("\n");
  }
  return [
    `# ${seen} users were seen. How many there are, and how unevenly busy (Zipf's law), by maximum likelihood.`,
    `users:\n  population: ${population} # standard error ${populationError}`,
    zipf === 0
      ? "  # All users are equally busy, as far as can be told."
      : `  zipf: ${plain(zipf)} # standard error ${errorText(zipfError ?? 0)}`,
  ].join("\n");
}

function trafficText({ arrivals, stepUs }: FittedTrace): string {
  switch (arrivals.kind) {
    case "constant":
    case "poisson":
      return `# The rate does not change over the trace by more than luck.\ntraffic:\n  ${arrivals.kind}: ${rate(arrivals.perSecond)}`;
    case "bursts":
    case "varying": {
      if (arrivals.kind === "bursts") return "";
      const lines = arrivals.points.map(({ atUs, perSecond }) => `    ${writeDuration(atUs)}, ${rate(perSecond)}`);
      return [
        `# In steps of ${writeDuration(stepUs ?? 0)}; at the end of the trace it starts again.`,
        "traffic:",
        `  rates: |\n${lines.join("\n")}`,
        ...(arrivals.repeatUs === null ? [] : [`  repeat: ${writeDuration(arrivals.repeatUs)}`]),
        ...(arrivals.spacing === "even" ? ["  spacing: even"] : []),
      ].join("\n");
    }
  }
}

function versionText(name: string, version: FittedVersion): string {
  const routes = Object.entries(version.routes).flatMap(([route, { latency, errors }]) => [
    `    ${quoted(route)}:`,
    ...(latency === null ? [] : [`      latency: ${latencyText(latency)}`]),
    ...(errors === null ? [] : [`      errors: ${errorsText(errors)}`]),
  ]);
  return [
    `# From ${version.rows} rows${version.isMeasured ? "" : "; the latency is a guess"}.`,
    `${name}:`,
    `  latency: ${latencyText(version.latency)}`,
    `  errors: ${errorsText(version.errors)}`,
    ...(routes.length === 0 ? [] : ["  routes:", ...routes]),
  ].join("\n");
}

function latencyText(latency: LatencyModel): string {
  switch (latency.kind) {
    case "constant":
      return writeDuration(latency.us);
    case "lognormal": {
      const names = latency.points.map(
        ({ quantile, us }) => `p${String(quantile).slice(2).padEnd(2, "0")}: ${writeDuration(us)}`,
      );
      return `{ ${names.join(", ")} }`;
    }
    case "empirical": {
      const points = latency.points.map(
        ({ quantile, us }) => `${writeShare(Math.round(quantile * 1_000_000))}: ${writeDuration(us)}`,
      );
      return `{ quantiles: { ${points.join(", ")} } }`;
    }
    case "exponential":
      return `{ exponential: ${writeDuration(Math.round(latency.meanUs))} }`;
    case "relative":
      return `x ${plain(latency.factor)}`;
    case "mixture": {
      const parts = latency.parts.map((part) => `{ weight: ${part.weight}, latency: ${latencyText(part.latency)} }`);
      return `{ mixture: [${parts.join(", ")}] }`;
    }
  }
}

function errorsText(errors: ErrorModel): string {
  const share = errors.kind === "own" ? writeShare(errors.ppm) : `+ ${writeShare(errors.addPpm)}`;
  const { kinds, bursts } = errors;
  if (kinds === undefined && bursts === undefined) return share;
  const ofKinds = (kinds ?? []).map(({ name, weight }) => `${quoted(name)}: ${weight}`).join(", ");
  const parts = [
    `rate: ${share}`,
    ...(kinds === undefined ? [] : [`kinds: { ${ofKinds} }`]),
    ...(bursts === undefined
      ? []
      : [
          `bursts: { rate: ${writeShare(bursts.ppm)}, every: ${writeDuration(bursts.everyUs)}, lasts: ${writeDuration(bursts.lastsUs)} }`,
        ]),
  ];
  return `{ ${parts.join(", ")} }`;
}

/** Six digits are more than a fit knows; one a day is the least that a file can say. */
function rate(perSecond: number): string {
  return perSecond === 0 ? "0/s" : `${plain(Math.max(Number(perSecond.toPrecision(6)), 0.000_011_6))}/s`;
}

function plain(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(9) : text;
}

/** As YAML that can only be this text: a word as it is, anything else in double quotes. */
function quoted(text: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]*$/u.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/iu.test(text)
    ? text
    : JSON.stringify(text);
}

function comment(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ");
}
