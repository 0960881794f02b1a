/** Faults planted into flags, bucketing, routers and how they learn of changes. */
import type { Mutant } from "./mutant.ts";

const ROUTERS = "src/engine/routing/routers.test.ts";
const PROPAGATION = "src/engine/routing/propagation.test.ts";

/** The list. */
export const ROUTING_MUTANTS: readonly Mutant[] = [
  {
    name: "a denied key is let in where it is allowed",
    file: "src/engine/routing/key-router.ts",
    find: "!denied.has(key) && (allowed.has(key) || byShare(key))",
    replaceBy: "allowed.has(key) || (!denied.has(key) && byShare(key))",
    killedBy: "src/engine/routing/key-router.test.ts",
  },
  {
    name: "an allowed key is decided by the share",
    file: "src/engine/routing/routers.ts",
    find: "if (one === CLASS_ALLOWED) threshold = ALWAYS_IN;",
    replaceBy: "if (one === CLASS_ALLOWED) threshold = bucketing.threshold(sharePpm);",
    killedBy: ROUTERS,
  },
  {
    name: "the kill switch spares segments",
    file: "src/engine/routing/routers.ts",
    find: "    if (mayBeUsed) {\n",
    replaceBy: "    if (mayBeUsed || one >= CLASS_SEGMENT) {\n",
    killedBy: ROUTERS,
  },
  {
    name: "a change of mind is no flip",
    file: "src/engine/routing/routers.ts",
    find: "    state.flips++;\n",
    replaceBy: "",
    killedBy: ROUTERS,
  },
  {
    name: "every flip is one between routers",
    file: "src/engine/routing/routers.ts",
    find: "if (there !== isCandidate) {",
    replaceBy: "if (there >= 0) {",
    killedBy: ROUTERS,
  },
  {
    name: "who left at a router whose share had not fallen is not noticed",
    file: "src/engine/routing/routers.ts",
    find: "else if (((inside[at] as number) & bit) !== 0) state.broken++;",
    replaceBy: "else if (((inside[at] as number) & bit) !== 0) state.broken += 0;",
    killedBy: ROUTERS,
  },
  {
    name: "a router that polls sees a change at once",
    file: "src/engine/routing/propagation.ts",
    find: "let polls = Math.max(Math.floor((storedAtUs - firstPollUs) / pollUs) + 1, 0);",
    replaceBy: "let polls = Math.max(Math.floor((storedAtUs - firstPollUs) / pollUs), 0);",
    killedBy: PROPAGATION,
  },
  {
    name: "an unreachable store is read",
    file: "src/engine/routing/propagation.ts",
    find: "    if (outage === undefined) return fromUs;\n",
    replaceBy: "    if (outage === undefined || outage.untilUs > 0) return fromUs;\n",
    killedBy: PROPAGATION,
  },
  {
    name: "all routers poll at the same instants",
    file: "src/engine/routing/propagation.ts",
    find: "draw32(a, b, i) * DRAW_UNIT * routers.pollUs",
    replaceBy: "draw32(a, b, 0) * DRAW_UNIT * routers.pollUs",
    killedBy: PROPAGATION,
  },
  {
    name: "flags share their buckets",
    file: "src/engine/flags/bucketing.ts",
    find: "return fmix32(keyHash ^ salt);",
    replaceBy: "return fmix32(keyHash ^ (salt & 0));",
    killedBy: "src/engine/flags/bucketing.test.ts",
  },
  {
    name: "names beyond ASCII are hashed by their low bytes",
    file: "src/engine/flags/bucketing.ts",
    find: "  if (seen > 0x7f) return hashEncoded(key);\n",
    replaceBy: "",
    killedBy: "src/engine/flags/bucketing.test.ts",
  },
  {
    name: "a full rollout leaves a key out",
    file: "src/engine/flags/bucketing.ts",
    find: "return 2 * Math.round((sharePpm * 2_147_483_648) / WHOLE_PPM);",
    replaceBy: "return 2 * Math.round((sharePpm * 2_147_483_647) / WHOLE_PPM);",
    killedBy: "src/engine/flags/bucketing.test.ts",
  },
  {
    name: "a share without the optimised path is fine",
    file: "src/engine/flags/validation.ts",
    find: "if (flags.rolloutPpm > 0 && !flags.useOptimizedAnalytics) {",
    replaceBy: "if (flags.rolloutPpm < 0 && !flags.useOptimizedAnalytics) {",
    killedBy: "src/engine/flags/validation.test.ts",
  },
];
