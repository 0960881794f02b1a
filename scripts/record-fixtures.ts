/** Writes `fixtures/traces` anew: `npx tsx scripts/record-fixtures.ts`. The same bytes every time. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { smallShopCsv, smallShopLog } from "./small-shop.ts";

const folder = fileURLToPath(new URL("../fixtures/traces/", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}small-shop.csv`, smallShopCsv());
writeFileSync(`${folder}small-shop.log`, smallShopLog());
