/** What a scenario file says of resources: of each version, of the items that caches keep, of clients, and of what goes wrong. */
import { z } from "zod";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import { mapping, quantity, wholeNumber } from "./field.ts";
import {
  parseAddition,
  parseDuration,
  parsePositiveDuration,
  parseShare,
  parseSize,
  type QuantityText,
} from "./quantity.ts";
import { latencyShape, parseLatencyChange } from "./version-latency.ts";

/** Most instances of a version, and most attempts that may wait at one. */
const INSTANCES_MAX = 1_000;
const QUEUE_MAX = 1_000_000;
const ITEMS_MAX = 20_000_000;
const RETRIES_MAX = 20;
const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3_600 };

/** A size per time as bytes per second: `2MB/min`. */
function parseSizeRate(text: QuantityText): Parsed<number> {
  const match = /^(.*)\/\s*([a-z]+)$/.exec(String(text).trim());
  const seconds = SECONDS[match?.[2] ?? ""];
  if (match === null || seconds === undefined) {
    const allowed = "a size per time such as 2MB/min, 100KB/s";
    return refused(complain("this is not a size per time", { found: showFound(text), allowed }));
  }
  const size = parseSize(match[1] ?? "");
  return size.ok ? parsed(size.value / seconds) : size;
}

function parseCollapse(text: QuantityText): Parsed<"flush" | number> {
  return text === "flush" ? parsed("flush" as const) : parseShare(text);
}

const cache = mapping(
  {
    entries: wholeNumber(1, "How many entries it holds").optional(),
    size: quantity(parseSize, "How much it holds: 512MB; entry says how large an entry is").optional(),
    entry: quantity(parseSize, "Size of an entry: 50KB").optional(),
    shared: z
      .literal(true)
      .optional()
      .meta({ description: "Of the candidate: true: it asks and fills the baseline's cache, as a common Redis" }),
    hit: latencyShape.optional().meta({
      description: "How long a hit is served: x 0.1 of the attempt without the cache (default), 2ms, percentiles",
    }),
  },
  "A cache of the version, shared by its instances; it forgets what was asked for longest ago",
);

const memory = mapping(
  {
    base: quantity(parseSize, "What an instance uses by itself: 40MB"),
    leak: quantity(parseSizeRate, "What it never gives back: 1MB/min (default: none)").optional(),
    leakPerAttempt: quantity(parseSize, "What it never gives back of an attempt: 200B (default: none)").optional(),
    garbage: quantity(parseSize, "What an attempt leaves behind until it is collected: 20KB").optional(),
    collectAt: quantity(parseSize, "Garbage is collected, all at once, when it reaches this: 16MB").optional(),
    perAttempt: quantity(parseSize, "What an attempt holds while it waits or is served: 100KB").optional(),
    limit: quantity(parseSize, "What memory.share is a share of: 512MB (default: none)").optional(),
  },
  "Memory of each instance",
);

/** The keys of a version's resources. */
export const resourceKeys = {
  instances: z
    .int()
    .min(1)
    .max(INSTANCES_MAX)
    .optional()
    .meta({ description: "How many instances there are, all alike (default: 1)" }),
  weights: z
    .array(wholeNumber(1, "Turns of this instance in a round"))
    .optional()
    .meta({ description: "Weights of the balancer, one per instance: [3, 1] (default: round-robin)" }),
  workers: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: "Workers of each instance, each serves one attempt at a time (default: never too few)" }),
  queue: z
    .int()
    .min(0)
    .max(QUEUE_MAX)
    .optional()
    .meta({ description: "Attempts that may wait at each instance for a worker (default: 100)" }),
  cache: cache.optional(),
  memory: memory.optional(),
};

/** Which items there are, and who asks for which. */
export const itemsShape = mapping(
  {
    count: z.int().min(1).max(ITEMS_MAX).optional().meta({ description: "How many items there are" }),
    zipf: z
      .number()
      .min(0)
      .max(10)
      .optional()
      .meta({ description: "Item k is asked for in proportion to 1 / k^zipf; 0: all alike (default: 1)" }),
    by: z.enum(["user", "route"]).optional().meta({ description: "Instead: every user, or every route, has an item" }),
  },
  "What requests ask for, and caches keep (default: { count: 10000, zipf: 1 })",
);

/** What clients do. */
export const clientsShape = mapping(
  {
    retries: z.int().min(0).max(RETRIES_MAX).meta({ description: "How often a client tries a failed request again" }),
    backoff: quantity(
      parsePositiveDuration,
      "Wait before the first retry, twice as long before each further one (default: 200ms)",
    ).default(200_000),
  },
  "What clients do when their request fails (default: nothing)",
);

/** Something that goes wrong with resources. */
export const resourceFaultShape = mapping(
  {
    name: z.string().min(1).optional().meta({ description: "Shown in reports (default: what it does)" }),
    at: quantity(parseDuration, "When it begins: 12m"),
    for: quantity(parsePositiveDuration, "How long it lasts (default: to the end)").optional(),
    version: z
      .enum(["baseline", "candidate", "both"])
      .default("candidate")
      .meta({ description: "Default: candidate. both: of something that both depend on, as a common cache" }),
    instance: wholeNumber(1, "Only this instance, counted from 1 (default: all)").optional(),
    health: z.literal("failing").optional().meta({ description: "failing: health polls of the instance fail" }),
    errors: quantity(
      (text) => parseAddition(text, parseShare),
      "Attempts at the instance that fail because of it: + 15%",
    ).optional(),
    latency: quantity(parseLatencyChange, "Of attempts at the instance: x 3, + 2s, x 3 + 10ms").optional(),
    leak: quantity(parseSizeRate, "Memory that is lost while it lasts, and not given back: 2MB/min").optional(),
    cache: quantity(
      parseCollapse,
      "flush: the cache is emptied at once; 10%: so much of its capacity is left while it lasts",
    ).optional(),
  },
  "Something that goes wrong with a version's resources, or with one of its instances",
);

/** What a file says of the resources of a version. */
export type VersionResourcesText = {
  readonly [Key in keyof typeof resourceKeys]?: z.output<(typeof resourceKeys)[Key]>;
};
/** What a file says of a fault of resources. */
export type ResourceFaultText = z.output<typeof resourceFaultShape>;
