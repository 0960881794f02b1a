/** Counts, shares and metric values in words. */
import { findMetric, type MetricUnit } from "../engine/monitor/catalogue.ts";
import { formatDuration } from "./duration-format.ts";

/** `1,234,567`. */
export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+(?!\d))/gu, ",");
}

/** As `formatCount`, but from ten million on `15.6M`: never wider than 9 characters, for columns. */
export function formatCountShort(count: number): string {
  if (count >= 10_000_000_000) return `${(count / 1_000_000_000).toFixed(1)}B`;
  return count >= 10_000_000 ? `${(count / 1_000_000).toFixed(1)}M` : formatCount(count);
}

/** `1 request`, `2 requests`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `31.36%`: a share of a whole; a dash where the whole is empty. Never rounded to 0 % or 100 % if it is neither. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "-";
  return `${fractionDigits(part / whole, 2)}%`;
}

/** As `formatShare`, but `<0.01%` and `>99.99%` instead of more digits: never wider than 7 characters, for columns. */
export function formatShareShort(part: number, whole: number): string {
  if (whole === 0 || part === 0 || part === whole) return formatShare(part, whole);
  if (part / whole < 0.000_1) return "<0.01%";
  return part / whole > 0.999_9 ? ">99.99%" : formatShare(part, whole);
}

/** What an evidence says about its metric: the value and the limit, told apart wherever they differ at all. */
export function formatAgainstLimit(metric: string, value: number | null, limit: number): [string, string] {
  const unit = findMetric(metric)?.metric.unit ?? "count";
  const limitText = formatInUnit(unit, limit, 6);
  if (value === null) return ["nothing measured", limitText];
  for (let digits = 2; digits < 6; digits++) {
    const text = formatInUnit(unit, value, digits);
    if (text !== limitText || value === limit) return [text, limitText];
  }
  return [formatInUnit(unit, value, 6), limitText];
}

/** `percent` as written by people: `1%`, `0.01%`. */
export function formatPercent(percent: number): string {
  return `${trimZeros(percent.toFixed(4))}%`;
}

function formatInUnit(unit: MetricUnit, value: number, digits: number): string {
  switch (unit) {
    case "rate":
      return `${fractionDigits(value, digits)}%`;
    case "duration":
      return Math.abs(value) < 60_000 ? millisecondsInWords(value, digits) : formatDuration(value);
    case "count":
    case "number":
      return trimZeros(value.toFixed(digits));
    case "perSecond":
      return `${trimZeros(value.toFixed(digits))}/s`;
    case "size":
      return sizeInWords(value, digits);
    case "boolean":
      return value === 0 ? "no" : value === 1 ? "yes" : trimZeros(value.toFixed(digits));
  }
}

/** `45.2 MB`. */
export function formatBytes(bytes: number): string {
  return sizeInWords(bytes, 1);
}

function sizeInWords(bytes: number, digits: number): string {
  if (bytes >= 1e9) return `${trimZeros((bytes / 1e9).toFixed(digits + 1))} GB`;
  if (bytes >= 1e6) return `${trimZeros((bytes / 1e6).toFixed(digits))} MB`;
  return bytes >= 1e3 ? `${trimZeros((bytes / 1e3).toFixed(digits))} KB` : `${bytes} B`;
}

function millisecondsInWords(ms: number, digits: number): string {
  return Math.abs(ms) < 1_000
    ? `${trimZeros(ms.toFixed(digits))} ms`
    : `${trimZeros((ms / 1_000).toFixed(digits + 1))} s`;
}

/** A fraction as a percentage without its sign, with at most so many digits, more where it would read as a whole. */
function fractionDigits(fraction: number, digitsMin: number): string {
  const percent = fraction * 100;
  for (let digits = digitsMin; digits < 8; digits++) {
    const text = trimZeros(percent.toFixed(digits));
    const looksWhole = text === "0" || text === "100";
    if (!looksWhole || fraction === 0 || fraction === 1) return text;
  }
  return percent.toExponential(2);
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/u, "") : text;
}
