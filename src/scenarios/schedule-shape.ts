/** What a policy file says of people and of the calendar: sign-offs, starts of phases, change windows, freezes. */
import { z } from "zod";
import type { Approval, ChangeSchedule } from "../engine/deployment/policy.ts";
import { parseChangeWindow, parseInstant } from "./calendar-text.ts";
import { complain } from "./complaint.ts";
import type { Partly, Report } from "./document.ts";
import { mapping, nameField, sentence } from "./field.ts";
import type { NodePath } from "./yaml-text.ts";

/** Who signs off on a phase before it is entered. */
export const approvalField = z
  .union([z.boolean(), z.array(nameField("A role or a name")).min(1)], {
    error: "an approval is true (anybody's), or a list of those who all have to sign off",
  })
  .transform((text): Approval | undefined => (text === false ? undefined : { by: text === true ? [] : text }))
  .meta({ description: "Entered only after a sign-off: true for anybody's, or a list of those who all have to" });

/** When a phase begins at the earliest. */
export const startsAtField = sentence(
  parseInstant,
  "The manager enters the phase no earlier than this: 2025-10-31T14:10:00Z",
);

/** When the next phase may be entered at all. */
export const scheduleShape = mapping(
  {
    windows: z
      .array(sentence(parseChangeWindow, "Days and times in UTC: mon-fri 09:00-17:00"))
      .default([])
      .meta({ description: "A next phase is entered only inside one of these (default: at any time)" }),
    freezes: z
      .array(
        mapping(
          {
            name: z.string().min(1).meta({ description: "What people call the freeze" }),
            from: sentence(parseInstant, "It begins: 2025-11-27T00:00:00Z"),
            until: sentence(parseInstant, "It is over: 2025-12-02T00:00:00Z"),
          },
          "A span in which no next phase is entered",
        ),
      )
      .default([])
      .meta({ description: "Spans in which no next phase is entered" }),
  },
  "When a next phase may be entered; triggers guard at any time",
);

/** Complains of names that sign off twice and of freezes that end before they begin. */
export function checkSchedule(
  schedule: Partly<ChangeSchedule | undefined>,
  approvals: readonly Partly<Approval | undefined>[],
  above: NodePath,
  report: Report,
): void {
  for (const [index, freeze] of (schedule?.freezes ?? []).entries()) {
    const { from, until } = freeze ?? {};
    if (from?.epochMs === undefined || until?.epochMs === undefined || from.epochMs < until.epochMs) continue;
    const path = [...above, "schedule", "freezes", index, "until"];
    report(
      path,
      complain("a freeze ends after it begins", { found: until.text ?? null, allowed: `after ${from.text}` }),
    );
  }
  for (const [index, approval] of approvals.entries()) {
    const names = approval?.by ?? [];
    const twice = names.findIndex((name, place) => name !== undefined && names.indexOf(name) !== place);
    if (twice < 0) continue;
    const path = [...above, "phases", index, "approval", twice];
    report(path, complain("this one signs off already", { found: names[twice] ?? "" }));
  }
}
