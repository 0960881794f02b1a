/** `rehearse schema`: the JSON Schema of a kind of file, from the same definition that validates it. */
import { policyJsonSchema, scenarioJsonSchema } from "../scenarios/json-schema.ts";
import { EXIT } from "./exit-code.ts";
import type { Surroundings } from "./surroundings.ts";

/** Kinds of files that have a schema. */
export const SCHEMAS: readonly string[] = ["scenario", "policy"];

/** Prints the schema. Gives the exit code. */
export function printSchema(kind: string, surroundings: Surroundings): number {
  const schema = kind === "policy" ? policyJsonSchema() : scenarioJsonSchema();
  surroundings.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.ok;
}
