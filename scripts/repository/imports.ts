/** What a source file imports. */
import { posix } from "node:path";
import { type RepositoryFile } from "./files.ts";
import { lineAt } from "./source-text.ts";

/** One import, re-export or dynamic import. */
export interface ImportedModule {
  /** As written: `./phase.ts`, `node:fs`, `@scope/name/part`. */
  readonly specifier: string;
  /** Path of the imported file from the repository's root; null for a package. */
  readonly path: string | null;
  /** Name of the package without its inner path, `node:` for the platform's own; null for a file. */
  readonly packageName: string | null;
  /** Gone after compilation: `import type`, `export type ... from`. */
  readonly typeOnly: boolean;
  /** From 1. */
  readonly line: number;
}

// Over code with blanked strings, so a quote is where a specifier begins and only the text says which.
const STATIC_IMPORT = /^[ \t]*(?:import|export)\b(\s+type\b(?!\s*,|\s+from\b))?[\w\s{},*$]*?\bfrom\s*(["'])/gm;
const BARE_IMPORT = /^[ \t]*import\s*()(["'])/gm;
const DYNAMIC_IMPORT = /\bimport\s*\(\s*()(["'])/g;

/** All imports of a file, in the order of their lines. */
export function readImports(file: RepositoryFile): readonly ImportedModule[] {
  const found: ImportedModule[] = [];
  for (const pattern of [STATIC_IMPORT, BARE_IMPORT, DYNAMIC_IMPORT]) {
    for (const match of file.code.matchAll(pattern)) {
      const start = match.index + match[0].length;
      const specifier = file.text.slice(start, file.text.indexOf(match[2] ?? '"', start));
      const isFile = specifier.startsWith(".");
      found.push({
        specifier,
        path: isFile ? posix.join(posix.dirname(file.path), specifier) : null,
        packageName: isFile ? null : packageOf(specifier),
        typeOnly: match[1] !== undefined && match[1] !== "",
        line: lineAt(file.text, match.index + (match[0].length - match[0].trimStart().length)),
      });
    }
  }
  return found.toSorted((left, right) => left.line - right.line);
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
