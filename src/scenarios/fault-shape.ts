/** The shape of a fault in scenario files: what goes wrong, where, when, and how it comes and goes. */
import { z } from "zod";
import type { Fault, FaultShape } from "../engine/service/fault.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity, sentence } from "./field.ts";
import { nearestWord } from "./nearest-word.ts";
import { buildOwnChanges, nameOwnChanges, ownChangesShape } from "./own-metric-fault.ts";
import {
  parseAddition,
  parseDuration,
  parsePositiveDuration,
  parseShare,
  writeDuration,
  writeShare,
} from "./quantity.ts";
import { rollbackFaultFields } from "./rollback-fault-text.ts";
import { complainOfSegment, parseSegment, type KnownSegments } from "./segment-name.ts";
import { parseErrorKind } from "./version-errors.ts";
import { parseLatencyChange } from "./version-latency.ts";

/** A fault, as it stands in a file. */
export const faultShape = mapping(
  {
    name: z.string().min(1).optional().meta({ description: "Shown in reports (default: what it does)" }),
    at: quantity(parseDuration, "When it begins: 12m"),
    for: quantity(parsePositiveDuration, "How long it lasts (default: to the end)").optional(),
    version: z
      .enum(["baseline", "candidate", "both"])
      .default("candidate")
      .meta({ description: "Default: candidate. both: of something that both depend on, so that no fallback helps" }),
    errors: quantity((text) => parseAddition(text, parseShare), "Attempts that fail because of it: + 15%").optional(),
    kind: sentence(parseErrorKind, "Kind of these failures: http-503 (default: error)").optional(),
    latency: quantity(parseLatencyChange, "x 3, + 2s, x 3 + 10ms").optional(),
    declines: quantity(
      (text) => parseAddition(text, parseShare),
      "Requests that the candidate declines because of it: + 30%",
    ).optional(),
    weights: z.literal("swapped").optional().meta({
      description: "swapped: weights of the two pools that are stored meanwhile are stored the wrong way round",
    }),
    metrics: ownChangesShape.optional(),
    health: z.literal("failing").optional().meta({ description: "failing: health polls fail" }),
    route: z.string().optional().meta({ description: "Only this route (default: all)" }),
    segment: sentence(parseSegment, "Only users of this segment: region=eu (default: all)").optional(),
    ramp: quantity(parsePositiveDuration, "It grows evenly to all of this over so long, and stays").optional(),
    spike: quantity(parsePositiveDuration, "It grows evenly for so long, and then shrinks to its end").optional(),
    flapping: mapping(
      {
        on: quantity(parsePositiveDuration, "How long it is there each time: 30s"),
        off: quantity(parsePositiveDuration, "How long it is away in between: 1m"),
      },
      "It comes and goes",
    ).optional(),
    ...rollbackFaultFields,
  },
  "A change of a version's behaviour for a time: a step, or a ramp, a spike, or flapping",
);

/** A fault of a scenario file. */
export type FaultText = z.output<typeof faultShape>;

/** What may stand beside `weights`; the version is there although nobody wrote it. */
const WEIGHT_KEYS = ["name", "at", "for", "weights", "version"];
const SHAPES = ["ramp", "spike", "flapping"] as const;

/** Complains of faults that do nothing, or contradict themselves or the traffic. */
export function checkFault(
  fault: Partly<FaultText>,
  index: number,
  routes: readonly string[],
  segments: KnownSegments,
  durationUs: number | undefined,
  report: Report,
): void {
  if (fault === undefined) return;
  const path = ["faults", index];
  const effects = ["errors", "latency", "declines", "health", "weights", "metrics"];
  if (!effects.some((effect) => effect in fault)) {
    report(path, complain("a fault that does nothing", { found: "none of its effects", allowed: effects.join(", ") }));
  }
  if (fault.version === "baseline" && fault.declines !== undefined) {
    report([...path, "declines"], complain("only the candidate can decline requests"));
  }
  if (fault.kind !== undefined && !("errors" in fault)) {
    report([...path, "kind"], complain("a fault without errors has no kind of failure"));
  }
  if (fault.route !== undefined && !routes.includes(fault.route)) {
    const suggestion = nearestWord(fault.route, routes);
    const allowed = routes.join(", ");
    report([...path, "route"], complain("the traffic has no such route", { found: fault.route, allowed, suggestion }));
  }
  if (fault.segment !== undefined) {
    for (const complaint of complainOfSegment(fault.segment as Record<string, string>, segments)) {
      report([...path, "segment"], complaint);
    }
  }
  for (const narrow of ["route", "segment"] as const) {
    if (fault[narrow] === undefined || fault.health === undefined) continue;
    report([...path, narrow], complain(`health is the whole version's: a fault of one ${narrow} cannot fail it`));
  }
  if (fault.weights !== undefined) checkWeights(fault, path, report);
  checkShape(fault, path, report);
  if (fault.at !== undefined && durationUs !== undefined && fault.at >= durationUs) {
    report([...path, "at"], complain("the fault begins when the run is over"));
  }
}

