/** `coarse-tick`: a comparison in time whose window has so few ticks that a change between two of them blurs it. */
import type { Policy } from "../../engine/deployment/policy.ts";
import { WHOLE_PPM } from "../../engine/kernel/units.ts";
import { findMetric } from "../../engine/monitor/catalogue.ts";
import { writeDuration, writeShare } from "../quantity.ts";
import { placedRules, type Finding } from "./lint.ts";

/** With fewer ticks than this in a window, more than an eighth of it can be of the other side of a change. Ours. */
const TICKS_MIN = 4;

/** Rules that set a window against the one before it: both begin and end at ticks, wherever the change is. */
export function lintTicks(policy: Policy): Finding[] {
  return placedRules(policy).flatMap((rule): Finding[] => {
    const { metric, window } = rule.condition;
    if (window.kind !== "sliding" || findMetric(metric)?.metric.readsWindowBefore !== true) return [];
    const ticks = Math.max(Math.round(window.lengthUs / policy.tickUs), 1);
    if (ticks >= TICKS_MIN) return [];
    const [length, tick] = [writeDuration(window.lengthUs), writeDuration(policy.tickUs)];
    const mixed = writeShare(Math.round(WHOLE_PPM / (2 * ticks)));
    const why =
      `${rule.name} compares windows of ${length} that begin and end at ticks, every ${tick}: what changes halfway ` +
      `between two ticks is in 1 / (2 x ${ticks}) = ${mixed} of one of them at best, and does not show`;
    const most = writeDuration(Math.floor(window.lengthUs / TICKS_MIN));
    const cure = `a tick of at most ${most}, or a window of at least ${writeDuration(policy.tickUs * TICKS_MIN)}`;
    return [{ rule: "coarse-tick", path: rule.path, why, cure }];
  });
}
