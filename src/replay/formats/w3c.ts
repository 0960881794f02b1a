/** W3C extended logs, as Microsoft's IIS writes them: a `#Fields:` line decides, `+` stands for a space. */
import type { TraceFormat } from "./trace-format.ts";
import { createW3cRows } from "./w3c-rows.ts";

/** The format `w3c`. */
export const w3c: TraceFormat = {
  name: "w3c",
  recognises: (firstLines) => {
    const fields = firstLines.find((line) => /^#Fields:/i.test(line)) ?? "";
    const because = "there is no line #Fields: that names a time and cs-… or sc-… fields among the first ones";
    const isOwn = /\btime\b/.test(fields) && /\b(?:cs|sc|c)-/.test(fields) && !/\bx-edge-/.test(fields);
    return { confidence: isOwn ? 0.95 : 0, because };
  },
  create: (builder) =>
    createW3cRows(builder, { fields: null, delimiter: " ", takenUnitUs: null, describe: "W3C extended log" }),
};
