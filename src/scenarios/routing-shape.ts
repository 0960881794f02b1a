/** The shape of routing in scenario files: how a router decides, how many there are, and when each learns of what. */
import { z } from "zod";
import { SECOND_US } from "../engine/kernel/units.ts";
import { ROUTERS_MAX } from "../engine/routing/routing-plan.ts";
import { mapping, nameField, quantity, wholeNumber } from "./field.ts";
import { parseDuration, parsePositiveDuration, parseShare } from "./quantity.ts";

/** Modes of bucketing, by name. */
const BUCKETING_NAMES = ["canonical", "unleash", "growthbook-v1", "growthbook-v2", "flagd", "launchdarkly"] as const;

const reach = z.enum(["request", "user"]).default("request").meta({
  description: "request: each request reaches a router by chance; user: always the user's own (default: request)",
});
const keys = (description: string) => z.array(z.string()).default([]).meta({ description });

/** How a router decides. */
export const routerShape = mapping(
  {
    propagation: quantity(
      parseDuration,
      "How long after a change of the flags a router acts on it; where routers poll, after having read it (default: 1s)",
    ).optional(),
    killPropagation: quantity(
      parseDuration,
      "How long after a throw of the kill switch, which is pushed, not polled for (default: 0s)",
    ).optional(),
    bucketing: z
      .enum(BUCKETING_NAMES)
      .default("canonical")
      .meta({ description: "Whose rule decides who is in at a share (default: canonical, this project's own)" }),
    flag: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "canonical, flagd, launchdarkly: the flag's key (default: rollout)" }),
    group: z.string().min(1).optional().meta({ description: "unleash: the group's id (default: rollout)" }),
    seed: z
      .union([z.string().min(1), z.int()], { error: "a seed is text or a whole number" })
      .optional()
      .meta({
        description:
          "growthbook: the rule's seed (default: rollout); launchdarkly: the rollout's, a number (default: none)",
      }),
    salt: z.string().optional().meta({ description: "launchdarkly: the flag's salt (default: rollout)" }),
    stickiness: z.enum(["default", "user", "session", "request", "random"]).default("default").meta({
      description: "What is hashed; default: the user, else the session, else the request, as the traffic says it",
    }),
    allow: keys("Keys that go to the candidate while it may be used at all, as u17"),
    deny: keys("Keys that never do; they win over allowed ones"),
    segments: z
      .record(z.string(), quantity(parseShare, "Share of these users: 100%"))
      .default({})
      .meta({ description: "Segments that are decided before the share, the first that matches: { plan=pro: 100% }" }),
  },
  "How requests are routed",
);

const polling = mapping(
  {
    count: wholeNumber(1, "How many routers").max(ROUTERS_MAX),
    poll: quantity(parsePositiveDuration, "How often each reads the flags, from an instant of its own"),
    reach,
  },
  "Routers that poll the flags",
);
const delayed = mapping(
  {
    delays: z
      .array(quantity(parseDuration, "After how long: 2s"))
      .min(1)
      .max(ROUTERS_MAX)
      .meta({ description: "One router each, that sees every change so long after it was made" }),
    reach,
  },
  "Routers that see changes after delays of their own",
);

/** Several routers. */
export const routersShape = z
  .union([polling, delayed, z.array(quantity(parseDuration, "After how long: 2s")).min(1).max(ROUTERS_MAX)], {
    error: "routers are { count: 5, poll: 10s }, { delays: [1s, 2s] }, or a list of delays",
  })
  .meta({ description: "Several routers: { count: 5, poll: 10s }, or delays: [1s, 2s, 10s] (default: one)" });

/** When the flags cannot be read. */
export const flagStoreShape = mapping(
  {
    unreachable: z
      .array(
        mapping(
          {
            at: quantity(parseDuration, "When it begins: 12m"),
            for: quantity(parsePositiveDuration, "How long it lasts (default: to the end)").optional(),
            routers: z
              .array(wholeNumber(1, "Number of a router, from 1"))
              .min(1)
              .optional()
              .meta({ description: "Which routers, counted from 1 (default: all)" }),
          },
          "A time for which routers cannot read the flags: they go on with what they know",
        ),
      )
      .default([])
      .meta({ description: "When it cannot be read (default: never)" }),
  },
  "The store of the flags",
);

/** Throws of the kill switch. */
export const killSwitchShape = z
  .array(
    mapping(
      {
        at: quantity(parseDuration, "When it is thrown: 12m"),
        for: quantity(parsePositiveDuration, "How long until it is taken back (default: never)").optional(),
        by: nameField("Who (default: operator)").default("operator"),
        why: z.string().default("").meta({ description: "The reason, for the audit trail" }),
      },
      "A throw of the kill switch",
    ),
  )
  .meta({ description: "When somebody throws the kill switch: everybody is sent back, whatever else is set" });

/** What a file says of routers. */
export type RouterText = z.output<typeof routerShape>;
/** What a file says of several. */
export type RoutersText = z.output<typeof routersShape>;
/** What a file says of the store. */
export type FlagStoreText = z.output<typeof flagStoreShape>;
/** What a file says of the kill switch. */
export type KillSwitchText = z.output<typeof killSwitchShape>;

/** How long after a change of the flags a router acts on it, where a file does not say. */
export const DEFAULT_PROPAGATION_US = SECOND_US;

/** A router where a file says nothing of it. */
export const DEFAULT_ROUTER: RouterText = {
  bucketing: "canonical",
  stickiness: "default",
  allow: [],
  deny: [],
  segments: {},
};
