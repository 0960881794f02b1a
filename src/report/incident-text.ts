/** What the rules of a policy saw of known incidents, for people. */
import type { PlacedIncident } from "../replay/incidents/incident-file.ts";
import type { RuleJudgement } from "../replay/incidents/judge-incidents.ts";
import { formatDuration } from "./duration-format.ts";
import { hang, LINE_WIDTH } from "./line-layout.ts";
import { formatPlural } from "./number-format.ts";
import { createTheme } from "./theme.ts";

/** What was watched. */
export interface IncidentDocument {
  readonly schema: "rehearse.incidents/1";
  readonly command: string;
  readonly trace: string;
  readonly policy: string;
  readonly watchedMs: number;
  /** In the time of the run. */
  readonly incidents: readonly PlacedIncident[];
  readonly rules: readonly RuleJudgement[];
  readonly notes: readonly string[];
}

/** The document as text, at most 80 columns wide where words allow it. */
export function renderIncidents(
  { trace, policy, watchedMs, incidents, rules, notes, command }: IncidentDocument,
  look: { readonly colour: boolean; readonly ascii: boolean },
): string {
  const theme = createTheme(look);
  const lines = [
    theme.bold(`${trace}, watched by ${policy}`),
    `  watched for ${formatDuration(watchedMs)}; triggers only watch, none of them acts`,
    ...incidents.map(({ name, fromUs, toUs, kind }) => {
      const what = kind === undefined ? "" : ` (${kind})`;
      return `  incident ${name}${what}: ${formatDuration(fromUs / 1_000)} to ${formatDuration(toUs / 1_000)}`;
    }),
  ];
  for (const rule of rules) {
    lines.push("", `  ${theme.bold(`${rule.kind} ${rule.name}`)} ${theme.faint(rule.metric)}`);
    for (const { incident, verdict, delayMs, why } of rule.incidents) {
      const mark = verdict === "seen" ? "good" : verdict === "missed" ? "bad" : "unknown";
      const said =
        verdict === "seen"
          ? `saw ${incident} after ${formatDuration(delayMs ?? 0)}`
          : verdict === "already"
            ? `fired already before ${incident} began`
            : `blind to ${incident}: ${why ?? ""}`;
      lines.push(...hang(`    ${theme.glyph(mark)} `, said, LINE_WIDTH));
    }
    const { falseAlarmsAtMs, falseAlarmsPerHour, afterwardsAtMs } = rule;
    if (falseAlarmsAtMs.length > 0) {
      const perHour = falseAlarmsPerHour === null ? "" : `, ${Number(falseAlarmsPerHour.toPrecision(2))} per hour`;
      const first = `the first at ${formatDuration(falseAlarmsAtMs[0] ?? 0)}`;
      lines.push(
        `    ${theme.glyph("bad")} ${formatPlural(falseAlarmsAtMs.length, "false alarm")}${perHour}, ${first}`,
      );
    }
    if (afterwardsAtMs.length > 0) {
      lines.push(`    ${theme.glyph("plain")} fired as well while its window still reached back into an incident`);
    }
  }
  const unseen = incidents.filter(
    ({ name }) => !rules.some((rule) => rule.incidents.some((one) => one.incident === name && one.verdict === "seen")),
  );
  lines.push("");
  for (const { name } of unseen) lines.push(`  ${theme.glyph("bad")} no trigger and no alert saw ${name}`);
  for (const text of notes) lines.push(...hang("  note  ", text, LINE_WIDTH));
  lines.push(`  reproduce  ${command}`);
  return `${lines.join("\n")}\n`;
}
