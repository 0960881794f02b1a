import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTraceBuilder } from "../columns.ts";
import { listRejections } from "../rejections.ts";
import { createPlainLogLine, scanPlainLogLine } from "./common-log-scanner.ts";
import { createCommonLogRows } from "./common-log.ts";

function read(lines: readonly Buffer[], byReference: boolean): unknown {
  const builder = createTraceBuilder();
  const reader = createCommonLogRows(builder, byReference);
  lines.forEach((line, i) => {
    // What stands around a line must not matter.
    const bytes = Buffer.concat([Buffer.from('7"'), line, Buffer.from('0" .5')]);
    reader.readLine(bytes, 2, bytes.length - 5, i + 1);
  });
  const { columns: c, count, keys, routes } = builder;
  expect(count + builder.rejections.count).toBe(lines.length);
  const rows = Array.from({ length: count }, (_, i) => [
    c.startUs[i],
    c.key[i],
    c.route[i],
    c.status[i],
    c.latencyUs[i],
    c.bytes[i],
    c.line[i],
    // Equal rows have equal ones, whatever they are.
    Array.from({ length: i }, (_, j) => c.fingerprint[j] === c.fingerprint[i] && c.key[j] === c.key[i]),
  ]);
  const rejections = listRejections(builder.rejections);
  return {
    rows,
    keys: keys.names,
    routes: routes.names,
    rejections,
    format: reader.describe(),
    notes: reader.notes?.(),
  };
}

const line = fc
  .tuple(
    fc.constantFrom("198.51.100.7", "::1", "shop.example:443 198.51.100.7", "a:1", "é", "-"),
    fc.constantFrom("- -", "- ann", '- ""', "- Ann Lee", "ident -"),
    fc.constantFrom(
      "17/May/2024:10:05:03",
      "29/Feb/2023:10:05:03",
      "01/Jan/1970:00:00:00",
      "17/Mai/2024:10:05:60",
      "17/May/2024:24:05:03",
    ),
    fc.constantFrom("+0000", "+0330", "-0930", "+9900", "0000"),
    fc.constantFrom(
      "GET /a/42?b HTTP/1.1",
      'GET /\\"x\\" HTTP/1.1',
      "\\x16\\x03",
      "",
      "-",
      "POST /é HTTP/2.0",
      "GET /a|b HTTP/1.1",
    ),
    fc.constantFrom("200 12", "500 -", "- -", "042 1", "499 0", "200 1234567890123456", "2000 1", "200"),
    fc.constantFrom(
      "",
      ' "-" "agent/1 (x; y)"',
      ' "-" "x\\" y"',
      ' "-" ""',
      ' "-" "-"',
      ' "-" "cut',
      ' "-"',
      ' "-" "x" "extra"',
      "  ",
    ),
    fc.constantFrom(
      "",
      " 0.120",
      " 12",
      " 0.120 0.100",
      " rt=0.5",
      ' 17 "a@docker" "http://b" 42ms',
      " .5",
      " 5.",
      " -",
      " 9000.5",
      " 1.2.3",
      "\r",
    ),
  )
  .map(([address, user, time, zone, request, status, agents, tail]) =>
    Buffer.from(`${address} ${user} [${time} ${zone}] "${request}" ${status}${agents}${tail}`),
  );
const damage = fc.array(
  fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(0, 9, 13, 32, 34, 46, 48, 58, 91, 92, 93, 127, 160, 255)),
  {
    maxLength: 3,
  },
);

describe("the scanner of common log lines", () => {
  it("reads what the regular expression reads, from lines that are damaged, cut and out of order", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), damage, fc.nat(), (lines, bytes, cut) => {
        const copies = lines.map((one) => Buffer.from(one));
        for (const [which, at, byte] of bytes) {
          const one = copies[which % copies.length]!;
          one[at % one.length] = byte;
        }
        const last = copies.length - 1;
        if (cut % 3 === 0) copies[last] = copies[last]!.subarray(0, cut % copies[last]!.length);
        expect(read(copies, false)).toEqual(read(copies, true));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['198.51.100.7 - - [17/May/2024:10:05:03 +0000] "GET / HTTP/1.1" 200 12', true],
    ['::1 - ann [17/May/2024:10:05:03 +0330] "GET /\\"x HTTP/1.1" - - "-" "agent \\" (x)" 0.120', true],
    ['198.51.100.7 - - [17/May/2024:10:05:03 +0000] "-" 400 0 "-" "-" "extra" rt=0.5', true],
    ['198.51.100.7 - Ann Lee [17/May/2024:10:05:03 +0000] "GET / HTTP/1.1" 200 12', false],
    ['shop.example:443 198.51.100.7 - - [17/May/2024:10:05:03 +0000] "GET / HTTP/1.1" 200 12', false],
  ])("has to do with %s: %s", (text, isPlain) => {
    const bytes = Buffer.from(text);
    expect(scanPlainLogLine(createPlainLogLine(), bytes, 0, bytes.length)).toBe(isPlain);
  });
});
