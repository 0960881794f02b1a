/**
 * The vendors' SDKs, as oracles: each answers whether a key is in at a share, through the interface that its users
 * call. They are installed in this folder alone; where they are not, `sdksAreInstalled` says so.
 */
import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { VendorCase } from "./cases.ts";

/** Answers for one key. */
export type Decide = (key: string) => boolean | Promise<boolean>;

interface UnleashModule {
  readonly Unleash: new (options: object) => {
    isEnabled(name: string, context: { readonly userId: string }): boolean;
  };
}

interface GrowthBookModule {
  readonly GrowthBookClient: new () => {
    initSync(options: { readonly payload: object }): unknown;
    isOn(feature: string, user: { readonly attributes: { readonly id: string } }): boolean;
  };
}

interface FlagdModule {
  readonly FlagdCore: new (
    storage: undefined,
    logger: object,
  ) => {
    setConfigurations(configuration: string): unknown;
    resolveBooleanEvaluation(
      flag: string,
      fallback: boolean,
      context: { readonly targetingKey: string },
      logger: object,
    ): { readonly value: boolean };
  };
}

interface LaunchDarklyModules {
  readonly sdk: {
    init(
      key: string,
      options: object,
    ): {
      waitForInitialization(options: { readonly timeout: number }): Promise<unknown>;
      boolVariation(
        flag: string,
        context: { readonly kind: "user"; readonly key: string },
        otherwise: boolean,
      ): Promise<boolean>;
      close(): void;
    };
  };
  readonly integrations: {
    readonly TestData: new () => { usePreconfiguredFlag(flag: object): Promise<unknown>; getFactory(): unknown };
  };
}

const folder = join(process.cwd(), "test/vendors");
const load = createRequire(join(folder, "package.json"));
const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** Whether the SDKs are there to be asked. */
export function sdksAreInstalled(): boolean {
  return existsSync(join(folder, "node_modules/unleash-client"));
}

/** Makes an SDK ready to answer for a mode at a share. */
export async function askSdk(mode: VendorCase["mode"], sharePpm: number): Promise<Decide> {
  switch (mode.kind) {
    case "unleash":
      return askUnleash(mode.group, sharePpm);
    case "growthbook-v1":
      return askGrowthBook(1, mode.seed, sharePpm);
    case "growthbook-v2":
      return askGrowthBook(2, mode.seed, sharePpm);
    case "flagd":
      return askFlagd(mode.flag, sharePpm);
    case "launchdarkly":
      return await askLaunchDarkly(mode.flag, mode.salt, mode.seed, sharePpm);
  }
}

/** The features as they would have been fetched, in the place of Unleash's own repository: nothing is sent anywhere. */
class FixedRepository extends EventEmitter {
  readonly feature: object;

  constructor(feature: object) {
    super();
    this.feature = feature;
  }

  getToggle(): object {
    return this.feature;
  }

  getSegment(): undefined {
    return undefined;
  }
}

/** Unleash's client, with one feature whose flexibleRollout goes by the user. */
function askUnleash(groupId: string, sharePpm: number): Decide {
  const { Unleash } = load("unleash-client") as UnleashModule;
  const parameters = { groupId, rollout: String(sharePpm / 10_000), stickiness: "userId" };
  const strategies = [{ name: "flexibleRollout", parameters }];
  const repository = new FixedRepository({ name: "flag", enabled: true, strategies });
  const unleash = new Unleash({
    appName: "rehearsal",
    url: "http://localhost/",
    disableAutoStart: true,
    skipInstanceCountWarning: true,
    repository,
  });
  repository.emit("ready");
  return (key) => unleash.isEnabled("flag", { userId: key });
}

/** GrowthBook's client for servers, with one rule that forces a value for a share of the users. */
function askGrowthBook(hashVersion: number, seed: string, sharePpm: number): Decide {
  const { GrowthBookClient } = load("@growthbook/growthbook") as GrowthBookModule;
  const client = new GrowthBookClient();
  const rule = { force: true, coverage: sharePpm / 1_000_000, hashVersion, seed, hashAttribute: "id" };
  client.initSync({ payload: { features: { flag: { defaultValue: false, rules: [rule] } } } });
  return (key) => client.isOn("flag", { attributes: { id: key } });
}

/** flagd's core with one flag whose candidate comes first, in weights of a ten-thousandth of a percent. */
function askFlagd(flag: string, sharePpm: number): Decide {
  const { FlagdCore } = load("@openfeature/flagd-core") as FlagdModule;
  const core = new FlagdCore(undefined, silent);
  const fractional = [
    ["on", sharePpm],
    ["off", 1_000_000 - sharePpm],
  ];
  const definition = {
    state: "ENABLED",
    variants: { on: true, off: false },
    defaultVariant: "off",
    targeting: { fractional },
  };
  core.setConfigurations(JSON.stringify({ flags: { [flag]: definition } }));
  return (key) => core.resolveBooleanEvaluation(flag, false, { targetingKey: key }, silent).value;
}

/** LaunchDarkly's server SDK over its own test data source, with a flag as the service sends it. */
async function askLaunchDarkly(flag: string, salt: string, seed: number | null, sharePpm: number): Promise<Decide> {
  const sdk = load("@launchdarkly/node-server-sdk") as LaunchDarklyModules["sdk"];
  const { TestData } = load("@launchdarkly/node-server-sdk/integrations") as LaunchDarklyModules["integrations"];
  const data = new TestData();
  const weight = Math.floor(sharePpm / 10);
  const variations = [
    { variation: 0, weight },
    { variation: 1, weight: 100_000 - weight },
  ];
  await data.usePreconfiguredFlag({
    key: flag,
    version: 1,
    on: true,
    salt,
    variations: [true, false],
    offVariation: 1,
    targets: [],
    rules: [],
    prerequisites: [],
    fallthrough: { rollout: { variations, ...(seed === null ? {} : { seed }) } },
  });
  const client = sdk.init("none", {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    logger: silent,
    diagnosticOptOut: true,
  });
  await client.waitForInitialization({ timeout: 5 });
  return async (key) => await client.boolVariation(flag, { kind: "user", key }, false);
}
