import { describe, expect, it } from "vitest";
import { errorKindsOf } from "./error-kinds.ts";
import type { VersionModel } from "./version-model.ts";

const plain: VersionModel = {
  latency: { kind: "constant", us: 1 },
  errors: { kind: "own", ppm: 0 },
  declinePpm: 0,
  routes: {},
};

describe("kinds of failure", () => {
  it("are the first ones alone where nobody names any", () => {
    expect(errorKindsOf(["error"], [plain, plain], [])).toEqual(["error"]);
  });

  it("are gathered from versions, routes, segments, timeouts and others, each once", () => {
    const kinds = (...names: string[]) => names.map((name) => ({ name, weight: 1 }));
    const version: VersionModel = {
      ...plain,
      errors: { kind: "own", ppm: 1, kinds: kinds("http-500", "reset") },
      routes: { "/a": { errors: { kind: "own", ppm: 1, kinds: kinds("http-502", "reset") }, timeoutUs: 9 } },
      segments: [{ where: {}, errors: { kind: "own", ppm: 1, kinds: kinds("http-503") } }],
    };
    expect(errorKindsOf(["error"], [plain, version], ["redis", "error"])).toEqual(
      "error http-500 reset http-502 timeout http-503 redis".split(" "),
    );
  });
});
