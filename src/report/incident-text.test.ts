import { expect, it } from "vitest";
import { SAMPLE_TRACE } from "../../test/cli/sample-record.ts";
import { renderIncidents, type IncidentDocument } from "./incident-text.ts";

it("says per rule what it saw, what it was blind to and why, and its false alarms", () => {
  const rule = { kind: "trigger", metric: "all.latency.change", seen: 1, missed: 1 } as const;
  const document: IncidentDocument = {
    schema: "rehearse.incidents/1",
    command: "rehearse replay shop.log",
    trace: "shop.log",
    policy: "p",
    watchedMs: 3_600_000,
    traceRecord: SAMPLE_TRACE,
    incidents: [
      { name: "one", fromUs: 60_000_000, toUs: 120_000_000, fromMs: 60_000, toMs: 120_000, kind: "deploy" },
      { name: "two", fromUs: 600_000_000, toUs: 660_000_000, fromMs: 600_000, toMs: 660_000 },
    ],
    rules: [
      {
        ...rule,
        name: "change",
        incidents: [
          { incident: "one", verdict: "seen", delayMs: 8_000, why: null },
          { incident: "two", verdict: "missed", delayMs: null, why: "not looked at in RAMP" },
        ],
        falseAlarmsAtMs: [1_800_000, 2_400_000],
        falseAlarmsPerHour: 2.149,
        lookedAtMs: 3_600_000,
        restsOnModel: true,
        afterwardsAtMs: [125_000],
      },
    ],
    warnings: [],
    notes: ["a note"],
  };
  const text = renderIncidents(document, { colour: false, ascii: true });
  expect(text).toContain("10,000 read, 9,998 accepted, 2 rejected");
  expect(text.replace(/\s+/gu, " ")).toContain("? warning the verdict rests on the model: 100% of the candidate's");
  expect(text.replace(/\n  Trace\n[^]*?\n\n/u, "\n")).toBe(`shop.log, watched by p
  watched for 1h; triggers only watch, none of them acts
  incident one (deploy): 1m to 2m
  incident two: 10m to 11m

  trigger change all.latency.change
    ? rests on the model: most of what it looks at is not the log's
    + saw one after 8s
    x blind to two: not looked at in RAMP
    x 2 false alarms, 2.1 per hour, the first at 30m
    - fired as well while its window still reached back into an incident

  x no trigger and no alert saw two
  note  a note
  reproduce  rehearse replay shop.log
`);
});
