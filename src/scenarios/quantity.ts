/**
 * Quantities with their units, as they are written in files: `10m`, `2%`, `200/s`, `512MB`, `x 0.5`, `+ 2s`. Each
 * reader returns the value in its base unit, or says what is allowed. Decimals are read exactly (no binary rounding
 * of `0.07%`).
 */
import { DAY_US, HOUR_US, LATENCY_US_MAX, MINUTE_US, SECOND_US, WHOLE_PPM } from "../engine/kernel/units.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";

/** What stands in a file where a quantity is expected. */
export type QuantityText = string | number;

/** Longest duration that can be written: ten years of 365 days, in microseconds. */
const DURATION_US_MAX = 3650 * DAY_US;
/** Rates that can be written: from one a day to a hundred million per second. */
const PER_SECOND_MIN = 1 / 86_400;
const PER_SECOND_MAX = 100_000_000;
/** Greatest factor that can be written. */
const FACTOR_MAX = 1_000_000;

/** Greatest plain number, in millionths. */
const AMOUNT_MAX = 1_000_000_000 * 1_000_000;

const DURATION_UNITS: readonly (readonly [unit: string, us: number])[] = [
  ["d", DAY_US],
  ["h", HOUR_US],
  ["m", MINUTE_US],
  ["s", SECOND_US],
  ["ms", 1_000],
  ["us", 1],
];
const RATE_UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3_600, d: 86_400 };
const SIZE_UNITS: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

const DURATION_ALLOWED = "a duration such as 250us, 500ms, 10s, 10m, 1h30m, 1d";
const SHARE_ALLOWED = "a share from 0% to 100%, in steps of 0.0001% (1 ppm)";
const RATE_ALLOWED = "a rate such as 200/s, 12000/min, 5/h";

/**
 * An unsigned decimal times a whole number of base units: the exact result, or null when the text is no decimal, has
 * too many digits, or does not come out whole.
 */
function wholeUnits(decimal: string, unit: number): number | null {
  const match = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(decimal);
  if (match === null) return null;
  const fraction = (match[2] ?? "").replace(/0+$/, "");
  const product = BigInt((match[1] ?? "") + fraction) * BigInt(unit);
  const divisor = BigInt(`1${"0".repeat(fraction.length)}`);
  const whole = product / divisor;
  if (whole * divisor !== product || whole > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return Number(whole);
}

/** A duration in microseconds, 0 included: `250us`, `500ms`, `2s`, `10m`, `1h30m`, `1d`; parts descend. */
export function parseDuration(text: QuantityText): Parsed<number> {
  const found = showFound(text);
  const bad = (message: string): Parsed<number> => refused(complain(message, { found, allowed: DURATION_ALLOWED }));
  const compact = String(text).trim().replace(/µ/g, "u").replace(/\s+/g, "");
  if (/^[-−]/.test(compact)) return bad("a duration must not be negative");
  if (/^\d+(\.\d+)?$/.test(compact)) return bad(`a duration needs a unit, as in ${compact}s`);
  if (!/^(\d+(\.\d+)?[a-z]+)+$/.test(compact)) return bad("this is not a duration");
  let totalUs = 0;
  let lastUnit = -1;
  for (const [, amount = "", unit = ""] of compact.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)) {
    const index = DURATION_UNITS.findIndex(([name]) => name === unit);
    if (index < 0) return bad(`${unit} is not a unit of time`);
    if (index <= lastUnit) return bad("the parts of a duration go from the greatest unit to the smallest, each once");
    lastUnit = index;
    const us = wholeUnits(amount, DURATION_UNITS[index]?.[1] ?? 1);
    if (us === null) return bad("a duration must be a whole number of microseconds");
    totalUs += us;
  }
  if (totalUs > DURATION_US_MAX) return bad("a duration must not be longer than 3650d");
  return parsed(totalUs);
}

/** A duration that is longer than nothing, in microseconds. */
export function parsePositiveDuration(text: QuantityText): Parsed<number> {
  const duration = parseDuration(text);
  if (!duration.ok || duration.value > 0) return duration;
  return refused(
    complain("a duration of nothing makes no sense here", { found: showFound(text), allowed: DURATION_ALLOWED }),
  );
}

/** A latency in microseconds: a duration of 1 us up to about 35 minutes, the longest that a request can take. */
export function parseLatency(text: QuantityText): Parsed<number> {
  const duration = parseDuration(text);
  if (!duration.ok || (duration.value >= 1 && duration.value <= LATENCY_US_MAX)) return duration;
  return refused(complain("a latency must be between 1us and 35m", { found: showFound(text), allowed: null }));
}

/** A share in parts per million of all, from 0 to 1,000,000: `2%`, `0.01%`. */
export function parseShare(text: QuantityText): Parsed<number> {
  const found = showFound(text);
  const bad = (message: string): Parsed<number> => refused(complain(message, { found, allowed: SHARE_ALLOWED }));
  const compact = String(text).trim().replace(/\s+/g, "");
  if (/^[-−]/.test(compact)) return bad("a share must not be negative");
  if (/^\d+(\.\d+)?$/.test(compact)) return bad(`a share needs its percent sign, as in ${compact}%`);
  const match = /^(\d+(?:\.\d+)?)%$/.exec(compact);
  if (match === null) return bad("this is not a share");
  if (Number(match[1]) > 100) return bad("a share must be between 0% and 100%");
  const ppm = wholeUnits(match[1] ?? "", WHOLE_PPM / 100);
  return ppm === null ? bad("a share must not be finer than 0.0001% (1 ppm)") : parsed(ppm);
}

