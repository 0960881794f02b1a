/** The second world of the end-to-end rows: the plain one with Zipf users, 20 routes, segments and kinds of failure. */
import type { RehearsalPlan } from "../../src/engine/plan.ts";
import type { VersionModel } from "../../src/engine/service/version-model.ts";
import { createSyntheticWorld } from "../../src/engine/traffic/synthetic-world.ts";
import { planOf, versionModel, type WorldFacts } from "./bench-world.ts";

const ROUTES = Array.from({ length: 20 }, (_, i) => ({ name: `GET /${i}`, weight: 20 - i }));
const KINDS = [
  { name: "reset", weight: 1 },
  { name: "http-500", weight: 3 },
  { name: "http-503", weight: 1 },
];

/** The wide system as a plan. */
export function widePlanOf(facts: WorldFacts): RehearsalPlan {
  const traffic = {
    arrivals: { kind: "poisson", perSecond: facts.perSecond },
    users: {
      population: facts.users,
      zipf: 1.1,
      segments: [
        { name: "region", values: shares({ eu: 40, us: 60 }) },
        { name: "plan", values: shares({ free: 90, pro: 10 }) },
      ],
    },
    routes: ROUTES,
  } as const;
  const versions = { baseline: wide(facts.baseline), candidate: wide(facts.candidate) };
  return { ...planOf(facts), world: createSyntheticWorld({ traffic, ...versions }, facts.seed) };
}

function shares(percents: Readonly<Record<string, number>>): { readonly name: string; readonly ppm: number }[] {
  return Object.entries(percents).map(([name, percent]) => ({ name, ppm: percent * 10_000 }));
}

/** Every second route is half as fast again; users in the us are slower still. */
function wide(facts: WorldFacts["baseline"]): VersionModel {
  const own = versionModel(facts);
  const slower = (factor: number): VersionModel["latency"] =>
    versionModel({ ...facts, p50Ms: facts.p50Ms * factor, p95Ms: facts.p95Ms * factor }).latency;
  const onOddRoutes = { latency: slower(1.5) };
  return {
    ...own,
    errors: { ...own.errors, kinds: KINDS },
    routes: Object.fromEntries(ROUTES.filter((_, i) => i % 2 === 1).map(({ name }) => [name, onOddRoutes])),
    segments: [{ where: { region: "us", plan: "free" }, latency: slower(1.2) }],
  };
}
