/** What the rules of a policy saw of known incidents, for people. */
import type { WarningRecord } from "../engine/result.ts";
import type { TraceRecord } from "../engine/trace-record.ts";
import type { PlacedIncident } from "../replay/incidents/incident-file.ts";
import type { RuleJudgement } from "../replay/incidents/judge-incidents.ts";
import { formatDuration } from "./duration-format.ts";
import { hang, LINE_WIDTH } from "./line-layout.ts";
import { formatPlural } from "./number-format.ts";
import { createTheme } from "./theme.ts";
import { modelWarnings, traceLines } from "./trace-text.ts";

/** What was watched. */
export interface IncidentDocument {
  readonly schema: "rehearse.incidents/1";
  readonly command: string;
  readonly trace: string;
  readonly policy: string;
  readonly watchedMs: number;
  /** What was seen in the trace, and where the outcomes were from that the rules looked at. */
  readonly traceRecord: TraceRecord;
  /** In the time of the run. */
  readonly incidents: readonly (PlacedIncident & { readonly fromMs: number; readonly toMs: number })[];
  /** Beside what each saw: whether that is mostly a model's, not the log's. */
  readonly rules: readonly (RuleJudgement & { readonly restsOnModel: boolean })[];
  readonly warnings: readonly WarningRecord[];
  readonly notes: readonly string[];
}

/** The document as text, at most 80 columns wide where words allow it. */
export function renderIncidents(
  { trace, policy, watchedMs, traceRecord, incidents, rules, notes, command }: IncidentDocument,
  look: { readonly colour: boolean; readonly ascii: boolean },
): string {
  const theme = createTheme(look);
  const lines = [
    theme.bold(`${trace}, watched by ${policy}`),
    `  watched for ${formatDuration(watchedMs)}; triggers only watch, none of them acts`,
    ...incidents.map(({ name, fromMs, toMs, kind }) => {
      const what = kind === undefined ? "" : ` (${kind})`;
      return `  incident ${name}${what}: ${formatDuration(fromMs)} to ${formatDuration(toMs)}`;
    }),
    "",
    ...traceLines(traceRecord, theme),
    ...modelWarnings(traceRecord).flatMap((warning) => hang(`  ${theme.glyph("unknown")} warning  `, warning)),
  ];
  for (const rule of rules) {
    lines.push("", `  ${theme.bold(`${rule.kind} ${rule.name}`)} ${theme.faint(rule.metric)}`);
    if (rule.restsOnModel)
      lines.push(`    ${theme.glyph("unknown")} rests on the model: most of what it looks at is not the log's`);
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
