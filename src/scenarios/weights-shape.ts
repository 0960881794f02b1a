/** Shares written as a balancer's weights: two pools with names, and in each phase the weight of each by its name. */
import { z } from "zod";
import { WHOLE_PPM } from "../engine/kernel/units.ts";
import { complain, parsed, refused, showFound, type Parsed } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, nameField, quantity } from "./field.ts";
import { nearestWord } from "./nearest-word.ts";
import type { QuantityText } from "./quantity.ts";
import type { NodePath } from "./yaml-text.ts";

/** How the pools are called that the weights are about. */
export const poolsShape = mapping(
  {
    baseline: nameField("Name of the pool that serves today: original"),
    candidate: nameField("Name of the pool that is rolled out: ultra-fast"),
  },
  "Names of the two pools, for phases that say weights instead of traffic",
);
/** What a file says of its pools. */
export type PoolsText = z.output<typeof poolsShape>;

function parseWeight(text: QuantityText): Parsed<number> {
  const ppm = typeof text === "number" ? text * WHOLE_PPM : Number.NaN;
  const rounded = Math.round(ppm);
  // 0.07 is not exact in binary; a millionth of a millionth off is not meant.
  if (rounded >= 0 && rounded <= WHOLE_PPM && Math.abs(ppm - rounded) < 1e-6) return parsed(rounded);
  const allowed = "a number from 0 to 1, in steps of 0.000001";
  return refused(complain("this is not a weight", { found: showFound(text), allowed }));
}

/** Weights of one phase, by the names of the pools. */
export const weightsField = z
  .record(z.string(), quantity(parseWeight, "Weight of the pool, 0 to 1"))
  .meta({ description: "Instead of traffic: the weights of both pools, { original: 0.99, ultra-fast: 0.01 }" });

/** What a phase says of its share. */
export interface ShareText {
  readonly traffic?: number | undefined;
  readonly weights?: Readonly<Record<string, number>> | undefined;
}

/** The share of a phase that has been checked, in parts per million. */
export function shareOf({ traffic, weights }: ShareText, pools: PoolsText | undefined): number {
  return traffic ?? weights?.[pools?.candidate ?? ""] ?? 0;
}

/** Complains of a phase that does not say its share in just one way, and of weights that are not those of both pools. */
export function checkShare(
  phase: Partly<ShareText>,
  pools: Partly<PoolsText | undefined>,
  path: NodePath,
  report: Report,
): void {
  if (phase === undefined) return;
  const ways = ["traffic", "weights"].filter((key) => key in phase);
  if (ways.length !== 1) {
    const message = ways.length === 0 ? "the share of the phase is missing" : "the share of the phase is said twice";
    const found = ways.length === 0 ? null : ways.join(", ");
    report(
      path,
      complain(message, { found, allowed: "traffic: 1%, or weights: { original: 0.99, ultra-fast: 0.01 }" }),
    );
  }
  const { weights } = phase;
  if (weights === undefined) return;
  const at = [...path, "weights"];
  if (pools === undefined) {
    const allowed = "pools: { baseline: original, candidate: ultra-fast } in the policy";
    return report(at, complain("weights are by the names of pools, and there are none", { allowed }));
  }
  const names = [pools.baseline, pools.candidate].filter((name) => name !== undefined);
  if (names.length < 2) return;
  for (const name of Object.keys(weights).filter((one) => !names.includes(one))) {
    const suggestion = nearestWord(name, names);
    report([...at, name], complain("there is no such pool", { found: name, allowed: names.join(", "), suggestion }));
  }
  for (const name of names.filter((one) => !Object.hasOwn(weights, one))) {
    report(at, complain(`the weight of ${name} is missing`, { found: Object.keys(weights).join(", ") }));
  }
  const given = names.map((name) => weights[name]);
  const sum = given.reduce<number>((total, weight) => total + (weight ?? Number.NaN), 0);
  if (Number.isNaN(sum) || sum === WHOLE_PPM) return;
  report(at, complain("weights add up to 1", { found: String(sum / WHOLE_PPM), allowed: "1" }));
}

/** Complains of pools with one name, which no weight could tell apart. */
export function checkPools(pools: Partly<PoolsText | undefined>, path: NodePath, report: Report): void {
  if (pools?.baseline === undefined || pools.baseline !== pools.candidate) return;
  report(path, complain("both pools have the same name", { found: pools.baseline }));
}
