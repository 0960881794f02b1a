/** The shape of a version of the service in scenario and version files: latency, errors, declines, routes, segments. */
import { z } from "zod";
import type {
  ErrorModel,
  LatencyModel,
  RouteOverride,
  SegmentOverride,
  VersionModel,
} from "../engine/service/version-model.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity } from "./field.ts";
import { nearestWord } from "./nearest-word.ts";
import { parseFactor, parseLatency, parsePositiveDuration, parseShare } from "./quantity.ts";
import { complainOfSegment, parseSegment, type KnownSegments } from "./segment-name.ts";
import { buildErrors, checkErrors, errorsShape, rateOf } from "./version-errors.ts";
import { buildLatency, checkLatency, isModel, latencyShape } from "./version-latency.ts";
import type { NodePath } from "./yaml-text.ts";

const declines = quantity(parseShare, "Share of the requests that the candidate declines without an attempt: 30%");

const timeout = quantity(parseLatency, "An attempt that would take longer fails then, with the kind timeout: 2s");
const behaviour = {
  latency: latencyShape.optional(),
  errors: errorsShape.optional(),
  declines: declines.optional(),
  timeout: timeout.optional(),
};

const override = mapping(behaviour, "What is different here");

/** The keys of a version. */
export const versionShape = mapping(
  {
    ...behaviour,
    routes: z
      .record(z.string(), override)
      .optional()
      .meta({ description: "What single routes do differently, by name" }),
    segments: z
      .record(z.string(), override)
      .optional()
      .meta({ description: "What users of a segment meet differently: { region=eu: { latency: 90ms } }" }),
    warmUp: mapping(
      {
        factor: quantity(parseFactor, "The latency is so many times as long at first: x 5"),
        over: quantity(parsePositiveDuration, "And falls evenly to its own over this time: 2m"),
      },
      "The candidate is slow after its start, which is that of the rollout",
    ).optional(),
  },
  "How a version of the service behaves; the candidate's may be on top of the baseline's",
);

/** What a file says of a version. */
export type VersionText = z.output<typeof versionShape>;
type OverrideText = z.output<typeof override>;

/**
 * Complains of what spans the fields of a version: percentiles that do not ascend, a baseline that is relative to
 * itself or declines, unknown routes and segments. `routes` null: not known here; `segments` null: there are none.
 */
export function checkVersion(
  version: Partly<VersionText>,
  which: "baseline" | "candidate",
  routes: readonly string[] | null,
  path: NodePath,
  report: Report,
  segments: KnownSegments | null = null,
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
  for (const [name, override] of Object.entries(version.segments ?? {})) {
    const at = [...path, "segments", name];
    const selector = parseSegment(name);
    const complaints = selector.ok ? complainOfSegment(selector.value, segments ?? {}) : selector.complaints;
    for (const complaint of complaints) report(at, complaint);
    checkBehaviour(override, which, at, report);
  }
  if (which === "baseline" && version.warmUp !== undefined) {
    report([...path, "warmUp"], complain("only the candidate is started: the baseline has been running all along"));
  }
}

function checkBehaviour(
  behaviour: Partly<OverrideText>,
  which: "baseline" | "candidate",
  path: NodePath,
  report: Report,
): void {
  checkLatency(behaviour?.latency, [...path, "latency"], report);
  checkErrors(behaviour?.errors, [...path, "errors"], report);
  if (which === "candidate" || behaviour === undefined) return;
  if (isModel(behaviour.latency) && behaviour.latency.kind === "relative") {
    report(
      [...path, "latency"],
      complain("only the candidate's latency can be relative: it is on top of the baseline's"),
    );
  }
  if (rateOf(behaviour.errors)?.kind === "relative") {
    report(
      [...path, "errors"],
      complain("only the candidate's errors can be relative: they are on top of the baseline's"),
    );
  }
  if (behaviour.declines !== undefined)
    report([...path, "declines"], complain("only the candidate can decline requests"));
}

/** The model that a version of a file stands for; what is left out is as the baseline (of a baseline: no errors). */
export function buildVersion(text: VersionText, which: "baseline" | "candidate"): VersionModel {
  const same: LatencyModel = { kind: "relative", factor: 1, addUs: 0 };
  const noErrors: ErrorModel = which === "baseline" ? { kind: "own", ppm: 0 } : { kind: "relative", addPpm: 0 };
  return {
    latency: text.latency === undefined ? same : buildLatency(text.latency),
    errors: text.errors === undefined ? noErrors : buildErrors(text.errors),
    declinePpm: text.declines ?? 0,
    routes: Object.fromEntries(
      Object.entries(text.routes ?? {}).map(([name, override]) => [name, buildOverride(override)]),
    ),
    ...(text.segments === undefined ? {} : { segments: buildSegments(text.segments) }),
    ...(text.timeout === undefined ? {} : { timeoutUs: text.timeout }),
    ...(text.warmUp === undefined ? {} : { warmUp: { factor: text.warmUp.factor, overUs: text.warmUp.over } }),
  };
}

function buildSegments(text: NonNullable<VersionText["segments"]>): SegmentOverride[] {
  return Object.entries(text).flatMap(([name, override]) => {
    const selector = parseSegment(name);
    return selector.ok ? [{ where: selector.value, ...buildOverride(override) }] : [];
  });
}

function buildOverride(text: OverrideText): RouteOverride {
  return {
    ...(text.latency === undefined ? {} : { latency: buildLatency(text.latency) }),
    ...(text.errors === undefined ? {} : { errors: buildErrors(text.errors) }),
    ...(text.declines === undefined ? {} : { declinePpm: text.declines }),
    ...(text.timeout === undefined ? {} : { timeoutUs: text.timeout }),
  };
}
