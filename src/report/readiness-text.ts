/** A readiness check as text and as JSON. */
import type { ReadinessDocument, ReadinessItemRecord } from "../scenarios/readiness/readiness-result.ts";
import { formatDuration } from "./duration-format.ts";
import { hang } from "./line-layout.ts";
import { formatPlural } from "./number-format.ts";
import { createTheme, type Mark, type Theme, type ThemeOptions } from "./theme.ts";

const MARKS: Readonly<Record<ReadinessItemRecord["status"], Mark>> = {
  passed: "good",
  failed: "bad",
  missing: "unknown",
  overridden: "moved",
};

/** The check for people: verdict, every item by group, who answered for what, what it leaves out. */
export function renderReadiness(document: ReadinessDocument, options: ThemeOptions): string {
  const theme = createTheme(options);
  const { ready, profile, scenario, policy, seed, items, audit, escalatedTo } = document;
  const mark: Mark = ready ? "good" : "bad";
  const verdict = profile === "go-no-go" ? (ready ? "GO" : "NO-GO") : ready ? "READY" : "NOT READY";
  const standing = items.filter(({ status }) => status === "failed" || status === "missing");
  const groups = [...new Set(items.map(({ group }) => group))];
  const sections = [
    [
      `${theme.paint(mark, `${theme.glyph(mark)} ${verdict}`)}  ${theme.bold(scenario)}`,
      `  profile  ${profile}`,
      `  policy   ${policy}, seed ${seed}, ${formatDuration(document.measuredForMs)} at full traffic`,
    ],
    ...groups.map((group) => [
      `  ${theme.bold(group)}`,
      ...items.filter((item) => item.group === group).flatMap((item) => itemLines(item, theme)),
    ]),
    audit.length === 0
      ? []
      : [
          `  ${theme.bold("Audit")}`,
          ...audit.flatMap(({ kind, item, by, why, standing: stood }) =>
            hang(`    ${theme.dot} `, `${kind} of ${item} by ${by}: ${why} (${stood})`),
          ),
        ],
    escalatedTo === null ? [] : hang("  escalated  ", `to the incident commander, ${escalatedTo}`),
    document.notes.flatMap((note) => hang("  note  ", note)),
    [
      `${theme.glyph(mark)} ${formatPlural(items.length, "item")}, ${items.length - standing.length} passed or overridden, ${standing.length} in the way`,
      `reproduce  ${document.command}`,
    ],
  ];
  const shown = sections.filter((section) => section.length > 0).map((section) => section.join("\n"));
  return `${shown.join("\n\n")}\n`;
}

function itemLines(item: ReadinessItemRecord, theme: Theme): string[] {
  const { status, title, asked, reason, how } = item;
  const mark = MARKS[status];
  const wanted = asked === null ? "" : `, asked ${asked}`;
  const label = `    ${theme.glyph(mark)} `;
  const [first = "", ...rest] = hang(label, `${status}: ${title}${wanted}`);
  const source = how === "measured" ? "measured: " : "";
  return [
    first.replace(status, () => theme.paint(mark, status)),
    ...rest,
    ...hang("        ", `${source}${reason} [${item.item}]`),
  ];
}

/** The check as one JSON value. */
export function renderReadinessJson(document: ReadinessDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
