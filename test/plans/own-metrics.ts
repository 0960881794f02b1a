/** Plans with metrics of their world's own: whatever the world is, its requests are worth something. */
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import { createOwnMetricDraws, type OwnMetricModel } from "../../src/engine/service/own-metric-model.ts";

/** The plan with these metrics; the same plan where there are none. */
export function withOwnMetrics(plan: RehearsalPlan, models: readonly OwnMetricModel[]): RehearsalPlan {
  if (models.length === 0) return plan;
  const { world, seed } = plan;
  const ownMetrics = models.map(({ name, kind, unit }) => ({ name, kind, ...(unit === undefined ? {} : { unit }) }));
  return { ...plan, world: { ...world, ownMetrics, ownValues: createOwnMetricDraws(models, world, seed) } };
}
