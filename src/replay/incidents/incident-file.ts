/** Files of known incidents, YAML or CSV: when something was wrong in a trace, and what. */
import { z } from "zod";
import type { Problem, Read } from "../../engine/kernel/problem.ts";
import { complain } from "../../scenarios/complaint.ts";
import { readDocument } from "../../scenarios/document.ts";
import { mapping, sentence } from "../../scenarios/field.ts";
import { nearestWord } from "../../scenarios/nearest-word.ts";
import { splitRecord } from "../formats/csv-records.ts";
import { limitsOf, parseRangeEnd, type RangeEnd } from "../time-range.ts";

/** An incident as it was written. */
export interface Incident {
  readonly name: string;
  readonly from: RangeEnd;
  readonly to: RangeEnd;
  readonly kind?: string;
  readonly version?: "baseline" | "candidate";
  readonly route?: string;
}

/** An incident in a trace's time, `[fromUs, toUs)` since its first row. */
export interface PlacedIncident extends Omit<Incident, "from" | "to"> {
  readonly fromUs: number;
  readonly toUs: number;
}

const FIELDS = ["name", "from", "to", "kind", "version", "route"] as const;
const VERSIONS = ["baseline", "candidate"] as const;
const REQUIRED = ["name", "from", "to"] as const;

/** Reads a file of incidents, at least one; calendar times without a zone are of `zoneMinutes`. */
export function readIncidents(text: string, file: string, zoneMinutes: number | null): Read<readonly Incident[]> {
  return /\.csv$/iu.test(file) ? readCsv(text, file, zoneMinutes) : readYamlFile(text, file, zoneMinutes);
}

function readYamlFile(text: string, file: string, zoneMinutes: number | null): Read<readonly Incident[]> {
  const end = (description: string) => sentence((one) => parseRangeEnd(one, zoneMinutes), description);
  const incident = mapping(
    {
      name: z.string().min(1).meta({ description: "What reports call it" }),
      from: end("When it began: a time, or an offset from the trace's first row: 12m"),
      to: end("When it was over"),
      kind: z.string().min(1).optional().meta({ description: "Of what kind it is, for people" }),
      version: z.enum(VERSIONS).optional().meta({ description: "Whose fault it is" }),
      route: z.string().min(1).optional().meta({ description: "The only route on which it is" }),
    },
    "Something that was wrong for a time",
  );
  const shape = mapping({ incidents: z.array(incident).min(1) }, "Known incidents of a trace");
  const read = readDocument(text, file, "a file of incidents", shape, (value, report) => {
    const names = (value?.incidents ?? []).map((one) => one?.name);
    for (const [index, name] of names.entries()) {
      if (name === undefined || names.indexOf(name) === index) continue;
      report(["incidents", index, "name"], complain("names of incidents are unique", { found: name }));
    }
  });
  if (!read.ok) return read;
  const incidents = read.value.value.incidents.map(({ name, from, to, kind, version, route }) => ({
    name,
    from,
    to,
    ...(kind === undefined ? {} : { kind }),
    ...(version === undefined ? {} : { version }),
    ...(route === undefined ? {} : { route }),
  }));
  return { ok: true, value: incidents, warnings: read.warnings };
}

function readCsv(text: string, file: string, zoneMinutes: number | null): Read<readonly Incident[]> {
  const problems: Problem[] = [];
  const report = (line: number, message: string, found: string | null, allowed: string | null): void => {
    const suggestion = found === null ? null : nearestWord(found, FIELDS);
    problems.push({ source: file, line, column: 1, path: "", message, found, allowed, suggestion });
  };
  const lines = text.replace(/^\uFEFF/u, "").split(/\r?\n/u);
  const header = splitRecord(lines[0] ?? "", ",").map((one) => one.trim());
  for (const name of header) {
    if (!FIELDS.some((field) => field === name)) report(1, "there is no such column", name, FIELDS.join(", "));
  }
  for (const name of REQUIRED) if (!header.includes(name)) report(1, `the column ${name} is missing`, null, null);
  const incidents: Incident[] = [];
  const names = new Set<string>();
  for (const [index, record] of lines.entries()) {
    if (index === 0 || record.trim() === "" || problems.some(({ line }) => line === 1)) continue;
    const cells = splitRecord(record, ",");
    const cell = (field: (typeof FIELDS)[number]): string => (cells[header.indexOf(field)] ?? "").trim();
    const line = index + 1;
    if (cells.length > header.length) report(line, "there are more cells than columns", String(cells.length), null);
    const end = (field: "from" | "to"): RangeEnd | null => {
      const read = parseRangeEnd(cell(field), zoneMinutes);
      if (read.ok) return read.value;
      for (const { message, found, allowed } of read.complaints) report(line, `${field}: ${message}`, found, allowed);
      return null;
    };
    const [name, from, to, version] = [cell("name"), end("from"), end("to"), cell("version")];
    if (name === "") report(line, "the name is missing", null, null);
    if (names.has(name)) report(line, "names of incidents are unique", name, null);
    names.add(name);
    const known = VERSIONS.find((one) => one === version);
    if (version !== "" && known === undefined) report(line, "unknown version", version, VERSIONS.join(", "));
    if (from === null || to === null) continue;
    incidents.push({
      name,
      from,
      to,
      ...(cell("kind") === "" ? {} : { kind: cell("kind") }),
      ...(known === undefined ? {} : { version: known }),
      ...(cell("route") === "" ? {} : { route: cell("route") }),
    });
  }
  if (problems.length === 0 && incidents.length === 0) report(0, "there are no incidents in this", null, null);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: incidents, warnings: [] };
}

/** Of a trace, what incidents are placed by. */
export interface IncidentGround {
  readonly routes: readonly string[];
  readonly report: { readonly startsAtEpochUs: number; readonly spanUs: number };
}

/**
 * Incidents in the time of a trace; complains of those that end before they begin or lie outside, and warns of those on
 * a route that the trace does not have.
 */
export function placeIncidents(
  incidents: readonly Incident[],
  file: string,
  { routes, report: { startsAtEpochUs, spanUs } }: IncidentGround,
): Read<readonly PlacedIncident[]> {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const placed = incidents.map(({ from, to, ...incident }): PlacedIncident => {
    const limits = limitsOf({ from, to }, startsAtEpochUs);
    const complaint = (message: string, allowed: string | null): void => {
      const found = `${limits.fromUs / 1_000_000}s to ${limits.toUs / 1_000_000}s after the first row`;
      problems.push({
        source: file,
        line: 0,
        column: 0,
        path: incident.name,
        ...complain(message, { found, allowed }),
      });
    };
    if (limits.toUs <= limits.fromUs) complaint("this incident ends before it begins", null);
    else if (limits.toUs <= 0 || limits.fromUs > spanUs) {
      complaint("this incident is not within the trace", `a time within its ${spanUs / 1_000_000}s`);
    }
    if (incident.route !== undefined && !routes.includes(incident.route)) {
      const complaint = complain("the trace has no route of this name", {
        found: incident.route,
        allowed: "a route as rehearse trace info --json lists them",
      });
      const suggestion = nearestWord(incident.route, routes);
      warnings.push({ source: file, line: 0, column: 0, path: incident.name, ...complaint, suggestion });
    }
    return { ...incident, ...limits };
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: placed, warnings };
}
