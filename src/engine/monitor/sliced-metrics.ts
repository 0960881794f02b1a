/** Which metrics a rule may measure on a slice of the traffic: those of requests and attempts. */
import type { MetricDefinition } from "./catalogue.ts";

const SLICED =
  /^(?:errorRate|errorRate\.delta|userErrorRate|successRate|fallbackRate|declineRate|requests|requestRate|latency\..+)$/;

/** Whether a metric can be measured on a slice. */
export function isSliced({ name, own }: Pick<MetricDefinition, "name" | "own">): boolean {
  return own !== undefined || SLICED.test(name);
}
