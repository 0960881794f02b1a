/** The one command that reproduces a run: as typed, with the seed, without what cannot change a result. */

/** Options that only choose how results are shown, checked or computed; true where a value follows. */
const WITHOUT_EFFECT: ReadonlyMap<string, boolean> = new Map([
  ["--json", false],
  ["--ascii", false],
  ["--check", false],
  ["--verbose", false],
  ["--watch", false],
  ["--jobs", true],
  ["--reporter", true],
  ["--output-file", true],
  ["--series", true],
  ["--log", true],
  ["--audit", true],
]);

/** Options that choose which runs there are, or when to stop. */
const CHOOSING: ReadonlyMap<string, boolean> = new Map([
  ["--seed", true],
  ["--replications", true],
  ["--shard", true],
  ["--bail", true],
]);

type Environment = Readonly<Record<string, string>>;

/**
 * The command for a shell. `argv` is what was typed after `rehearse`; `seeds` those that the runs used: where all
 * used the same and none was typed, it is added. `environment` are the variables that the flags were read from.
 */
export function reproducingCommand(
  argv: readonly string[],
  seeds: readonly string[],
  environment: Environment = {},
): string {
  const [onlySeed] = seeds;
  const { options, rest } = split(argv);
  const kept = withoutOptions(options, WITHOUT_EFFECT);
  const hasSeed = kept.some((word) => word === "--seed" || word.startsWith("--seed="));
  const addSeed = !hasSeed && onlySeed !== undefined && seeds.every((seed) => seed === onlySeed);
  return commandOf([...kept, ...(addSeed ? ["--seed", onlySeed] : []), ...rest], environment);
}

/**
 * The command that reproduces a single run of a suite: with its own seed, and, where there were others, with a
 * `--filter` that lets nothing but `scenario` through.
 */
export function reproducingRunCommand(
  argv: readonly string[],
  seed: string,
  scenario: string | null,
  environment: Environment = {},
): string {
  const { options, rest } = split(argv);
  const kept = withoutOptions(withoutOptions(options, WITHOUT_EFFECT), CHOOSING);
  const filtered = scenario === null ? kept : withoutOptions(kept, new Map([["--filter", true]]));
  const filter = scenario === null ? [] : ["--filter", `/^${scenario.replaceAll(/[$()*+./?[\\\]^{|}]/gu, "\\$&")}$/`];
  return commandOf([...filtered, ...filter, "--seed", seed, ...rest], environment);
}

/** What was typed, for all parts of the suite instead of one. */
export function withoutShard(argv: readonly string[]): string[] {
  const { options, rest } = split(argv);
  return [...withoutOptions(options, new Map([["--shard", true]])), ...rest];
}

/** Options and names stand before `--`, names alone behind it. */
function split(argv: readonly string[]): { readonly options: readonly string[]; readonly rest: readonly string[] } {
  const separatorAt = argv.includes("--") ? argv.indexOf("--") : argv.length;
  return { options: argv.slice(0, separatorAt), rest: argv.slice(separatorAt) };
}

function withoutOptions(words: readonly string[], dropped: ReadonlyMap<string, boolean>): string[] {
  return words.filter((word, index) => {
    const before = words[index - 1] ?? "";
    const isValue = dropped.get(before) === true && (before !== "--bail" || isCount(word));
    return !isValue && !dropped.has(word.split("=")[0] ?? "");
  });
}

function commandOf(words: readonly string[], environment: Environment): string {
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${quoteForShell(value)}`);
  return [...assignments, "rehearse", ...words.map(quoteForShell)].join(" ");
}

/** `--bail` may stand without its number: it never takes a file's name for one. */
export function spellOutBail(argv: readonly string[]): string[] {
  return argv.map((word, index) => (word === "--bail" && !isCount(argv[index + 1] ?? "") ? "--bail=1" : word));
}

function isCount(word: string): boolean {
  return /^\d+$/u.test(word);
}

/** A word as a POSIX shell has to be given it to read the very same word. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
