/** Random worlds beyond the plain one: every kind of traffic, users, latency, failure and fault. */
import fc from "fast-check";
import type { Fault } from "../../src/engine/service/fault.ts";
import type { ErrorModel, LatencyModel, VersionModel } from "../../src/engine/service/version-model.ts";
import { createSyntheticWorld } from "../../src/engine/traffic/synthetic-world.ts";
import type { ArrivalModel, UserModel } from "../../src/engine/traffic/traffic.ts";
import type { World } from "../../src/engine/service/world.ts";

const SECOND = 1_000_000;

const arrivals: fc.Arbitrary<ArrivalModel> = fc.oneof(
  fc.record({
    kind: fc.constant("varying"),
    points: fc
      .array(fc.record({ gapUs: fc.nat(20 * SECOND), perSecond: fc.constantFrom(0, 5, 80) }), {
        minLength: 1,
        maxLength: 4,
      })
      .map((steps) => {
        let atUs = 0;
        return [
          ...steps.map(({ gapUs, perSecond }) => ({ atUs: (atUs += gapUs), perSecond })),
          { atUs, perSecond: 20 },
        ];
      }),
    repeatUs: fc.constantFrom(null, 100 * SECOND),
    spacing: fc.constantFrom("poisson", "even"),
  }),
  fc.record({
    kind: fc.constant("bursts"),
    calmPerSecond: fc.constantFrom(0, 5),
    burstPerSecond: fc.constantFrom(20, 200),
    calmUs: fc.constantFrom(SECOND / 3, 20 * SECOND),
    burstUs: fc.constantFrom(SECOND / 10, 3 * SECOND),
  }),
);

const users: fc.Arbitrary<UserModel> = fc
  .record({
    population: fc.constantFrom(1, 50, 1000),
    zipf: fc.constantFrom(0, 1.1),
    sessions: fc.constantFrom(
      null,
      { kind: "none" },
      { kind: "requests", requests: 3 },
      { kind: "time", lengthUs: SECOND },
    ),
  })
  .map(({ sessions, ...rest }) => ({
    ...rest,
    segments: [
      {
        name: "plan",
        values: [
          { name: "free", ppm: 700_000 },
          { name: "pro", ppm: 300_000 },
        ],
      },
    ],
    ...(sessions === null ? {} : { sessions: sessions }),
  }));

const latency: fc.Arbitrary<LatencyModel> = fc.constantFrom<LatencyModel>(
  { kind: "exponential", meanUs: 50_000 },
  { kind: "empirical", points: [{ quantile: 0.5, us: 10_000 }] },
  {
    kind: "mixture",
    parts: [
      { weight: 3, latency: { kind: "constant", us: 5_000 } },
      { weight: 1, latency: { kind: "exponential", meanUs: SECOND } },
    ],
  },
);
const errors: fc.Arbitrary<ErrorModel> = fc.record({
  kind: fc.constant("own"),
  ppm: fc.constantFrom(0, 20_000),
  bursts: fc.constant({ ppm: 600_000, everyUs: 5 * SECOND, lastsUs: SECOND }),
  kinds: fc.constant([
    { name: "reset", weight: 1 },
    { name: "http-500", weight: 2 },
  ]),
});
const version: fc.Arbitrary<VersionModel> = fc.record({
  latency,
  errors,
  declinePpm: fc.constant(0),
  routes: fc.constant({ "/b": { timeoutUs: 60_000 } }),
  segments: fc.constant([{ where: { plan: "pro" }, latency: { kind: "constant", us: 70_000 } as const }]),
});

/** A world of all that, with the routes `/a` and `/b`, for a seed. */
export const arbitraryWorld: fc.Arbitrary<(seed: string) => World> = fc
  .record({ arrivals, users, baseline: version, candidate: version, warmUp: fc.boolean() })
  .map(({ arrivals: times, users: people, baseline, candidate, warmUp }) => (seed: string) => {
    const routes = [
      { name: "/a", weight: 2 },
      { name: "/b", weight: 1 },
    ];
    const started = warmUp ? { ...candidate, warmUp: { factor: 6, overUs: 20 * SECOND } } : candidate;
    const traffic = { arrivals: times, users: people, routes };
    return createSyntheticWorld({ traffic, baseline, candidate: started, errorKinds: ["redis"] }, seed);
  });

/** How such a fault comes, where and on whom; the rest is as of any fault. For worlds of `arbitraryWorld` alone. */
export const arbitraryFaultManner: fc.Arbitrary<Partial<Fault>> = fc.record(
  {
    version: fc.constantFrom("both", "candidate", "baseline"),
    shape: fc.constantFrom(
      { kind: "ramp", riseUs: 4 * SECOND },
      { kind: "spike", riseUs: 1 },
      { kind: "flapping", onUs: 700_000, offUs: SECOND },
    ),
    where: fc.constant({ plan: "pro" }),
    errorKind: fc.constant("redis"),
  },
  { requiredKeys: [] },
);