/** A rate per second, at least one a day: `200/s`, `12000/min`, `5/h`. */
export function parseRate(text: QuantityText): Parsed<number> {
  const bad = (message: string, allowed = RATE_ALLOWED): Parsed<number> =>
    refused(complain(message, { found: showFound(text), allowed }));
  const compact = String(text).trim().replace(/\s+/g, "");
  if (/^[-−]/.test(compact)) return bad("a rate must not be negative");
  if (/^\d+(\.\d+)?$/.test(compact)) return bad(`a rate needs its unit of time, as in ${compact}/s`);
  const match = /^(\d{1,15}(?:\.\d{1,25})?)\/([a-z]+)$/.exec(compact);
  const divisor = match === null ? undefined : RATE_UNITS[match[2] ?? ""];
  if (match === null || divisor === undefined) return bad("this is not a rate");
  const perSecond = Number(match[1]) / divisor;
  if (!(perSecond >= PER_SECOND_MIN)) return bad("a rate must be at least 1/d");
  return perSecond > PER_SECOND_MAX
    ? bad("a rate must not be more than 100000000/s", `up to ${PER_SECOND_MAX}/s`)
    : parsed(perSecond);
}

/** A size in bytes: `512MB`, `2GB`; units are powers of ten (1 GB is 1,000 MB). */
export function parseSize(text: QuantityText): Parsed<number> {
  const bad = (message: string): Parsed<number> =>
    refused(complain(message, { found: showFound(text), allowed: "a size such as 512MB or 2GB" }));
  const compact = String(text).trim().replace(/\s+/g, "");
  if (/^[-−]/.test(compact)) return bad("a size must not be negative");
  if (/^\d+(\.\d+)?$/.test(compact)) return bad(`a size needs its unit, as in ${compact}MB`);
  const match = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(compact);
  const unit = match === null ? undefined : SIZE_UNITS[(match[2] ?? "").toUpperCase()];
  if (match === null || unit === undefined) return bad("this is not a size");
  const bytes = wholeUnits(match[1] ?? "", unit);
  return bytes === null ? bad("a size must be a whole number of bytes") : parsed(bytes);
}

/** A factor, greater than 0: `x 0.5`, `x3`. */
export function parseFactor(text: QuantityText): Parsed<number> {
  const bad = (message: string): Parsed<number> =>
    refused(complain(message, { found: showFound(text), allowed: "a factor such as x 0.5 or x 3" }));
  const match = /^[x×]\s*(\d{1,15}(?:\.\d{1,15})?)$/.exec(String(text).trim());
  if (match === null) return bad("this is not a factor");
  const factor = Number(match[1]);
  return factor > 0 && factor <= FACTOR_MAX
    ? parsed(factor)
    : bad(`a factor must be more than 0, and at most ${FACTOR_MAX}`);
}

/** A plain number that counts: a whole number from 0 on. */
export function parseCount(text: QuantityText): Parsed<number> {
  const compact = String(text).trim();
  const count = /^\d{1,15}$/.test(compact) ? Number(compact) : Number.NaN;
  if (Number.isSafeInteger(count)) return parsed(count);
  return refused(complain("this is not a count", { found: showFound(text), allowed: "a whole number such as 50" }));
}

/** A plain number from 0 to a thousand million, in millionths: `20`, `0.25`. */
export function parseAmount(text: QuantityText): Parsed<number> {
  const bad = (message: string): Parsed<number> =>
    refused(
      complain(message, { found: showFound(text), allowed: "a number from 0 to 1000000000, such as 20 or 0.25" }),
    );
  const compact = String(text).trim();
  if (/^[-−]/.test(compact)) return bad("this must not be negative");
  if (!/^\d+(\.\d+)?$/.test(compact)) return bad("this is not a plain number");
  const millionths = wholeUnits(compact, 1_000_000);
  if (millionths === null) return bad("a number has at most six digits after its point");
  return millionths > AMOUNT_MAX ? bad("this number is too great") : parsed(millionths);
}

/** What `+ QUANTITY` adds, read by the given reader: `+ 2s`, `+ 0.3%`. */
export function parseAddition(text: QuantityText, read: (text: QuantityText) => Parsed<number>): Parsed<number> {
  const match = /^\+\s*(\S.*)$/.exec(String(text).trim());
  if (match !== null) return read(match[1] ?? "");
  const allowed = `an addition such as + ${String(text)
    .trim()
    .replace(/^[-−]\s*/, "")}`;
  return refused(complain("this adds to what is there: write + before it", { found: showFound(text), allowed }));
}

/** A duration as it would be written, exactly: `1h30m`, `250us`; `0s` for none. */
export function writeDuration(us: number): string {
  let rest = us;
  let text = "";
  for (const [unit, size] of DURATION_UNITS) {
    const amount = Math.floor(rest / size);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * size;
  }
  return text === "" ? "0s" : text;
}

/** A share as it would be written, exactly: `2%`, `0.01%`. */
export function writeShare(ppm: number): string {
  const digits = String(ppm % 10_000)
    .padStart(4, "0")
    .replace(/0+$/, "");
  return `${Math.floor(ppm / 10_000)}${digits === "" ? "" : `.${digits}`}%`;
}

/** A size as it would be written, exactly, in the greatest unit of which it is a whole number: `512MB`, `1500KB`. */
export function writeSize(bytes: number): string {
  const units = Object.entries(SIZE_UNITS).toReversed();
  const [unit, size] = units.find(([, one]) => bytes > 0 && bytes % one === 0) ?? ["B", 1];
  return `${bytes / size}${unit}`;
}

/** A number of millionths as it would be written, exactly: `20`, `-0.25`. */
export function writeAmount(millionths: number): string {
  const size = Math.abs(millionths);
  const whole = Math.floor(size / 1_000_000);
  const digits = String(size - whole * 1_000_000)
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${millionths < 0 ? "-" : ""}${whole}${digits === "" ? "" : `.${digits}`}`;
}
