/**
 * A scenario file that is not right yet: what could be read of it is held against its policy all the same, so that a
 * mistake in one entry does not hide those in the others until it is gone.
 */
import type { Problem } from "../engine/kernel/problem.ts";
import { readDocument, type Partly } from "./document.ts";
import type { ExpectationSentence } from "./expectation.ts";
import { buildCommands, buildReactions, type OperatorText } from "./operator-shape.ts";
import { buildPipeline, type PipelineText } from "./pipeline-shape.ts";
import { buildPolicy } from "./policy-file.ts";
import { buildRollbackFaults, type RollbackFaultText } from "./rollback-fault-text.ts";
import { scenarioShape, type ScenarioText } from "./scenario-shape.ts";
import type { FilePlace, Scenario } from "./scenario.ts";
import type { ScenarioClaims } from "./scenario-policy.ts";
import type { NodePath } from "./yaml-text.ts";

/** What a file claims of its policy, and which that is; null: its policy cannot be told. */
export interface PartlyRead {
  readonly claims: ScenarioClaims;
  readonly policy: Scenario["policy"] | null;
}

/** What could be read of a scenario file in which these problems were found; null: nothing. */
export function readPartly(text: string, file: string, problems: readonly Problem[]): PartlyRead | null {
  const caught: { partly: PartlyRead | null } = { partly: null };
  readDocument(text, file, "a scenario", scenarioShape, (value, _, placeOf) => {
    if (typeof value !== "object") return;
    const isWrong = (path: string): boolean =>
      problems.some(
        (problem) =>
          problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`),
      );
    caught.partly = {
      claims: claimsOf(value, file, placeOf, isWrong),
      policy: isWrong("policy") ? null : policyOf(value.policy, placeOf),
    };
  });
  return caught.partly;
}

function policyOf(
  policy: Partly<ScenarioText["policy"]>,
  placeOf: (path: NodePath) => FilePlace,
): PartlyRead["policy"] {
  if (policy === undefined) return null;
  if (typeof policy === "string") return { kind: "reference", reference: policy, place: placeOf(["policy"]) };
  // Nothing is wrong with it: it is whole.
  return { kind: "inline", policy: buildPolicy(policy as Exclude<ScenarioText["policy"], string>) };
}

function claimsOf(
  value: NonNullable<Partly<ScenarioText>>,
  file: string,
  placeOf: (path: NodePath) => FilePlace,
  isWrong: (path: string) => boolean,
): ScenarioClaims {
  /** The entries of a list that are right, each with its place in it. */
  const right = <Entry>(name: string, entries: readonly unknown[] | undefined): (readonly [Entry, number])[] =>
    (entries ?? []).flatMap((entry, index) =>
      entry === undefined || isWrong(`${name}[${index}]`) ? [] : [[entry as Entry, index] as const],
    );
  const operator = right<OperatorText>("operator", value.operator);
  const at = (name: string, index: number) => (): FilePlace => placeOf([name, index]);
  return {
    file,
    operator: operator.flatMap(([entry, index]) =>
      buildCommands([entry], at("operator", index)).map((one) => ({ ...one, index })),
    ),
    reactions: operator.flatMap(([entry, index]) =>
      buildReactions([entry], at("operator", index)).map((one) => ({ ...one, index })),
    ),
    rollbackFaults: right<RollbackFaultText>("faults", value.faults).flatMap(([entry, index]) =>
      buildRollbackFaults([entry], at("faults", index)).map((one) => ({ ...one, index })),
    ),
    expectations: right<ExpectationSentence>("expect", value.expect).map(([sentence, index]) => ({
      ...sentence,
      file,
      ...placeOf(["expect", index]),
      index,
    })),
    ...(value.pipeline === undefined || isWrong("pipeline")
      ? {}
      : { pipeline: buildPipeline(value.pipeline as PipelineText) }),
  };
}
