/** `rehearse list`: what is built in. */
import { METRICS } from "../engine/monitor/catalogue.ts";
import { PANELS } from "../engine/monitor/panels.ts";
import { metricsPage } from "../report/metrics-page.ts";
import { hang, padRight } from "../report/line-layout.ts";
import { builtInPolicies, builtInScenarios, loadPolicy, loadRehearsal } from "../scenarios/built-in.ts";
import { LISTS } from "./choices.ts";
import { EXIT } from "./exit-code.ts";
import type { Surroundings } from "./surroundings.ts";

type ListKind = (typeof LISTS)[number];

/** One thing that is built in. */
interface Entry {
  readonly name: string;
  readonly description: string;
}

/** Prints the page of metrics that stands in the documentation. Gives the exit code. */
export function listAsMarkdown(kind: string | undefined, { stdout, stderr }: Surroundings): number {
  if (kind !== "metrics") {
    stderr.write("error: --markdown: only the metrics have a page: rehearse list metrics --markdown\n");
    return EXIT.badInput;
  }
  stdout.write(metricsPage());
  return EXIT.ok;
}

/** Prints all lists, or one. Gives the exit code. */
export function list(kind: string | undefined, asJson: boolean, surroundings: Surroundings): number {
  const kinds = LISTS.filter((one) => kind === undefined || one === kind);
  if (asJson) {
    const lists = Object.fromEntries(kinds.map((one) => [one, dataOf(one)]));
    surroundings.stdout.write(`${JSON.stringify({ schema: "rehearse.list/1", ...lists }, null, 2)}\n`);
  } else {
    surroundings.stdout.write(`${kinds.map((one) => listText(one, kinds.length > 1)).join("\n\n")}\n`);
  }
  return EXIT.ok;
}

function dataOf(kind: ListKind): unknown {
  return kind === "metrics" ? METRICS : kind === "panels" ? PANELS : entriesOf(kind);
}

function entriesOf(kind: ListKind): Entry[] {
  switch (kind) {
    case "policies":
      return builtInPolicies().map(({ name, file }) => {
        const read = loadPolicy(name);
        return { name, file, description: read.ok ? read.value.description : "" };
      });
    case "scenarios":
      return builtInScenarios().map(({ name, path, file }) => {
        const read = loadRehearsal(path, file);
        return { name, file, description: read.ok ? read.value.scenario.description : "" };
      });
    case "panels":
      return PANELS.map(({ name, shows, metrics, origin }) => {
        const whose = origin === "ours" ? " Ours." : "";
        return { name, description: `${shows}: ${metrics.join(", ")}.${whose}` };
      });
    case "metrics":
      return METRICS.map((metric) => {
        const scopes = metric.scopes.filter((scope) => scope !== "comparison");
        const of = scopes.length === 0 ? "" : ` Of: ${scopes.join(", ")}.`;
        return { name: metric.name, description: `${metric.means}${of} Samples: ${metric.samples}.` };
      });
  }
}

function listText(kind: ListKind, withHeading: boolean): string {
  const entries = entriesOf(kind);
  const indent = withHeading ? "  " : "";
  const width = Math.max(...entries.map(({ name }) => name.length), 0) + 2;
  const lines = entries.flatMap(({ name, description }) => {
    const label = `${indent}${padRight(name, width)}`;
    return description === "" ? [label.trimEnd()] : hang(label, description);
  });
  return [...(withHeading ? [kind] : []), ...lines].join("\n");
}
