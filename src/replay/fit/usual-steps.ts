/** Steps of time that people are used to, as long as what is counted in them asks for. */
import { DAY_US, HOUR_US, MINUTE_US, SECOND_US } from "../../engine/kernel/units.ts";

const STEPS_US = [1, 2, 5, 10, 15, 30]
  .map((seconds) => seconds * SECOND_US)
  .concat([1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_US))
  .concat([1, 2, 6, 12].map((hours) => hours * HOUR_US))
  .concat([DAY_US]);
/** A step has so many requests on average, so that its rate is known to about a tenth; and there are so many at most. */
const REQUESTS_PER_STEP = 100;
const STEPS_MAX = 120;

/** The shortest usual step that is long enough for so many requests within a span. */
export function usualStepUs(requests: number, spanUs: number): number {
  return STEPS_US.find((us) => spanUs / us <= STEPS_MAX && (requests * us) / spanUs >= REQUESTS_PER_STEP) ?? DAY_US;
}
