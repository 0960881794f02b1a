import { describe, expect, it } from "vitest";
import { routeFromRequestLine, routeName, UNREADABLE_ROUTE } from "./route-name.ts";

describe("route names", () => {
  it.each([
    ["GET / HTTP/1.1", "GET /"],
    ["GET /products/42?page=2 HTTP/1.1", "GET /products/:id"],
    ["GET /a%20b/27|13%20x,p53 HTTP/2.0", "GET /a%20b/27|13%20x,p53"],
    ["POST /orders/0190b5f2-7c3a-7e10-8a53-9f0c1d2e3f40/lines HTTP/1.1", "POST /orders/:id/lines"],
    ["DELETE /blobs/9f86d081884c7d65 HTTP/1.1", "DELETE /blobs/:id"],
    ["GET /s/abcdefabcdef HTTP/1.1", "GET /s/abcdefabcdef"],
    ["GET /t/Zk3mQ8xT1vB6nR5wY2pL HTTP/1.1", "GET /t/:id"],
    ["GET /v2/x HTTP/1.1", "GET /v2/x"],
    ["GET /b2/c3d4e5f HTTP/1.1", "GET /b2/c3d4e5f"],
    ["GET http://shop.example:8080/cart/7#top HTTP/1.1", "GET /cart/:id"],
    ["GET /old", "GET /old"],
    ["\\x16\\x03\\x01", UNREADABLE_ROUTE],
    ["-", UNREADABLE_ROUTE],
    ["", UNREADABLE_ROUTE],
  ])("%s", (requestLine, route) => {
    expect(routeFromRequestLine(requestLine)).toBe(route);
  });

  it("are cut when they are endless", () => {
    expect(routeName("GET", `/${"x".repeat(5_000)}`).length).toBe(200);
  });
});
