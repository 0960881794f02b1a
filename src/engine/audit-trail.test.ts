import { expect, it } from "vitest";
import { smallPlan } from "../../test/plans/small-plan.ts";
import { auditTrail } from "./audit-trail.ts";
import { DECISION_KINDS, EVENT_KINDS } from "./result.ts";
import { rehearse } from "./stack.ts";

it("is whole and in order, decisions apart from events", () => {
  const record = rehearse(smallPlan());
  const trail = auditTrail(record);
  expect(trail.map((entry) => entry.sequence)).toEqual(trail.map((_, i) => i));
  expect(trail.map((entry) => entry.kind).slice(0, 3)).toEqual(["start", "flags", "flags"]);
  for (const { kind } of record.decisions) expect(DECISION_KINDS).toContain(kind);
  for (const { kind } of record.events) expect(EVENT_KINDS).toContain(kind);
  expect(record.decisions.length + record.events.length).toBe(trail.length);
});
