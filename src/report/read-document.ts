/** The machine-readable document read again, as `renderJson` wrote it: anything else is refused. */
import { z } from "zod";
import type { Problem, Read } from "../engine/kernel/problem.ts";
import type { Decision, RunDocument, ScenarioRecord } from "../engine/result.ts";
import { showFound } from "../scenarios/complaint.ts";
import { complaintsOfIssues } from "../scenarios/shape-issue.ts";
import { renderJson } from "./json.ts";

const SCHEMA = "rehearse.run/1";

const count = z.int().min(0);

/** What must be there for the document to be written again; what it says beyond that is compared as it stands. */
const DOCUMENT = z.looseObject({
  command: z.string(),
  shard: z
    .looseObject({
      index: z.int().min(1),
      count: z.int().min(1),
      version: z.string(),
      command: z.string(),
      bail: z.int().min(1).nullable(),
      suite: z.array(
        z.looseObject({
          scenario: z.string(),
          seed: z.string(),
          replications: z.int().min(1).nullable(),
          configuration: z.string(),
        }),
      ),
    })
    .optional(),
  results: z.array(
    z.looseObject({
      scenario: z.string(),
      policy: z.string(),
      seed: z.string(),
      outcome: z.string(),
      ending: z.string(),
      endedAtMs: z.number(),
      inFlight: count,
      digest: z.string(),
      decisions: z.array(z.looseObject({ sequence: count })),
      events: z.array(z.looseObject({ sequence: count })),
      expectations: z.array(
        z.looseObject({
          text: z.string(),
          held: z.boolean(),
          got: z.string(),
          file: z.string(),
          line: count,
        }),
      ),
      replications: z
        .looseObject({
          count,
          of: z.int().min(1),
          expectations: z.array(z.looseObject({ text: z.string(), count })),
          runs: z.array(
            z.looseObject({
              replication: count,
              seed: z.string(),
              outcome: z.string(),
              trigger: z.string().nullable(),
              phase: z.string().nullable(),
              endedAtMs: z.number(),
              detectionDelayMs: z.number().nullable(),
              usersExposed: count,
              harmedRequests: count,
              digest: z.string(),
            }),
          ),
        })
        .optional(),
    }),
  ),
});

/** A record as it is printed, with the trail taken apart. */
type Printed = ScenarioRecord & { readonly events?: readonly Decision[] };

/** Reads what `renderJson` wrote; `source` is the file's name. White space may differ, nothing else. */
export function readDocument(text: string, source: string): Read<RunDocument> {
  const refuse = (message: string, details: Partial<Problem> = {}): Read<RunDocument> => {
    const nothing = { found: null, allowed: null, suggestion: null };
    return { ok: false, problems: [{ source, line: 0, column: 0, path: "", message, ...nothing, ...details }] };
  };
  if (text.trim() === "") return refuse("this file is empty");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    const isCutOff = text.trimStart().startsWith("{") && !text.trimEnd().endsWith("}");
    const what = isCutOff ? "this JSON document is cut off: its end is missing" : "this is not JSON";
    return refuse(what, { found: error instanceof Error ? error.message : String(error) });
  }
  const schema = typeof parsed === "object" && parsed !== null && "schema" in parsed ? parsed.schema : undefined;
  if (schema !== SCHEMA) {
    const found = schema === undefined ? "no schema" : `the schema ${showFound(schema)}`;
    return refuse("this is no document of run --json", { found, allowed: SCHEMA });
  }
  const shape = DOCUMENT.safeParse(parsed);
  if (!shape.success) {
    const problems = complaintsOfIssues(shape.error.issues, parsed).map(({ path, complaint }): Problem => {
      return { source, line: 0, column: 0, path: path.join("."), ...complaint };
    });
    return { ok: false, problems };
  }
  const document = restore(parsed as RunDocument);
  const given = `${JSON.stringify(parsed, null, 2)}\n`;
  const again = renderOrNull(document);
  if (again === given) return { ok: true, value: document, warnings: [] };
  const lines = given.split("\n");
  const difference = again?.split("\n").findIndex((line, index) => line !== lines[index]) ?? -1;
  const found = difference < 0 ? null : `${(lines[difference] ?? "").trim()}, line ${difference + 1}`;
  return refuse("this was edited, or written by another version: a field is missing, unknown or out of place", {
    found,
  });
}

function renderOrNull(document: RunDocument): string | null {
  try {
    return renderJson(document);
  } catch (error) {
    // What is missing deep inside has no fields to be asked for.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** The trail as one again, in its order. */
function restore(document: RunDocument): RunDocument {
  const results = document.results.map((printed: Printed): ScenarioRecord => {
    const { events = [], ...record } = printed;
    const trail = [...record.decisions, ...events];
    return { ...record, decisions: trail.sort((one, other) => one.sequence - other.sequence) };
  });
  return { ...document, results };
}
