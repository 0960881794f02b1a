import { describe, expect, it } from "vitest";
import { importLines } from "../../test/replay/imported-rows.ts";
import { isUnnamedKey, unnamedKey } from "./unnamed-key.ts";

const SPAN = { name: "x", startTimeUnixNano: "1715940303250000999", endTimeUnixNano: "1715940303500001999" };

describe("keys of rows that name no user", () => {
  it("are told from all others", () => {
    expect(isUnnamedKey(unnamedKey(12_345))).toBe(true);
    for (const key of ["", "u1", "line:", "line:7a", "online:7", "line:7 agent"]) expect(isUnnamedKey(key)).toBe(false);
  });

  it.each([
    ["csv", ["timestamp,user,ip", "1715940303,,", "1715940303,ann,"]],
    ["json-lines", ['{"ts":1715940303,"user":null}', '{"ts":1715940303,"user":"ann"}']],
    [
      "otlp",
      [[], [{ key: "user.id", value: { stringValue: "ann" } }]].map((attributes) =>
        JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...SPAN, attributes }] }] }] }),
      ),
    ],
    ["w3c", ["#Fields: date time cs-username cs-uri", "2024-05-17 10:05:03 - /", "2024-05-17 10:05:03 ann /"]],
    [
      "envoy",
      ["-", "ann"].map(
        (agent) => `[2024-05-17T10:05:03.250Z] "GET / HTTP/2" 200 - 0 1 5 1 "-" "${agent}" "id" "shop" "-"`,
      ),
    ],
  ])("are those of every format: %s", async (format, lines) => {
    const { keys } = await importLines(lines, { format });
    expect(keys.map(isUnnamedKey)).toEqual([true, false]);
  });
});
