/** JSON Schemas of the file formats, from the very definitions that validate them: for editors. */
import { z } from "zod";
import { policyShape } from "./policy-shape.ts";
import { readinessShape } from "./readiness/readiness-file.ts";
import { scenarioShape } from "./scenario-shape.ts";

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of scenario files. */
export function scenarioJsonSchema(): JsonSchema {
  return { title: "Scenario", ...z.toJSONSchema(scenarioShape, { io: "input" }) };
}

/** The schema of policy files. */
export function policyJsonSchema(): JsonSchema {
  return { title: "Policy", ...z.toJSONSchema(policyShape, { io: "input" }) };
}

/** The schema of readiness files. */
export function readinessJsonSchema(): JsonSchema {
  return { title: "Readiness", ...z.toJSONSchema(readinessShape, { io: "input" }) };
}