/** Weights are no version's: nothing of a version stands beside them. */
function checkWeights(fault: Partly<FaultText> & object, path: readonly (string | number)[], report: Report): void {
  for (const [key, value] of Object.entries(fault)) {
    if (value === undefined || WEIGHT_KEYS.includes(key)) continue;
    report([...path, key], complain("a fault is one of the weights, or one of a version"));
  }
}

function checkShape(fault: Partly<FaultText> & object, path: readonly (string | number)[], report: Report): void {
  const given = SHAPES.filter((shape) => shape in fault);
  if (given.length > 1) {
    report([...path], complain("a fault comes in one way", { found: given.join(", "), allowed: SHAPES.join(" or ") }));
  }
  const { spike, health } = fault;
  if (spike !== undefined && !("for" in fault)) {
    report([...path, "spike"], complain("a spike needs an end", { allowed: "for: 5m beside it" }));
  } else if (spike !== undefined && fault.for !== undefined && spike >= fault.for) {
    const allowed = `less than ${writeDuration(fault.for)}, which it lasts`;
    report([...path, "spike"], complain("a spike grows and shrinks", { found: writeDuration(spike), allowed }));
  }
  if (health !== undefined && ("ramp" in fault || "spike" in fault)) {
    report([...path, "health"], complain("health fails or not: it cannot grow", { allowed: "a step, or flapping" }));
  }
}

/** The fault that a file stands for. */
export function buildFault(text: FaultText): Fault {
  const shape = buildShape(text);
  return {
    name: text.name ?? faultName(text),
    version: text.version,
    atUs: text.at,
    untilUs: text.for === undefined ? Number.MAX_SAFE_INTEGER : text.at + text.for,
    errorPpm: text.errors ?? 0,
    declinePpm: text.declines ?? 0,
    latencyFactor: text.latency?.factor ?? 1,
    latencyAddUs: text.latency?.addUs ?? 0,
    failsHealth: text.health === "failing",
    route: text.route ?? null,
    ...(text.segment === undefined ? {} : { where: text.segment }),
    ...(shape === null ? {} : { shape }),
    ...(text.kind === undefined ? {} : { errorKind: text.kind }),
    ...(text.weights === undefined ? {} : { swapsWeights: true as const }),
    ...(text.metrics === undefined ? {} : { metrics: buildOwnChanges(text.metrics) }),
  };
}

function buildShape({ ramp, spike, flapping }: FaultText): FaultShape | null {
  if (ramp !== undefined) return { kind: "ramp", riseUs: ramp };
  if (spike !== undefined) return { kind: "spike", riseUs: spike };
  if (flapping !== undefined) return { kind: "flapping", onUs: flapping.on, offUs: flapping.off };
  return null;
}

/** `candidate errors +15%, latency x3`. */
function faultName(text: FaultText): string {
  if (text.weights !== undefined) return "weights of the pools swapped";
  const effects: string[] = [];
  if (text.errors !== undefined) effects.push(`errors +${writeShare(text.errors)}`);
  if (text.declines !== undefined) effects.push(`declines +${writeShare(text.declines)}`);
  if (text.latency !== undefined && text.latency.factor !== 1) effects.push(`latency x${text.latency.factor}`);
  if (text.latency !== undefined && text.latency.addUs > 0)
    effects.push(`latency +${writeDuration(text.latency.addUs)}`);
  effects.push(...nameOwnChanges(text.metrics));
  if (text.health !== undefined) effects.push(`health ${text.health}`);
  const shape = SHAPES.find((one) => text[one] !== undefined);
  const places = [text.route, text.segment === undefined ? undefined : segmentName(text.segment)];
  const where = places.filter((place) => place !== undefined).join(" and ");
  const who = text.version === "both" ? "both versions'" : text.version;
  return [who, effects.join(", "), shape === undefined ? "" : `(${shape})`, where === "" ? "" : `on ${where}`]
    .filter((word) => word !== "")
    .join(" ");
}

function segmentName(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
