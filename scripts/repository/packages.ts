/** Which packages may be imported where. */
import { type Finding, isTest, isTypeScript, type RepositoryFile } from "./files.ts";
import { readImports } from "./imports.ts";

/** The engine is pure: chance is all that it takes from outside. */
const ENGINE_PACKAGES: readonly string[] = ["seedrandom"];

/** Packages that have one home, with why. */
const HOMES: ReadonlyMap<string, { readonly home: string; readonly reason: string }> = new Map([
  ["ink", { home: "src/tui", reason: "it costs half a second to load" }],
  ["react", { home: "src/tui", reason: "it costs half a second to load" }],
  ["commander", { home: "src/cli", reason: "only the command line reads arguments" }],
  ["cli-progress", { home: "src/cli", reason: "only the command line draws" }],
]);

/** Foreign packages in the engine, and packages outside their home. Tests may import anything. */
export function checkPackages(files: readonly RepositoryFile[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const file of files) {
    if (!file.path.startsWith("src/") || !isTypeScript(file.path) || isTest(file.path)) continue;
    for (const { packageName, line } of readImports(file)) {
      if (packageName === null) continue;
      const message = judge(file.path, packageName);
      if (message !== null) findings.push({ path: file.path, line, rule: "packages", message });
    }
  }
  return findings;
}

function judge(path: string, packageName: string): string | null {
  if (path.startsWith("src/engine/")) {
    if (ENGINE_PACKAGES.includes(packageName)) return null;
    return `the engine may import only ${ENGINE_PACKAGES.join(" and ")}, not ${packageName}; do it at the edge and pass the result in`;
  }
  const settled = HOMES.get(packageName);
  if (settled === undefined || path.startsWith(`${settled.home}/`)) return null;
  return `${packageName} belongs in ${settled.home} (${settled.reason}); return data, and let ${settled.home} use it`;
}
