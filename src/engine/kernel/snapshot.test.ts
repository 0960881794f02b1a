import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvariantError } from "./assert.ts";
import { copyState, decodeState, encodeState } from "./snapshot.ts";

const column = fc.oneof(
  fc.int8Array(),
  fc.uint8Array(),
  fc.uint8ClampedArray(),
  fc.int16Array(),
  fc.uint16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
);

const { state } = fc.letrec<{ state: unknown }>((tie) => ({
  state: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.double(),
      fc.maxSafeInteger(),
      fc.string({ unit: "binary" }),
      fc.boolean(),
      fc.constantFrom(null, undefined, -0, Number.NaN, Infinity, -Infinity, "\ud800"),
      column,
    ),
    fc.array(tie("state"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("$", "v", "__proto__", "constructor", "1")), tie("state"), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
}));

describe("copyState", () => {
  it("copies any plain data exactly", () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(isDeepStrictEqual(copyState(value), value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("shares nothing that can change", () => {
    const original = { list: [{ x: 1 }], column: new Float64Array([1, 2]), inner: { deep: [1] } };
    const copy = copyState(original);
    original.list[0]!.x = 9;
    original.list.push({ x: 3 });
    original.column[0] = 9;
    original.inner.deep[0] = 9;
    expect(copy).toStrictEqual({ list: [{ x: 1 }], column: new Float64Array([1, 2]), inner: { deep: [1] } });
  });

  it("copies a view on a larger buffer as what it shows", () => {
    const view = new Int32Array(new Int32Array([1, 2, 3, 4]).buffer, 4, 2);
    const copy = copyState({ view });
    expect([...copy.view]).toEqual([2, 3]);
    expect(copy.view.buffer.byteLength).toBe(8);
  });

  class Counter {
    count = 0;
  }
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  it.each([
    ["state.queue.handlers[1] is a function", { queue: { handlers: [1, (): void => {}] } }],
    ["state.users is a Map", { users: new Map() }],
    ["state.seen is a Set", { seen: new Set() }],
    ["state.started is a Date", { started: new Date(0) }],
    ["state.pending is a Promise", { pending: Promise.resolve() }],
    ["state.counter is a Counter", { counter: new Counter() }],
    ["state.raw is a ArrayBuffer", { raw: new ArrayBuffer(8) }],
    ["state.big is a BigInt64Array", { big: new BigInt64Array(1) }],
    ["state.count is a bigint", { count: 1n }],
    ["state.name is a symbol", { name: Symbol("x") }],
    ["or contains itself", cyclic],
  ])("says %s", (complaint, value) => {
    expect(() => copyState(value)).toThrow(InvariantError);
    expect(() => copyState(value)).toThrow(complaint);
    expect(() => encodeState(value)).toThrow(complaint);
  });
});

describe("encodeState and decodeState", () => {
  it("bring any plain data back exactly, from JSON text", () => {
    fc.assert(
      fc.property(state, (value) => {
        const text = encodeState(value);
        expect(isDeepStrictEqual(decodeState(text), value)).toBe(true);
        expect(encodeState(decodeState(text))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it("keep -0 and NaN in typed arrays", () => {
    const [minusZero, notANumber] = decodeState<Float64Array>(encodeState(new Float64Array([-0, Number.NaN])));
    expect(Object.is(minusZero, -0)).toBe(true);
    expect(notANumber).toBeNaN();
  });

  it.each(["", "{", '{"$":"Int32Array"}', '{"$":"Matrix","v":[]}', '{"$":"record","v":[1]}'])("refuses %j", (text) => {
    expect(() => decodeState(text)).toThrow(InvariantError);
  });
});
