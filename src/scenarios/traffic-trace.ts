/**
 * Traffic in the shape of a recorded trace: what a scenario file says of it, and where its problems are shown. Logs
 * are read by a layer above, which passes the shapes in.
 */
import { dirname, isAbsolute, join } from "node:path";
import { z } from "zod";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import { DAY_US, MINUTE_US } from "../engine/kernel/units.ts";
import type { VaryingArrivals } from "../engine/traffic/traffic.ts";
import { complain, parsed, refused, type Parsed } from "./complaint.ts";
import type { ReadDocument } from "./document.ts";
import { mapping, quantity, sentence } from "./field.ts";
import { parseFactor, parsePositiveDuration, type QuantityText } from "./quantity.ts";
import { complainOfRates } from "./traffic-rates.ts";

/** How a trace is read where a file does not say. */
const DEFAULTS = { step: MINUTE_US, rate: 1, scale: 1 };

const path = sentence((text): Parsed<string> => {
  return text.trim() === "" ? refused(complain("the file's name is empty", { allowed: "shop.log" })) : parsed(text);
}, "The log or CSV file, seen from the scenario's own: shop.log");

const option = (description: string) => z.string().optional().meta({ description });

/** A trace as it stands in a file: its name alone, or with how it is to be read. */
export const traceShape = z
  .union(
    [
      path.transform((file) => ({ file, ...DEFAULTS })),
      mapping(
        {
          file: path,
          step: quantity(parseStep, "Within this time the rate is constant (default: 1m)").default(DEFAULTS.step),
          rate: quantity(parseFactor, "Arrives so many times as fast: x 35 (default: x 1)").default(DEFAULTS.rate),
          scale: quantity(parseFactor, "So many times as many requests: x 2.5 (default: x 1)").default(DEFAULTS.scale),
          format: option("Name of the format (default: told by the first lines)"),
          columns: option("Columns of a CSV file: timestamp=ts,user=client_id"),
          zone: option("Time zone of times that have none: +02:00"),
          from: option("Only what starts from here on: 2024-05-17T10:00:00Z, or 10m after the start"),
          to: option("Only what starts before this"),
          maxRejected: option("How many of the rows may be unreadable: 1% (default: none)"),
        },
        "A recorded trace",
      ),
    ],
    { error: "a trace is the name of a file, or a mapping with file" },
  )
  .optional()
  .meta({ description: "As busy as a recorded trace is: shop.log, or { file: shop.log, step: 10s, rate: x 35 }" });

/** What a file says of a trace. */
interface TraceText {
  readonly file: string;
  readonly step: number;
  readonly rate: number;
  readonly scale: number;
  readonly format?: string | undefined;
  readonly columns?: string | undefined;
  readonly zone?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly maxRejected?: string | undefined;
}

/** A trace whose shape is asked for. */
export interface TraceTraffic extends Omit<TraceText, "file"> {
  /** The file, seen from where the scenario's own name is seen from. */
  readonly path: string;
}

/**
 * Gives the shape of a trace. A problem without a line is one of the scenario: of the key of `traffic.trace` that its
 * path names.
 */
export type TraceShapes = (trace: TraceTraffic) => Read<VaryingArrivals>;

/** For who reads scenarios and no traces. */
export const noTraceShapes: TraceShapes = ({ path: found }) => {
  const complaint = complain("the shape of a trace is not known here: no traces are read", { found });
  return { ok: false, problems: [{ source: "", line: 0, column: 0, path: "file", ...complaint }] };
};

/** The arrivals of a scenario's trace with its spacing and repetition; null where its traffic is no trace. */
export function readTraced(
  traffic: {
    readonly trace?: TraceText | undefined;
    readonly repeat?: number | undefined;
    readonly spacing?: VaryingArrivals["spacing"] | undefined;
  },
  file: string,
  placeOf: ReadDocument<unknown>["placeOf"],
  shapes: TraceShapes,
): Read<VaryingArrivals | null> {
  const { trace, repeat, spacing = "poisson" } = traffic;
  if (trace === undefined) return { ok: true, value: null, warnings: [] };
  const { file: name, ...how } = trace;
  const read = shapes({ ...how, path: isAbsolute(name) ? name : join(dirname(file), name) });
  const place = (problem: Problem): Problem => {
    if (problem.line > 0) return problem;
    const key = problem.path === "" ? "file" : problem.path;
    const at = placeOf(["traffic", "trace", key]);
    const found = problem.found ?? (key === "file" ? name : null);
    return { ...problem, source: file, ...at, path: `traffic.trace.${key}`, found };
  };
  if (!read.ok) return { ok: false, problems: read.problems.map(place) };
  const wrong = complainOfRates(read.value.points, repeat ?? null);
  if (wrong.length > 0) {
    const at = placeOf(["traffic", "repeat"]);
    return {
      ok: false,
      problems: wrong.map(({ complaint }) => ({ source: file, ...at, path: "traffic.repeat", ...complaint })),
    };
  }
  return { ok: true, value: { ...read.value, spacing, repeatUs: repeat ?? null }, warnings: read.warnings.map(place) };
}

function parseStep(text: QuantityText): Parsed<number> {
  const step = parsePositiveDuration(text);
  if (!step.ok || step.value <= DAY_US) return step;
  return refused(complain("a step is at most a day", { found: String(text), allowed: "up to 24h" }));
}
