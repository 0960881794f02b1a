/** The shape of a version of the service in scenario and version files: latency, errors, declines, routes. */
import { z } from "zod";
import type { ErrorModel, LatencyModel, RouteOverride, VersionModel } from "../engine/service/version-model.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity } from "./field.ts";
import { nearestWord } from "./nearest-word.ts";
import {
  parseAddition,
  parseDuration,
  parseFactor,
  parseLatency,
  parseShare,
  writeDuration,
  type QuantityText,
} from "./quantity.ts";
import type { NodePath } from "./yaml-text.ts";

/** Percentiles that a latency can be given by, and the quantile of each. */
const PERCENTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/** A change of latency: `x 3`, `+ 2s`, `x 0.5 + 10ms`. */
export interface LatencyChange {
  readonly factor: number;
  readonly addUs: number;
}

/** Reads a change of latency. */
export function parseLatencyChange(text: QuantityText): Parsed<LatencyChange> {
  const match = /^\s*([x×][^+]*)?(\+.*)?\s*$/.exec(String(text));
  const [, factorText, additionText] = match ?? [];
  if (factorText === undefined && additionText === undefined) {
    const allowed = "x 0.5, + 2s, x 0.5 + 10ms";
    return refused(complain("this is not a change of latency", { found: showFound(text), allowed }));
  }
  const factor = factorText === undefined ? parsed(1) : parseFactor(factorText);
  const addition = additionText === undefined ? parsed(0) : parseAddition(additionText, parseDuration);
  if (factor.ok && addition.ok) return parsed({ factor: factor.value, addUs: addition.value });
  return { ok: false, complaints: [factor, addition].flatMap((one) => (one.ok ? [] : one.complaints)) };
}

function parseOwnOrRelativeLatency(text: QuantityText): Parsed<LatencyModel> {
  if (/^\s*[x×+]/.test(String(text))) {
    const change = parseLatencyChange(text);
    return change.ok ? parsed({ kind: "relative" as const, ...change.value }) : change;
  }
  const latency = parseLatency(text);
  return latency.ok ? parsed({ kind: "constant" as const, us: latency.value }) : latency;
}

function parseErrors(text: QuantityText): Parsed<ErrorModel> {
  if (/^\s*\+/.test(String(text))) {
    const addition = parseAddition(text, parseShare);
    return addition.ok ? parsed({ kind: "relative" as const, addPpm: addition.value }) : addition;
  }
  const share = parseShare(text);
  return share.ok ? parsed({ kind: "own" as const, ppm: share.value }) : share;
}

function percentile(name: keyof typeof PERCENTILES) {
  return quantity(parseLatency, `Latency that ${PERCENTILES[name] * 100} % of the attempts do not exceed`).optional();
}

const latency = z
  .union(
    [
      quantity(parseOwnOrRelativeLatency, "80ms (constant), or on top of the baseline's: x 0.5, + 2s, x 0.5 + 10ms"),
      mapping(
        {
          p50: percentile("p50"),
          p90: percentile("p90"),
          p95: percentile("p95"),
          p99: percentile("p99"),
          p999: percentile("p999"),
        },
        "Lognormal through at least two percentiles",
      ),
    ],
    { error: "a latency is a quantity, or a mapping of percentiles" },
  )
  .meta({ description: "How long an attempt takes" });
const errors = quantity(parseErrors, "Share of the attempts that fail: 0.5%; on top of the baseline's own: + 0.3%");
const declines = quantity(parseShare, "Share of the requests that the candidate declines without an attempt: 30%");

const route = mapping(
  { latency: latency.optional(), errors: errors.optional(), declines: declines.optional() },
  "What this route does differently",
);

/** The keys of a version. */
export const versionShape = mapping(
  {
    latency: latency.optional(),
    errors: errors.optional(),
    declines: declines.optional(),
    routes: z.record(z.string(), route).optional().meta({ description: "What single routes do differently, by name" }),
  },
  "How a version of the service behaves; the candidate's may be on top of the baseline's",
);

/** What a file says of a version. */
export type VersionText = z.output<typeof versionShape>;
type LatencyText = z.output<typeof latency>;
type RouteText = z.output<typeof route>;

