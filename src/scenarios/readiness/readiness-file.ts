/** Readiness files: answers to what cannot be measured, sign-offs, who is escalated to, and overrides. */
import { z } from "zod";
import type { Read } from "../../engine/kernel/problem.ts";
import { readDocument } from "../document.ts";
import { mapping, nameField, quantity } from "../field.ts";
import { parsePositiveDuration } from "../quantity.ts";
import { PROFILES, SIGN_OFFS, type ProfileName } from "./profile.ts";
import type { InputText } from "./readiness-input.ts";

const person = (what: string) => z.string().min(1).optional().meta({ description: what });

/** A readiness file. */
export const readinessShape = mapping(
  {
    readiness: nameField("Name of the check"),
    profile: z.enum(PROFILES).optional().meta({ description: "The checklist, where --profile does not say" }),
    measure: quantity(
      parsePositiveDuration,
      "How long each version is at full traffic to be measured: 10m (default)",
    ).optional(),
    inputs: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .meta({ description: "Answers to items that cannot be measured: { coverage: 98.4%, reviewed: yes }" }),
    signOffs: mapping(
      {
        lead: person("The deployment lead"),
        platform: person("Platform engineering"),
        operations: person("Operations"),
        product: person("Product"),
      } satisfies Record<(typeof SIGN_OFFS)[number], z.ZodType>,
      "Who has signed off, by role",
    ).default({}),
    incidentCommander: person("To whom is escalated what stands in the way"),
    overrides: z
      .array(
        mapping(
          {
            item: z.string().min(1).meta({ description: "The item: memory-reduction" }),
            by: z.string().min(1).meta({ description: "Who answers for it" }),
            why: z.string().min(1).meta({ description: "Why" }),
          },
          "Somebody answers for an item that does not pass",
        ),
      )
      .default([])
      .meta({ description: "Items that do not pass and shall not stand in the way" }),
  },
  "A readiness check: what cannot be measured by rehearsing, and who answers for what",
);

/** Somebody answers for an item. */
export interface Override {
  readonly item: string;
  readonly by: string;
  readonly why: string;
}

/** What is given to a readiness check from outside. */
export interface ReadinessGiven {
  readonly profile: ProfileName | null;
  readonly measureUs: number | null;
  readonly inputs: Readonly<Record<string, InputText>>;
  readonly incidentCommander: string | null;
  readonly overrides: readonly Override[];
}

/** Nothing given. */
export const NOTHING_GIVEN: ReadinessGiven = {
  profile: null,
  measureUs: null,
  inputs: {},
  incidentCommander: null,
  overrides: [],
};

/** Reads a readiness file. */
export function readReadiness(text: string, file: string): Read<ReadinessGiven> {
  const read = readDocument(text, file, "a readiness check", readinessShape, () => {});
  if (!read.ok) return read;
  const { profile, measure, inputs, signOffs, incidentCommander, overrides } = read.value.value;
  const signed = SIGN_OFFS.flatMap((role) => {
    const name = signOffs[role];
    return name === undefined ? [] : [[`sign-off-${role}`, name] as const];
  });
  const value: ReadinessGiven = {
    profile: profile ?? null,
    measureUs: measure ?? null,
    inputs: { ...inputs, ...Object.fromEntries(signed) },
    incidentCommander: incidentCommander ?? null,
    overrides,
  };
  return { ok: true, value, warnings: [] };
}
