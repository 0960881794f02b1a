/** The one command that reproduces a run: as typed, with the seed, without what cannot change a result. */

/** Options without a value that only choose how results are shown or checked. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(["--json", "--ascii", "--check"]);

/**
 * The command for a shell. `argv` is what was typed after `rehearse`; `seeds` those that the runs used: where all
 * used the same and none was typed, it is added. `environment` are the variables that the flags were read from.
 */
export function reproducingCommand(
  argv: readonly string[],
  seeds: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string {
  const [onlySeed] = seeds;
  const separatorAt = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const options = argv.slice(0, separatorAt).filter((word) => !WITHOUT_EFFECT.has(word));
  const hasSeed = options.some((word) => word === "--seed" || word.startsWith("--seed="));
  const addSeed = !hasSeed && onlySeed !== undefined && seeds.every((seed) => seed === onlySeed);
  const words = ["rehearse", ...options, ...(addSeed ? ["--seed", onlySeed] : []), ...argv.slice(separatorAt)];
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${quoteForShell(value)}`);
  return [...assignments, ...words.map(quoteForShell)].join(" ");
}

/** A word as a POSIX shell has to be given it to read the very same word. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
