/** What a fault of a scenario file does to metrics of the scenario's own: `metrics: { conversion: x 0.5 }`. */
import { z } from "zod";
import type { OwnMetricChange } from "../engine/service/own-metric.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { quantity } from "./field.ts";
import { nearestWord } from "./nearest-word.ts";
import type { OwnKinds } from "./own-metric-name.ts";
import { parseOwnChange, writeOwnChange } from "./own-metric-text.ts";
import type { NodePath } from "./yaml-text.ts";

/** Changes by the name of the metric. */
export const ownChangesShape = z
  .record(z.string(), quantity(parseOwnChange, "x 0.5, + 1%, - 2"))
  .meta({ description: "Metrics of the scenario's own: { conversion: x 0.5, basket.value: - 2 }" });

/** What a file says of them. */
export type OwnChangesText = z.output<typeof ownChangesShape>;

/** Complains of metrics that are not there, and of changes that their kinds cannot have. */
export function checkOwnChanges(
  changes: Partly<OwnChangesText | undefined>,
  kinds: OwnKinds,
  path: NodePath,
  report: Report,
): void {
  for (const [name, change] of Object.entries(changes ?? {})) {
    const at = [...path, name];
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      const known = Object.keys(kinds);
      report(
        at,
        complain("the scenario has no such metric of its own", {
          found: name,
          allowed: known.join(", ") || "none: declare it in metrics",
          suggestion: nearestWord(name, known),
        }),
      );
      continue;
    }
    if (change === undefined) continue;
    const { unit, factor = 1 } = change;
    if (kind === "boolean" && unit === "number") {
      report(at, complain("a boolean is true for a share of the requests", { allowed: "x 0.5, + 1%, - 1%" }));
    } else if (kind === "number" && unit === "share") {
      report(at, complain("a number is no share", { allowed: "x 0.5, + 2, - 2" }));
    } else if (kind === "boolean" && factor > 1) {
      const allowed = "x 0 to x 1 keeps that share of the true ones, + 2% makes that share of the others true";
      report(at, complain("a fault cannot multiply a boolean upwards", { found: `x ${factor}`, allowed }));
    }
  }
}

/** The changes that a file stands for. */
export function buildOwnChanges(changes: OwnChangesText): Readonly<Record<string, OwnMetricChange>> {
  return Object.fromEntries(Object.entries(changes).map(([name, { factor, add }]) => [name, { factor, add }]));
}

/** `conversion x0.5`, one for each. */
export function nameOwnChanges(changes: OwnChangesText | undefined): string[] {
  return Object.entries(changes ?? {}).map(([name, change]) => `${name} ${writeOwnChange(change)}`);
}
