/** Items of a checklist against what was measured and what was given: passed, failed, missing or overridden, and why. */
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import type { Complaint } from "../complaint.ts";
import { complain } from "../complaint.ts";
import { writeShare } from "../quantity.ts";
import type { Measured } from "./measure-readiness.ts";
import { COMMANDER, type MeasureName, type ReadinessItem } from "./profile.ts";
import type { ReadinessGiven } from "./readiness-file.ts";
import { findItem, parseInput, type InputValue } from "./readiness-input.ts";
import type { ReadinessAuditRecord, ReadinessDocument, ReadinessItemRecord } from "./readiness-result.ts";

/** What came of judging. */
export type Judgement = Pick<ReadinessDocument, "ready" | "items" | "audit" | "escalatedTo">;

/** What is wrong with what was given: names that no item has, values that cannot be read, answers that are measured. */
export function complainOfGiven(
  items: readonly ReadinessItem[],
  given: ReadinessGiven,
  measured: ReadonlyMap<MeasureName, Measured> = new Map(),
): { readonly name: string; readonly complaint: Complaint }[] {
  const complaints: { name: string; complaint: Complaint }[] = [];
  for (const [name, text] of Object.entries(given.inputs)) {
    const item = findItem(items, name);
    if (!("id" in item)) {
      complaints.push({ name, complaint: item });
      continue;
    }
    const read = parseInput(item, text);
    if (!read.ok) complaints.push(...read.complaints.map((complaint) => ({ name, complaint })));
    const seen = item.measure === undefined ? undefined : measured.get(item.measure);
    if (seen === undefined || seen.value === null) continue;
    const message = `${name} is measured here (${seen.reason}); an override can answer for it, an input cannot replace it`;
    complaints.push({ name, complaint: complain(message, { found: String(text) }) });
  }
  for (const { item: name } of given.overrides) {
    const item = findItem(items, name);
    if (!("id" in item)) complaints.push({ name, complaint: item });
  }
  return complaints;
}

/** Judges every item. What was given must be without complaints. */
export function judgeReadiness(
  items: readonly ReadinessItem[],
  given: ReadinessGiven,
  measured: ReadonlyMap<MeasureName, Measured>,
): Judgement {
  const audit: ReadinessAuditRecord[] = [];
  const records = items.map((item): ReadinessItemRecord => {
    const record = judgeItem(item, given, measured);
    if (item.kind === "name" && item.id !== COMMANDER && record.status === "passed") {
      audit.push({ kind: "sign-off", item: item.id, by: String(record.value), why: item.title, standing: "signed" });
    }
    const overrides = given.overrides.filter(({ item: name }) => name === item.id);
    for (const { by, why } of overrides) {
      const standing = `${record.status}: ${record.reason}`;
      audit.push({ kind: "override", item: item.id, by, why, standing });
    }
    const last = overrides.at(-1);
    if (last === undefined || record.status === "passed") return record;
    return { ...record, status: "overridden", reason: `${record.reason}; overridden by ${last.by}: ${last.why}` };
  });
  const standing = records.filter(({ status }) => status === "failed" || status === "missing");
  const ready = standing.length === 0;
  return { ready, items: records, audit, escalatedTo: ready ? null : given.incidentCommander };
}

function judgeItem(
  item: ReadinessItem,
  given: ReadinessGiven,
  measured: ReadonlyMap<MeasureName, Measured>,
): ReadinessItemRecord {
  const { id, title, group } = item;
  const asked = askedOf(item);
  const seen = item.measure === undefined ? undefined : measured.get(item.measure);
  const head = { item: id, title, group, asked };
  if (seen !== undefined && seen.value !== null) {
    const status = passes(item, seen.value) ? "passed" : "failed";
    return { ...head, status, how: "measured", value: outward(item, seen.value), reason: seen.reason };
  }
  const text = id === COMMANDER ? (given.incidentCommander ?? undefined) : given.inputs[id];
  const read = text === undefined ? null : parseInput(item, text);
  if (read === null || !read.ok) {
    const why = seen === undefined ? "it cannot be measured by rehearsing" : seen.reason;
    const example = `${id}=${EXAMPLES[item.kind]}`;
    return { ...head, status: "missing", how: null, value: null, reason: `${why}; give it: --input ${example}` };
  }
  const status = passes(item, read.value) ? "passed" : "failed";
  return { ...head, status, how: "given", value: outward(item, read.value), reason: `given: ${String(text)}` };
}

const EXAMPLES: Readonly<Record<ReadinessItem["kind"], string>> = {
  share: "98.4%",
  factor: '"x 2.5"',
  yes: "yes",
  name: "NAME",
};

function passes({ limit }: ReadinessItem, value: InputValue): boolean {
  if (typeof value === "string") return true;
  if (typeof value === "boolean") return value;
  if (limit === undefined) return false;
  switch (limit.operator) {
    case ">=":
      return value >= limit.value;
    case ">":
      return value > limit.value;
    case "<=":
      return value <= limit.value;
    case "<":
      return value < limit.value;
  }
}

function askedOf({ limit, kind }: ReadinessItem): string | null {
  if (limit === undefined) return null;
  return `${limit.operator} ${kind === "share" ? writeShare(limit.value) : `x ${limit.value}`}`;
}

function outward({ kind }: ReadinessItem, value: InputValue): number | boolean | string {
  return kind === "share" && typeof value === "number" ? value / WHOLE_PPM : value;
}
