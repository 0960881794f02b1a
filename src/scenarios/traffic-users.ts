/** The shape of users in scenario files: how many, how busy, in which segments, and what requests say of them. */
import { z } from "zod";
import { SEGMENTS_MAX } from "../engine/service/segments.ts";
import type { SessionModel, UserModel } from "../engine/traffic/traffic.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, quantity, wholeNumber } from "./field.ts";
import { parsePositiveDuration, parseShare, writeShare } from "./quantity.ts";
import type { KnownSegments } from "./segment-name.ts";

/** How many users there are where a file does not say. */
const DEFAULT_POPULATION = 100_000;
/** Most users that a world can have: every one takes some bytes. */
const POPULATION_MAX = 20_000_000;
const ZIPF_MAX = 5;
const SEGMENT_NAME = /^[\w-]+$/;

/** Users, as they stand in a file. */
export const usersShape = mapping(
  {
    population: wholeNumber(1, `How many users there are (default: ${DEFAULT_POPULATION})`, POPULATION_MAX).default(
      DEFAULT_POPULATION,
    ),
    zipf: z
      .number()
      .positive()
      .max(ZIPF_MAX)
      .optional()
      .meta({ description: "How unevenly busy they are: exponent of Zipf's law, 1.1 (default: all equally)" }),
    segments: z
      .record(z.string(), z.record(z.string(), quantity(parseShare, "Share of the users")))
      .optional()
      .meta({ description: "How they are divided: { region: { eu: 40%, us: 60% }, plan: { free: 90%, pro: 10% } }" }),
    identity: z
      .enum(["user", "session", "none"])
      .default("user")
      .meta({ description: "What a request says of its sender (default: user)" }),
    session: mapping(
      {
        requests: wholeNumber(1, "So many requests").optional(),
        lasts: quantity(parsePositiveDuration, "So long: 30m").optional(),
      },
      "What a session is, one of the two: { requests: 10 } or { lasts: 30m } (default: { lasts: 30m })",
    ).optional(),
  },
  `Who the requests come from (default: ${DEFAULT_POPULATION} users, equally busy)`,
);

/** What a file says of users. */
export type UsersText = z.output<typeof usersShape>;

/** Users where a file says nothing of them. */
export const DEFAULT_USERS: UsersText = { population: DEFAULT_POPULATION, identity: "user" };

/** A session where a file does not say what one is: ours, the length that web analytics has made usual. */
const DEFAULT_SESSION: SessionModel = { kind: "time", lengthUs: 30 * 60 * 1_000_000 };

/** Complains of shares that do not add up, and of sessions that nobody asked for. */
export function checkUsers(users: Partly<UsersText>, report: Report): void {
  if (users === undefined) return;
  const path = ["users", "segments"];
  let combinations = 1;
  for (const [name, values] of Object.entries(users.segments ?? {})) {
    const shares = Object.entries(values ?? {});
    combinations *= Math.max(shares.length, 1);
    for (const word of [name, ...shares.map(([value]) => value)]) {
      if (SEGMENT_NAME.test(word)) continue;
      const allowed = "letters, digits, - and _";
      report([...path, name], complain("this is not a name", { found: word, allowed }));
    }
    if (shares.some(([, ppm]) => ppm === undefined)) continue;
    const totalPpm = shares.reduce((sum, [, ppm]) => sum + (ppm ?? 0), 0);
    if (totalPpm === 1_000_000) continue;
    const found = writeShare(totalPpm);
    report([...path, name], complain("the shares must add up to all users", { found, allowed: "100%" }));
  }
  if (combinations > SEGMENTS_MAX) {
    const allowed = `at most ${SEGMENTS_MAX}`;
    report(path, complain("there are too many combinations of segments", { found: String(combinations), allowed }));
  }
  const { session } = users;
  if (session === undefined) return;
  if (users.identity !== "session") {
    report(["users", "session"], complain("requests have no sessions", { allowed: "identity: session beside it" }));
  } else if (["requests", "lasts"].filter((key) => key in session).length !== 1) {
    const allowed = "{ requests: 10 } or { lasts: 30m }";
    report(
      ["users", "session"],
      complain("a session has a length in requests or in time, one of the two", { allowed }),
    );
  }
}

/** The values of each dimension, as far as they could be read. */
export function segmentsOf(users: Partly<UsersText>): KnownSegments {
  const entries = Object.entries(users?.segments ?? {});
  return Object.fromEntries(entries.map(([name, values]) => [name, Object.keys(values ?? {})]));
}

/** The users that a file stands for. */
export function buildUsers(text: UsersText): UserModel {
  const { population, zipf, segments, identity } = text;
  return {
    population,
    ...(zipf === undefined ? {} : { zipf }),
    ...(segments === undefined
      ? {}
      : {
          segments: Object.entries(segments).map(([name, values]) => ({
            name,
            values: Object.entries(values).map(([value, ppm]) => ({ name: value, ppm })),
          })),
        }),
    ...(identity === "user" ? {} : { sessions: identity === "none" ? { kind: "none" } : buildSession(text.session) }),
  };
}

function buildSession(session: UsersText["session"]): SessionModel {
  if (session?.requests !== undefined) return { kind: "requests", requests: session.requests };
  if (session?.lasts !== undefined) return { kind: "time", lengthUs: session.lasts };
  return DEFAULT_SESSION;
}
