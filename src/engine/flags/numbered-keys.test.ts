import { describe, expect, it } from "vitest";
import { hashKey } from "./bucketing.ts";
import { hashNumberedUsers } from "./numbered-keys.ts";

describe("hashes of numbered users", () => {
  it("are those of their keys as texts, over every carry up to six digits", () => {
    const users = 100_101;
    expect([...hashNumberedUsers(users)]).toEqual(Array.from({ length: users }, (_, user) => hashKey(`u${user}`)));
  });

  it("of nobody are none", () => {
    expect(hashNumberedUsers(0)).toHaveLength(0);
  });
});
