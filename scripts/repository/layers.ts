/** Imports run downwards only: the layers of `src/`, from the lowest up, and the rule that keeps them. */
import { type Finding, isTest, isTypeScript, type RepositoryFile } from "./files.ts";
import { readImports } from "./imports.ts";

interface Layer {
  /** The folder itself, or the file. */
  readonly place: string;
  /** Only what lies directly in the folder belongs to the layer. */
  readonly direct?: true;
}

/**
 * Lowest first. Layers of one row stand beside each other: they may name each other's types, and are wired together
 * by the row above.
 */
const ROWS: readonly (readonly Layer[])[] = [
  [{ place: "src/engine/kernel" }],
  // Pure formulas, which the monitor and the manager both use.
  [{ place: "src/engine/statistics" }],
  // The shapes of a result are named by the parts that write it, and name the parts' own words: types alone.
  [
    "flags",
    "routing",
    "service",
    "traffic",
    "resources",
    "monitor",
    "deployment",
    "parity",
    "pipeline",
    "result.ts",
    "import-record.ts",
    "trace-record.ts",
    "shard-record.ts",
  ].map((part) => ({
    place: `src/engine/${part}`,
  })),
  [{ place: "src/engine", direct: true }],
  [{ place: "src/scenarios" }],
  [{ place: "src/replay" }],
  [{ place: "src/tune" }, { place: "src/report" }],
  [{ place: "src/index.ts" }],
  [{ place: "src/tui" }],
  [{ place: "src/cli" }],
];

/**
 * Values that a part of the engine may take from a part beside it: what is plain arithmetic there, and would cost the
 * hot loop a call if passed in. From the part that imports to the parts it may import from; without circles.
 */
const VALUES_FROM_BESIDE: ReadonlyMap<string, readonly string[]> = new Map([
  ["src/engine/routing", ["src/engine/flags"]],
  ["src/engine/traffic", ["src/engine/flags", "src/engine/service"]],
  ["src/engine/monitor", ["src/engine/service"]],
  // Tables of latencies and the codes of outcomes: a hit of the cache is drawn from such a table for every attempt.
  ["src/engine/resources", ["src/engine/service"]],
]);

interface Standing {
  readonly place: string;
  readonly row: number;
}

function standingOf(path: string): Standing | null {
  for (const [row, layers] of ROWS.entries()) {
    for (const { place, direct } of layers) {
      const inside = path === place || path.startsWith(`${place}/`);
      if (inside && (direct !== true || !path.slice(place.length + 1).includes("/"))) return { place, row };
    }
  }
  return null;
}

/** Upward imports, values taken from a layer beside, and folders that no layer claims. Tests may import anything. */
export function checkLayers(files: readonly RepositoryFile[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const file of files) {
    if (!file.path.startsWith("src/") || !isTypeScript(file.path) || isTest(file.path)) continue;
    const from = standingOf(file.path);
    if (from === null) {
      const message = "stands in no layer; put it into one, or add its folder to ROWS in scripts/repository/layers.ts";
      findings.push({ path: file.path, line: 1, rule: "layers", message });
      continue;
    }
    for (const { path, typeOnly, line } of readImports(file)) {
      if (path === null) continue;
      const message = judge(from, path, typeOnly);
      if (message !== null) findings.push({ path: file.path, line, rule: "layers", message });
    }
  }
  return findings;
}

function judge(from: Standing, path: string, typeOnly: boolean): string | null {
  const to = standingOf(path);
  if (to === null) return `imports ${path}, which no layer of src/ holds; import only from src/`;
  if (to.row > from.row) {
    return `upward import: ${from.place} must not know ${to.place} (${path}); move what both need down, or pass it in`;
  }
  const beside = to.row === from.row && to.place !== from.place;
  if (beside && !typeOnly && VALUES_FROM_BESIDE.get(from.place)?.includes(to.place) !== true) {
    return `${from.place} and ${to.place} stand beside each other (${path}): use import type, and wire the two in the layer above`;
  }
  return null;
}
