/**
 * Burn rates: how many times faster than allowed an error budget is used up. A service level of 99.9 % allows 0.1 % of
 * the requests to fail; at a burn rate of 14.4, 1.44 % of them do. A rule on a burn rate is one on the rate of failed
 * users, with the limit multiplied by the budget; over a long and a short window, it fires early and stops soon
 * (B. Beyer et al., The Site Reliability Workbook, 2018, chapter 5).
 */
import { WHOLE_PPM } from "../kernel/units.ts";

/** The metric of which a burn rate is a multiple. */
export const BURNT_METRIC = "userErrorRate";

/** The rate of failed users, in parts per million, at which the budget of an objective burns so many thousandths as fast. */
export function limitOfBurnRate(burnMilli: number, objectivePpm: number): number {
  return (burnMilli * (WHOLE_PPM - objectivePpm)) / 1_000;
}

/** The burn rate of a rate of failed users, both in parts per million. */
export function burnRateOf(failedPpm: number, objectivePpm: number): number {
  return failedPpm / (WHOLE_PPM - objectivePpm);
}
