import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryLog, traceOfLog } from "../../test/traces/arbitrary-log.ts";
import type { Trace } from "./columns.ts";
import { defaultFailureRules, parseFailureRules, writeFailureRules, type FailureRules } from "./failure.ts";
import { recodeOutcomes } from "./recode-outcomes.ts";

const LISTS = [undefined, "5xx", "200", "4xx,503", "499", "0,499,500-599", "404,0", "1xx"];

/** A log whose only row of the baseline's has no outcome under the default. */
const ONLY_LEFT_IS_BASELINE =
  "timestamp,user,route,status,version\n1700000050,u0,/,200,\n1700000000,u1,/,499,baseline\n1700000000,0,/,200,";

function rulesOf(errors: string | undefined): FailureRules {
  const read = errors === undefined ? null : parseFailureRules(errors);
  if (read === null) return defaultFailureRules();
  if (!read.ok) throw new Error(errors);
  return read.value;
}

/** What a trace says of its requests, by name: routes and kinds of failure may have other numbers. */
function requests(trace: Trace): unknown {
  const { columns, keys, routes, errorKinds, outcome, count } = trace;
  const rows = Array.from({ length: count }, (_, row) => ({
    startUs: columns.startUs[row],
    key: keys[columns.key[row] as number],
    route: routes[columns.route[row] as number],
    status: columns.status[row],
    latencyUs: columns.latencyUs[row],
    version: columns.version[row],
    bytes: columns.bytes[row],
    line: columns.line[row],
    outcome: errorKinds[(outcome[row] as number) - 1] ?? "served",
  }));
  return { rows, report: trace.report };
}

describe("a trace under other rules of failure", () => {
  it("is the trace that the log gives under them, unless it lacks requests whose client left", async () => {
    let recoded = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog,
        fc.constantFrom(...LISTS),
        fc.constantFrom(...LISTS),
        async (text, before, after) => {
          const trace = await traceOfLog(text, null, before);
          const other = recodeOutcomes(trace, rulesOf(after));
          const had = rulesOf(before).failed;
          const asked = rulesOf(after).failed;
          const lacks = [0, 499].some((status) => asked[status] === 1 && had[status] !== 1);
          if (other === null) expect([lacks, trace.report.clientLeft > 0]).toEqual([true, true]);
          else expect(requests(other)).toEqual(requests(await traceOfLog(text, null, after)));
          if (other !== null && before !== after) recoded++;
        },
      ),
      { examples: [[ONLY_LEFT_IS_BASELINE, "499", undefined]] },
    );
    expect(recoded).toBeGreaterThan(10);
  });

  it("writes rules as a list that reads as the same rules", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1000, maxLength: 1000, max: 1 }), (failed) => {
        failed.fill(0, 1, 100);
        const text = writeFailureRules({ failed });
        expect(text === null ? defaultFailureRules().failed : rulesOf(text === "" ? "100" : text).failed).toEqual(
          failed,
        );
      }),
    );
    expect(writeFailureRules(rulesOf("5xx,429"))).toBe("429,500-599");
    expect(writeFailureRules(defaultFailureRules())).toBeNull();
  });
});
