/** The SDKs' decisions as a file, so that agreement is also tested where they are not installed. */
import { VENDOR_CASES, vendorKeys } from "./cases.ts";
import { hexOf, TABLE_KEYS, type DecidedCase } from "./decided-case.ts";
import { askSdk } from "./sdks.ts";

/** The file's text: the keys are those of `vendorKeys`, asked of the SDKs. */
export async function decisionTable(): Promise<string> {
  const keys = vendorKeys(TABLE_KEYS);
  const cases: DecidedCase[] = [];
  for (const one of VENDOR_CASES) {
    const decisions: Record<string, string> = {};
    for (const sharePpm of one.sharesPpm) {
      const decide = await askSdk(one.mode, sharePpm);
      const bits: boolean[] = [];
      for (const key of keys) bits.push(await decide(key));
      decisions[String(sharePpm)] = hexOf(bits);
    }
    cases.push({ name: one.name, decisions });
  }
  return `${JSON.stringify(cases, null, 2)}\n`;
}
