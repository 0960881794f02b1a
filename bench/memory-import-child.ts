/** Imports the log of the first argument into the trace file of the second; prints its peak resident memory in bytes. */
import { createReadStream } from "node:fs";
import { readImportSettings } from "../src/replay/import-settings.ts";
import { convertLog } from "../src/replay/read-trace.ts";
import { peakBytes } from "./peak-memory.ts";

const [, , log = "", path = ""] = process.argv;
const settings = readImportSettings({});
if (!settings.ok) throw new Error("no settings are valid settings");
const chunks = createReadStream(log, { highWaterMark: 1_048_576 });
const converted = await convertLog(chunks, log, settings.value, { path, origin: null });
if (!converted.ok || converted.value.report.rejected > 0) throw new Error(`${log} is not imported whole`);
process.stdout.write(`${peakBytes()}\n`);
