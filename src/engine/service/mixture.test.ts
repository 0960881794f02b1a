import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mixtureQuantile, type QuantileCurve } from "./mixture.ts";

/** An exponential with this mean as a curve of many points. */
function exponential(mean: number): QuantileCurve {
  const probabilities = Float64Array.from({ length: 4001 }, (_, i) => i / 4001);
  return { probabilities, values: probabilities.map((p) => -mean * Math.log1p(-p)) };
}
const constant = (value: number): QuantileCurve => ({
  probabilities: Float64Array.of(0, 1),
  values: Float64Array.of(value, value),
});

describe("a mixture's quantiles", () => {
  it("of constants are the constants, in their shares", () => {
    const at = mixtureQuantile([
      { weight: 1, curve: constant(500) },
      { weight: 3, curve: constant(20) },
    ]);
    expect([0, 0.4, 0.7499, 0.7501, 0.9, 1].map(at)).toEqual([20, 20, 20, 500, 500, 500]);
  });

  it("of one part are that part's", () => {
    const curve = exponential(7);
    const at = mixtureQuantile([{ weight: 9, curve }]);
    for (const i of [0, 1, 100, 3999, 4000]) expect(at(i / 4001)).toBeCloseTo(curve.values[i] ?? -1, 9);
  });

  it("invert the weighted sum of the parts' distributions", () => {
    const at = mixtureQuantile([
      { weight: 4, curve: exponential(10) },
      { weight: 1, curve: exponential(200) },
    ]);
    for (const p of [0.05, 0.3, 0.5, 0.8, 0.9, 0.99, 0.999]) {
      const x = at(p);
      expect(0.8 * -Math.expm1(-x / 10) + 0.2 * -Math.expm1(-x / 200)).toBeCloseTo(p, 3);
    }
  });

  it("ascend, whatever the parts", () => {
    const part = fc.record({
      weight: fc.integer({ min: 1, max: 9 }),
      curve: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 6 }).map((values) => ({
        probabilities: Float64Array.from(values, (_, i) => i / (values.length - 1)),
        values: Float64Array.from(values).sort(),
      })),
    });
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), probability, probability, (parts, p, q) => {
        const at = mixtureQuantile(parts);
        expect(at(Math.min(p, q))).toBeLessThanOrEqual(at(Math.max(p, q)) + 1e-9);
        const all = parts.flatMap(({ curve }) => [...curve.values]);
        expect(at(p)).toBeGreaterThanOrEqual(Math.min(...all));
        expect(at(p)).toBeLessThanOrEqual(Math.max(...all));
      }),
    );
  });
});
