/** The one operator that the linter cannot forbid by name. */
import { type Finding, isTest, isTypeScript, type RepositoryFile } from "./files.ts";
import { lineAt } from "./source-text.ts";

/** Any power but that of two with a written exponent, which is exact everywhere. */
const POWER = /(?<!(?<![\w.])2 )\*\*|\*\*(?! -?\d+(?![\w.]))/g;

/** `**` in the engine, whose last bit differs between versions of V8, as that of `Math.pow` does. */
export function checkArithmetic(files: readonly RepositoryFile[]): readonly Finding[] {
  const message = "** differs in its last bit between versions of V8; multiply, shift, or write 2 ** with a number";
  return files
    .filter(({ path }) => path.startsWith("src/engine/") && isTypeScript(path) && !isTest(path))
    .flatMap(({ path, text, code }) =>
      [...code.matchAll(POWER)].map(({ index }) => ({ path, line: lineAt(text, index), rule: "arithmetic", message })),
    );
}
