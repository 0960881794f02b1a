/** `npm run bench`: measures, prints a table, or with `--json` the rows as an array. The machine goes to stderr. */
import { parseArgs } from "node:util";
import { fitSuite } from "./fit-suite.ts";
import { importSuite } from "./import-suite.ts";
import { kernelSuite } from "./kernel-suite.ts";
import { machineLine } from "./machine.ts";
import { memorySuite } from "./memory-suite.ts";
import { recordingSuite } from "./recording-suite.ts";
import { replaySuite } from "./replay-suite.ts";
import { rolloutSuite } from "./rollout-suite.ts";
import { routingSuite } from "./routing-suite.ts";
import { tableOfRows, unjudgedRows } from "./row.ts";
import type { BenchRow, BenchSuite } from "./row.ts";

const SUITES: readonly BenchSuite[] = [
  kernelSuite,
  routingSuite,
  rolloutSuite,
  replaySuite,
  recordingSuite,
  fitSuite,
  importSuite,
  memorySuite,
];

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    filter: { type: "string", default: "" },
  },
});

process.stderr.write(`${machineLine()}\n`);
const rows: BenchRow[] = [];
for (const suite of SUITES) {
  if (!suite.name.includes(values.filter)) continue;
  process.stderr.write(`measuring: ${suite.name}\n`);
  const measured = await suite.measure(values.quick ? "quick" : "full");
  rows.push(...(values.quick ? unjudgedRows(measured) : measured));
}
process.stdout.write(`${values.json ? JSON.stringify(rows, null, 2) : tableOfRows(rows)}\n`);
