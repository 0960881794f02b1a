import { describe, expect, it } from "vitest";
import type { ReadinessDocument } from "../scenarios/readiness/readiness-result.ts";
import { renderReadiness, renderReadinessJson } from "./readiness-text.ts";

const DOCUMENT: ReadinessDocument = {
  schema: "rehearse.readiness/1",
  command: "rehearse ready s.yaml --profile go-no-go --seed 1",
  profile: "go-no-go",
  scenario: "s",
  policy: "p",
  seed: "1",
  measuredForMs: 600_000,
  ready: false,
  items: [
    {
      item: "cache",
      title: "Cache ready",
      group: "infrastructure",
      status: "passed",
      how: "measured",
      value: true,
      asked: null,
      reason: "it answers 70 % of the look-ups",
    },
    {
      item: "reviewed",
      title: "All code reviewed and approved",
      group: "code",
      status: "missing",
      how: null,
      value: null,
      asked: null,
      reason: "it cannot be measured by rehearsing; give it: --input reviewed=yes",
    },
  ],
  audit: [{ kind: "sign-off", item: "sign-off-lead", by: "ann", why: "Sign-off: lead", standing: "signed" }],
  escalatedTo: "eve",
  notes: ["its faults are left out"],
};

describe("a readiness check as text", () => {
  it("has the verdict, every item with its reason, the audit, and to whom it is escalated", () => {
    const text = renderReadiness(DOCUMENT, { colour: false, ascii: true });
    expect(text).toContain("x NO-GO  s");
    expect(text).toContain("+ passed: Cache ready\n        measured: it answers 70 % of the look-ups [cache]");
    expect(text).toContain("? missing: All code reviewed and approved");
    expect(text).toContain("- sign-off of sign-off-lead by ann");
    expect(text).toContain("escalated  to the incident commander, eve");
    expect(text).toContain("x 2 items, 1 passed or overridden, 1 in the way");
    const go = renderReadiness({ ...DOCUMENT, ready: true, escalatedTo: null }, { colour: false, ascii: true });
    expect(go).toContain("+ GO  s");
    expect(go).not.toContain("escalated");
    expect(renderReadiness({ ...DOCUMENT, profile: "plan" }, { colour: false, ascii: true })).toContain("NOT READY");
  });

  it("as JSON it is the document", () => {
    expect(JSON.parse(renderReadinessJson(DOCUMENT))).toEqual(DOCUMENT);
  });
});
