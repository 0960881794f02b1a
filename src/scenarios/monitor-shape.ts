/** What a policy file says of its monitor, and a scenario file of what goes wrong with it. */
import { z } from "zod";
import {
  HEALTH_LIMITS,
  type HealthPart,
  type MonitorFault,
  type MonitorPolicy,
} from "../engine/monitor/monitor-policy.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity, sentence, wholeNumber } from "./field.ts";
import { parseDuration, parsePositiveDuration, parseShare, writeDuration } from "./quantity.ts";
import type { NodePath } from "./yaml-text.ts";

/** How many of the newest failures are kept where the file does not say. */
const RECENT_ERRORS = 20;

function limitField(part: HealthPart, ofWhat: string) {
  const { degradedPpm, unhealthyPpm } = HEALTH_LIMITS[part];
  return mapping(
    {
      degraded: quantity(parseShare, `Degraded above (default: ${degradedPpm / 10_000}%)`).default(degradedPpm),
      unhealthy: quantity(parseShare, `Unhealthy above (default: ${unhealthyPpm / 10_000}%)`).default(unhealthyPpm),
    },
    `Limits on ${ofWhat}`,
  )
    .default({ degraded: degradedPpm, unhealthy: unhealthyPpm })
    .transform(({ degraded, unhealthy }) => ({ degradedPpm: degraded, unhealthyPpm: unhealthy }));
}

const everyTicks = (description: string) => quantity(parsePositiveDuration, description).optional();

/** The monitor of a policy. */
export const monitorShape = mapping(
  {
    summaryEvery: everyTicks("A summary line so often: 30s (default: none)"),
    reportEvery: everyTicks("A report on the current stage so often, and of all at the end: 5m (default: none)"),
    recentErrors: wholeNumber(
      0,
      "So many of the newest failed attempts are kept; 0: failures are not looked at one by one (default: 20)",
    ).default(RECENT_ERRORS),
    by: z
      .array(z.string().min(1))
      .default([])
      .meta({ description: "Break the figures of every phase down by route, and by ways in which users are divided" }),
    scrapeEvery: everyTicks("The monitor fetches its figures only so often: 15s (default: at every tick)"),
    staleAfter: quantity(parseDuration, "Figures older than this are no data (default: any age will do)").optional(),
    health: mapping(
      {
        errors: limitField("errors", "failed attempts of all traffic"),
        cpu: limitField("cpu", "CPU"),
        memory: limitField("memory", "memory"),
        workers: limitField("workers", "busy workers"),
      },
      "When the overall status is degraded or unhealthy",
    ).prefault({}),
  },
  "What the monitor does besides looking at rules (default: nothing)",
);

type MonitorText = z.output<typeof monitorShape>;

/** The monitor that a file's values stand for. */
export function buildMonitor(text: MonitorText): MonitorPolicy {
  const { summaryEvery, reportEvery, scrapeEvery, staleAfter } = text;
  return {
    ...(summaryEvery === undefined ? {} : { summaryEveryUs: summaryEvery }),
    ...(reportEvery === undefined ? {} : { reportEveryUs: reportEvery }),
    recentErrors: text.recentErrors,
    by: text.by,
    ...(scrapeEvery === undefined ? {} : { scrapeEveryUs: scrapeEvery }),
    ...(staleAfter === undefined ? {} : { staleAfterUs: staleAfter }),
    health: text.health,
  };
}

/** Complains of times that are no whole number of ticks, and of limits in the wrong order. */
export function checkMonitor(
  monitor: Partly<MonitorText | undefined>,
  tickUs: number | undefined,
  above: NodePath,
  report: Report,
): void {
  if (monitor === undefined) return;
  const path = [...above, "monitor"];
  for (const key of ["summaryEvery", "reportEvery", "scrapeEvery"] as const) {
    const us = monitor[key];
    if (us === undefined || tickUs === undefined || us % tickUs === 0) continue;
    const allowed = `multiples of the tick, ${writeDuration(tickUs)}`;
    report([...path, key], complain("the monitor works at ticks", { found: writeDuration(us), allowed }));
  }
  const { scrapeEvery, staleAfter } = monitor;
  if (
    scrapeEvery !== undefined &&
    staleAfter !== undefined &&
    tickUs !== undefined &&
    staleAfter < scrapeEvery - tickUs
  ) {
    const allowed = `at least ${writeDuration(scrapeEvery - tickUs)}, the age that figures have between two fetches`;
    report(
      [...path, "staleAfter"],
      complain("figures would be stale all the time between two fetches", {
        found: writeDuration(staleAfter),
        allowed,
      }),
    );
  }
  for (const [part, limits] of Object.entries(monitor.health ?? {})) {
    const { degradedPpm, unhealthyPpm } = limits ?? {};
    if (degradedPpm === undefined || unhealthyPpm === undefined || degradedPpm <= unhealthyPpm) continue;
    report(
      [...path, "health", part],
      complain("unhealthy comes before degraded", { allowed: "degraded <= unhealthy" }),
    );
  }
}

/** `blind`, `stale`, `late 2m`. */
function parseEffect(text: string): Parsed<MonitorFault["effect"]> {
  const [word = "", ...rest] = text.trim().split(/\s+/);
  if ((word === "blind" || word === "stale") && rest.length === 0) return parsed({ kind: word });
  if (word !== "late") {
    return refused(
      complain("this is nothing that can go wrong with a monitor", {
        found: showFound(text),
        allowed: "blind, stale, late 2m",
      }),
    );
  }
  const read = parsePositiveDuration(rest.join(" "));
  return read.ok ? parsed({ kind: "late", lateUs: read.value }) : read;
}

/** One fault of the monitor. */
export const monitorFaultShape = mapping(
  {
    name: z.string().min(1).optional().meta({ description: "Shown in reports (default: what it does)" }),
    at: quantity(parseDuration, "When it begins: 12m"),
    for: quantity(parsePositiveDuration, "How long it lasts (default: to the end)").optional(),
    monitor: sentence(
      parseEffect,
      "blind: there is no data; stale: the figures stay as they are; late 2m: they are those of two minutes ago",
    ),
  },
  "Something that goes wrong with the monitor itself, while the system goes on",
);

/** The fault that a file's values stand for. */
export function buildMonitorFault(text: z.output<typeof monitorFaultShape>): MonitorFault {
  const { monitor: effect, at, for: lasts, name } = text;
  const words = effect.kind === "late" ? `late by ${writeDuration(effect.lateUs)}` : effect.kind;
  return {
    name: name ?? `monitor ${words}`,
    atUs: at,
    untilUs: lasts === undefined ? Number.MAX_SAFE_INTEGER : at + lasts,
    effect,
  };
}
