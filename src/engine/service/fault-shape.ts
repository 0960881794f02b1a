/** How strong a fault is at a time. */
import type { Fault, VersionName } from "./fault.ts";

/** Strength of a fault that is active at the time: 0 (nothing) to 1 (all that it says). */
export function faultStrength(
  { shape, atUs, untilUs }: Pick<Fault, "shape" | "atUs" | "untilUs">,
  nowUs: number,
): number {
  const sinceUs = nowUs - atUs;
  switch (shape?.kind) {
    case undefined:
    case "step":
      return 1;
    case "ramp":
      return sinceUs >= shape.riseUs ? 1 : sinceUs / shape.riseUs;
    case "spike":
      return sinceUs < shape.riseUs ? sinceUs / shape.riseUs : (untilUs - nowUs) / (untilUs - atUs - shape.riseUs);
    case "flapping":
      return sinceUs % (shape.onUs + shape.offUs) < shape.onUs ? 1 : 0;
  }
}

/** Whether a fault that is active at the time fails the health polls of a version. */
export function failsHealthOf(fault: Fault, version: VersionName, nowUs: number): boolean {
  if (!fault.failsHealth || (fault.version !== version && fault.version !== "both")) return false;
  return faultStrength(fault, nowUs) > 0;
}
