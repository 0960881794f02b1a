import { expect, it } from "vitest";
import { DECLINED, SERVED } from "../../engine/service/world.ts";
import { resultNames } from "./result-names.ts";

it("has a word for every code, and none for two", () => {
  const names = resultNames(["http-500", "served", "!served", "declined"]);
  expect([names[SERVED], names[1], names[2], names[3], names[4], names[DECLINED]]).toEqual([
    "served",
    "http-500",
    "!served",
    "!!served",
    "!declined",
    "declined",
  ]);
});
