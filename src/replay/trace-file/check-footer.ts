/** Whether what stands in a trace file can be a trace: a file with right checksums may still not be one of ours. */
import { VERSION_UNKNOWN, type Trace } from "../columns.ts";
import { SECTIONS, type Footer } from "./layout.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber: Check = (value) => Number.isFinite(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const record =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== "object" || value === null) return false;
    const parts: Readonly<Record<string, unknown>> = { ...value };
    return Object.entries(checks).every(([name, check]) => check(parts[name]));
  };

const REPORT: Readonly<Record<keyof Footer["report"], Check>> = {
  source: isText,
  format: isText,
  rows: isCount,
  accepted: isCount,
  rejected: isCount,
  rejections: listOf(
    record({ reason: isText, count: isCount, firstLines: listOf(record({ line: isCount, text: isText })) }),
  ),
  outOfOrder: isCount,
  misplaced: isCount,
  outOfOrderUsMax: isNumber,
  duplicates: isCount,
  clientLeft: isCount,
  unfinished: isCount,
  outsideRange: isCount,
  failures: orNull(isText),
  startsAtEpochUs: isNumber,
  keys: isCount,
  routes: isCount,
  notes: listOf(isText),
  namesBaseline: (value) => typeof value === "boolean",
  otherVersions: record({
    rows: isCount,
    distinct: isCount,
    most: listOf(record({ version: isText, rows: isCount })),
  }),
  withoutLatency: isCount,
  withoutBytes: isCount,
  onBaseline: isCount,
  onCandidate: isCount,
  spanUs: isNumber,
  holes: isCount,
  longestHoles: listOf(record({ fromUs: isNumber, us: isNumber })),
  sharingStart: isCount,
  sharingStartMax: isCount,
};

const FOOTER: Readonly<Record<keyof Footer, Check>> = {
  rows: isCount,
  keys: isCount,
  routes: listOf(isText),
  errorKinds: listOf(isText),
  report: record(REPORT),
  origin: orNull(record({ sourceSha256: isText, options: isText })),
  sections: listOf(record({ name: isText, type: isText, offset: isCount, bytes: isCount, crc: isCount })),
};

/** The footer of a text; null: it is none. */
export function parseFooter(text: string): Footer | null {
  try {
    const value: unknown = JSON.parse(text);
    return record(FOOTER)(value) ? (value as Footer) : null;
  } catch {
    return null;
  }
}

/** The first column of a trace that has a value which no import gives; null: there is none. */
export function impossibleColumn({ columns, outcome, keys, routes, errorKinds }: Trace): string | null {
  const possible: Readonly<Record<(typeof SECTIONS)[number][0], boolean>> = {
    startUs: isAscending(columns.startUs),
    bytes: isWithin(columns.bytes, -1, Number.MAX_VALUE),
    key: isWithin(columns.key, 0, keys.length - 1),
    route: isWithin(columns.route, 0, routes.length - 1),
    line: true,
    latencyUs: isWithin(columns.latencyUs, -1, Infinity),
    status: true,
    version: isWithin(columns.version, 0, VERSION_UNKNOWN),
    outcome: isWithin(outcome, 0, errorKinds.length),
  };
  return SECTIONS.find(([name]) => !possible[name])?.[0] ?? null;
}

/** Starts count from the first row's. */
function isAscending(startUs: Float64Array): boolean {
  let before = 0;
  for (let row = 0; row < startUs.length; row++) {
    const us = startUs[row] as number;
    // Also false for what is no number.
    if (!(us >= before)) return false;
    before = us;
  }
  return before < Infinity && (startUs[0] ?? 0) === 0;
}

function isWithin(values: Float64Array | Uint32Array | Int32Array | Uint8Array, least: number, most: number): boolean {
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!(value >= least && value <= most)) return false;
  }
  return true;
}
