/** Random routing for property tests: several routers, all modes, lists, outages and throws of the kill switch. */
import fc from "fast-check";
import type { RouterSpec, RoutingPlan, StoreOutage } from "../../src/engine/routing/routing-plan.ts";
import { VENDOR_CASES } from "../vendors/cases.ts";

const SECOND = 1_000_000;
const atUs = fc.oneof(
  fc.nat(60 * SECOND),
  fc.nat(60).map((second) => second * SECOND),
);

const routers: fc.Arbitrary<RouterSpec> = fc.oneof(
  fc.record({
    kind: fc.constant("delayed"),
    delaysUs: fc.array(fc.constantFrom(0, 1, 700_000, 5 * SECOND), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    kind: fc.constant("polling"),
    count: fc.constantFrom(1, 2, 5, 40),
    pollUs: fc.constantFrom(1, SECOND, 4_300_000, 30 * SECOND),
    readUs: fc.constantFrom(0, 250_000),
  }),
);

const outage: fc.Arbitrary<StoreOutage> = fc
  .record({
    atUs,
    lengthUs: fc.constantFrom(0, 1, 3 * SECOND, 25 * SECOND, Infinity),
    routers: fc.constantFrom(null, [0], [0, 2, 3]),
  })
  .map(({ lengthUs, ...rest }) => ({ ...rest, untilUs: Math.min(rest.atUs + lengthUs, Number.MAX_SAFE_INTEGER) }));

/** Routing of a world without segments. */
export const arbitraryRouting: fc.Arbitrary<RoutingPlan> = fc.record({
  routers,
  reach: fc.constantFrom("request", "user"),
  bucketing: fc.constantFrom(
    { kind: "canonical", flag: "rollout" } as const,
    { kind: "canonical", flag: "other" } as const,
    ...VENDOR_CASES.map(({ mode }) => mode),
  ),
  stickiness: fc.constantFrom("default", "user", "session", "request", "random"),
  targeting: fc.record({
    allow: fc.constantFrom([], ["u0"], ["u3", "u7", "somebody else"]),
    deny: fc.constantFrom([], ["u0", "u1"]),
    segments: fc.constant([]),
  }),
  outages: fc.array(outage, { maxLength: 2 }),
  killSwitch: fc.array(
    fc.record({ atUs, on: fc.boolean(), by: fc.constant("ann"), reason: fc.constantFrom("", "smoke") }),
    { maxLength: 3 },
  ),
  killDelayUs: fc.constantFrom(0, 400_000),
});