/**
 * Complains of what spans the fields of a version: percentiles that do not ascend, a baseline that is relative to
 * itself or declines, unknown routes. `routes` null: not known here.
 */
export function checkVersion(
  version: Partly<VersionText>,
  which: "baseline" | "candidate",
  routes: readonly string[] | null,
  path: NodePath,
  report: Report,
): void {
  if (version === undefined) return;
  if (which === "baseline" && !("latency" in version)) {
    report(
      path,
      complain("the baseline's latency is missing", {
        allowed: "80ms, or percentiles such as { p50: 40ms, p99: 250ms }",
      }),
    );
  }
  checkBehaviour(version, which, path, report);
  for (const [name, override] of Object.entries(version.routes ?? {})) {
    const at = [...path, "routes", name];
    if (routes !== null && !routes.includes(name)) {
      const suggestion = nearestWord(name, routes);
      report(at, complain("the traffic has no such route", { found: name, allowed: routes.join(", "), suggestion }));
    }
    checkBehaviour(override, which, at, report);
  }
}

function checkBehaviour(
  behaviour: Partly<RouteText>,
  which: "baseline" | "candidate",
  path: NodePath,
  report: Report,
): void {
  checkLatency(behaviour?.latency, [...path, "latency"], report);
  if (which === "candidate" || behaviour === undefined) return;
  if (isModel(behaviour.latency) && behaviour.latency.kind === "relative") {
    report(
      [...path, "latency"],
      complain("only the candidate's latency can be relative: it is on top of the baseline's"),
    );
  }
  if (behaviour.errors?.kind === "relative") {
    report(
      [...path, "errors"],
      complain("only the candidate's errors can be relative: they are on top of the baseline's"),
    );
  }
  if (behaviour.declines !== undefined)
    report([...path, "declines"], complain("only the candidate can decline requests"));
}

function isModel(latency: Partly<LatencyText>): latency is LatencyModel {
  return latency !== undefined && "kind" in latency;
}

function checkLatency(latency: Partly<LatencyText>, path: NodePath, report: Report): void {
  if (latency === undefined || isModel(latency)) return;
  const given = latency as Partly<Exclude<LatencyText, LatencyModel>> & object;
  const names = (Object.keys(PERCENTILES) as (keyof typeof PERCENTILES)[]).filter((name) => name in given);
  if (names.length < 2) {
    const allowed = Object.keys(PERCENTILES).join(", ");
    report(path, complain("at least two percentiles are needed", { found: names.join(", ") || "none", allowed }));
  }
  for (const [index, name] of names.entries()) {
    const before = names[index - 1];
    const [lower, upper] = [before === undefined ? undefined : given[before], given[name]];
    if (before === undefined || lower === undefined || upper === undefined || upper > lower) continue;
    const allowed = `more than ${before}, ${writeDuration(lower)}`;
    report([...path, name], complain("percentiles must ascend", { found: writeDuration(upper), allowed }));
  }
}

/** The model that a version of a file stands for; what is left out is as the baseline (of a baseline: no errors). */
export function buildVersion(text: VersionText, which: "baseline" | "candidate"): VersionModel {
  const same: LatencyModel = { kind: "relative", factor: 1, addUs: 0 };
  const noErrors: ErrorModel = which === "baseline" ? { kind: "own", ppm: 0 } : { kind: "relative", addPpm: 0 };
  return {
    latency: text.latency === undefined ? same : buildLatency(text.latency),
    errors: text.errors ?? noErrors,
    declinePpm: text.declines ?? 0,
    routes: Object.fromEntries(
      Object.entries(text.routes ?? {}).map(([name, override]) => [name, buildRoute(override)]),
    ),
  };
}

function buildRoute(text: RouteText): RouteOverride {
  return {
    ...(text.latency === undefined ? {} : { latency: buildLatency(text.latency) }),
    ...(text.errors === undefined ? {} : { errors: text.errors }),
    ...(text.declines === undefined ? {} : { declinePpm: text.declines }),
  };
}

function buildLatency(text: LatencyText): LatencyModel {
  if ("kind" in text) return text;
  const points = Object.entries(PERCENTILES).flatMap(([name, quantile]) => {
    const us = text[name as keyof typeof PERCENTILES];
    return us === undefined ? [] : [{ quantile, us }];
  });
  return { kind: "lognormal", points };
}
