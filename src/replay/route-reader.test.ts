import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTraceBuilder } from "./columns.ts";
import { routeFromRequestLine, routeName } from "./route-name.ts";
import { createRouteReader } from "./route-reader.ts";

const part = fc.constantFrom(
  "GET",
  "get",
  " ",
  "/",
  "/a",
  "/42",
  "?",
  "#",
  "x=1",
  "HTTP/1.1",
  "\r",
  "é",
  "\\x16",
  "http://h",
  ".",
);

describe("the reader of routes", () => {
  it("gives the names that request lines have, whatever came before", () => {
    const builder = createTraceBuilder();
    const reader = createRouteReader(builder);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 7 }), fc.boolean(), (parts, isRequest) => {
        const text = Buffer.from(
          `${isRequest ? "GET /" : ""}${parts.join("")}${isRequest ? " HTTP/1.1" : ""}`,
        ).toString("latin1");
        const bytes = Buffer.from(`"${text}"`, "latin1");
        const route = reader.ofRequestLine(bytes, 1, bytes.length - 1);
        const expected = Buffer.from(routeFromRequestLine(text), "latin1").toString();
        expect(builder.routes.names[route]).toBe(expected);
        for (const method of ["GET", "", "a 12"]) {
          const target = builder.routes.names[reader.ofTarget(method, text)];
          expect(target).toBe(Buffer.from(routeName(method, text), "latin1").toString());
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("goes on when it has met more than it remembers", () => {
    const builder = createTraceBuilder();
    const reader = createRouteReader(builder);
    const routes = new Set<number>();
    for (let i = 0; i < 140_000; i++) {
      const bytes = Buffer.from(`GET /p/${i} HTTP/1.1`);
      routes.add(reader.ofRequestLine(bytes, 0, bytes.length));
      routes.add(reader.ofTarget("GET", `/p/${i}`));
    }
    expect([...routes]).toEqual([0]);
    expect(builder.routes.names).toEqual(["GET /p/:id"]);
  });
});
