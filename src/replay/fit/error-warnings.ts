/** What a rate and bursts of it cannot say of a trace's failures, and what the trace does instead. */
import { SECOND_US } from "../../engine/kernel/units.ts";
import { SERVED } from "../../engine/service/world.ts";
import { writeDuration } from "../../scenarios/quantity.ts";
import type { Trace } from "../columns.ts";
import type { FittedVersion, GoodnessOfFit } from "./fitted.ts";
import { isPoor } from "./goodness.ts";

/** Parts of a trace that are told apart where its failures fit badly. */
const PARTS = 4;
/** Where more of the model than this is beyond the extremes of the trace, the trace is more even than the model. */
const MORE_EVEN = 0.2;

/** In words; `name` is the version's, `fit` that of its failures over time. */
export function errorWarnings(
  trace: Trace,
  rows: Uint32Array,
  { seenBursts }: Pick<FittedVersion, "seenBursts">,
  fit: GoodnessOfFit | null,
  name: string,
): string[] {
  const spanUs = (trace.columns.startUs[trace.count - 1] as number) + 1;
  const ratesBetween = (bordersUs: readonly number[]): string[] => rates(trace, rows, bordersUs);
  const warnings: string[] = [];
  const [only, second] = seenBursts;
  let changesOnce = false;
  if (only !== undefined && second === undefined) {
    const isFirst = only.fromUs === 0;
    if (isFirst || only.toUs === spanUs) {
      changesOnce = true;
      const changeUs = isFirst ? only.toUs : only.fromUs;
      const [before, after] = ratesBetween([changeUs]);
      const at = time(changeUs);
      warnings.push(
        `failures of the ${name} change once: ${before} before ${at}, ${after} after. A scenario's bursts come and go ` +
          `instead; fit either part by itself (--to ${at}, --from ${at})`,
      );
    } else {
      const [, within] = ratesBetween([only.fromUs, only.toUs]);
      warnings.push(
        `failures of the ${name} have one burst (${within} from ${time(only.fromUs)} to ${time(only.toUs)}): how often ` +
          "such bursts come, and how long they last, is a guess",
      );
    }
  }
  if (fit === null || !isPoor(fit) || changesOnce) return warnings;
  const [least, most] = [fit.curve[0], fit.curve.at(-1)];
  // So much of the model lies beside all that the trace has.
  const beside = (least?.fitted ?? 0) + 1 - (most?.fitted ?? 1);
  if (beside > MORE_EVEN) {
    const range = [least, most].map((point) => `${Number((point?.value ?? 0).toPrecision(2))}%`);
    warnings.push(
      `failures of the ${name} are more even than independent ones: ${range[0]} to ${range[1]} of every step's attempts`,
    );
  } else {
    const bordersUs = Array.from({ length: PARTS - 1 }, (_, part) => (spanUs * (part + 1)) / PARTS);
    const parts = ratesBetween(bordersUs).map((rate, part) => {
      const untilUs = bordersUs[part];
      return `${rate} ${untilUs === undefined ? "after" : `until ${time(untilUs)}`}`;
    });
    warnings.push(`failures of the ${name}, which neither a rate nor bursts of it say well: ${parts.join(", ")}`);
  }
  return warnings;
}

/** The shares of failures before the first border, between any two, and after the last. */
function rates(trace: Trace, rows: Uint32Array, bordersUs: readonly number[]): string[] {
  const attempts = [0, ...bordersUs.map(() => 0)];
  const failures = [...attempts];
  for (const row of rows) {
    const atUs = trace.columns.startUs[row] as number;
    const part = bordersUs.reduce((sum, borderUs) => sum + (atUs >= borderUs ? 1 : 0), 0);
    attempts[part] = (attempts[part] as number) + 1;
    if (trace.outcome[row] !== SERVED) failures[part] = (failures[part] as number) + 1;
  }
  return attempts.map((count, part) => {
    if (count === 0) return "no attempts";
    return `${Number((((failures[part] as number) * 100) / count).toPrecision(2))}%`;
  });
}

/** To the second: fits do not know more. */
function time(us: number): string {
  return writeDuration(Math.round(us / SECOND_US) * SECOND_US);
}
