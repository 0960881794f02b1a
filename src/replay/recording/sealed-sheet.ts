/**
 * What stands beside a recording: everything that its rows do not say, as YAML under a seal. It is written by the program
 * for itself; the seal, a digest, tells a sheet that was changed or cut short from one that was written.
 */
import { createHash } from "node:crypto";
import { parse, stringify } from "yaml";
import type { Policy } from "../../engine/deployment/policy.ts";
import type { FeatureFlags } from "../../engine/flags/feature-flags.ts";
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { RECORDING_FORMATS, type RecordingFormat } from "./recorded-row.ts";

/** What was rehearsed. Plain data. */
export interface RecordedOrder {
  readonly scenario: Scenario;
  readonly policy: Policy;
  readonly seed: string;
  /** The flags that the scenario's own are laid over; null: the safe ones. */
  readonly flags: FeatureFlags | null;
}

/** A recording without its rows. */
export interface RecordingSheet {
  /** Version of the program that wrote it. */
  readonly program: string;
  readonly format: RecordingFormat;
  readonly rows: number;
  /** SHA-256 of the file of the rows, of columns that of their footer, as hexadecimal digits. */
  readonly sha256: string;
  /** When the run ended, microseconds. */
  readonly endedAtUs: number;
  readonly digest: string;
  readonly order: RecordedOrder;
}

/** The first line of a sheet: what it is, and in which version of its layout. */
const FIRST_LINE = "recording: 1\n";
const SEAL = /^seal: ([0-9a-f]{64})\n/u;

/** The file in which the sheet of a recording stands. */
export function sheetFileOf(file: string): string {
  return `${file}.yaml`;
}

/** Whether a text begins as a sheet does, of whatever layout. */
export function beginsAsSheet(text: string): boolean {
  return /^recording: \d+\n/u.test(text);
}

/** A sheet as text. */
export function writeSheet(sheet: RecordingSheet): string {
  const body = stringify(sheet, { aliasDuplicateObjects: false, lineWidth: 0 });
  return `${FIRST_LINE}seal: ${sha256Of(body)}\n${body}`;
}

/** The sheet of a text; `source` is its file. */
export function readSheet(text: string, source: string): Read<RecordingSheet> {
  if (!text.startsWith(FIRST_LINE)) {
    const message = beginsAsSheet(text)
      ? "this recording has another layout"
      : "this is not what stands beside a recording";
    return refused(source, message, text.split("\n", 1)[0] ?? "", FIRST_LINE.trimEnd());
  }
  const rest = text.slice(FIRST_LINE.length);
  const seal = SEAL.exec(rest);
  const body = rest.slice(seal?.[0].length ?? 0);
  if (seal?.[1] !== sha256Of(body)) {
    const allowed = "the file as rehearse run --record wrote it; --policy rehearses another policy";
    return refused(
      source,
      "this file was changed, or is not whole",
      `a seal of ${sha256Of(body).slice(0, 12)}`,
      allowed,
    );
  }
  const value: unknown = parse(body, { maxAliasCount: 0 });
  if (isSheet(value)) return { ok: true, value, warnings: [] };
  return refused(source, "this recording has another layout", null, FIRST_LINE.trimEnd());
}

/** Whether what the seal vouches for has the parts of a sheet. */
function isSheet(value: unknown): value is RecordingSheet {
  if (typeof value !== "object" || value === null) return false;
  const parts: Readonly<Record<string, unknown>> = { ...value };
  const { order } = parts;
  return (
    typeof parts["program"] === "string" &&
    RECORDING_FORMATS.some((format) => format === parts["format"]) &&
    Number.isSafeInteger(parts["rows"]) &&
    typeof parts["sha256"] === "string" &&
    Number.isSafeInteger(parts["endedAtUs"]) &&
    typeof parts["digest"] === "string" &&
    typeof order === "object" &&
    order !== null &&
    ["scenario", "policy", "seed", "flags"].every((name) => name in order)
  );
}

function refused(source: string, message: string, found: string | null, allowed: string): Read<never> {
  const problem: Problem = { source, line: 1, column: 1, path: "", message, found, allowed, suggestion: null };
  return { ok: false, problems: [problem] };
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
