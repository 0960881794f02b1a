/** `npx tsx test/vendors/write-decisions.ts`: writes the SDKs' decisions to `decisions.json`. They must be installed. */
import { writeFileSync } from "node:fs";
import { decisionTable } from "./decision-table.ts";

writeFileSync("test/vendors/decisions.json", await decisionTable());
