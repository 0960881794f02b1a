import { expect, it } from "vitest";
import { DAY_US, HOUR_US, MINUTE_US, msFromUs } from "./units.ts";

it("units are made of each other", () => {
  expect([msFromUs(1500), msFromUs(MINUTE_US), HOUR_US / MINUTE_US, DAY_US / HOUR_US]).toEqual([1.5, 60_000, 60, 24]);
});
