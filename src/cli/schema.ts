/** `rehearse schema`: the JSON Schema of a kind of file, from the same definition that validates it. */
import {
  policyJsonSchema,
  readinessJsonSchema,
  scenarioJsonSchema,
  type JsonSchema,
} from "../scenarios/json-schema.ts";
import { EXIT } from "./exit-code.ts";
import type { Surroundings } from "./surroundings.ts";

const SCHEMA_OF: Readonly<Record<string, () => JsonSchema>> = {
  policy: policyJsonSchema,
  readiness: readinessJsonSchema,
  scenario: scenarioJsonSchema,
};

/** Prints the schema. Gives the exit code. */
export function printSchema(kind: string, surroundings: Surroundings): number {
  const schema = SCHEMA_OF[kind] ?? scenarioJsonSchema;
  surroundings.stdout.write(`${JSON.stringify(schema(), null, 2)}\n`);
  return EXIT.ok;
}
