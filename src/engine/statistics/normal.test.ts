import { describe, expect, it } from "vitest";
import { normalQuantile } from "../kernel/normal-quantile.ts";
import { normalBothTails, normalUpperTail } from "./normal.ts";

const SCALE = 10n ** 60n;

function fixed(hundredths: bigint): bigint {
  return (hundredths * SCALE) / 100n;
}

function times(a: bigint, b: bigint): bigint {
  return (a * b) / SCALE;
}

/** exp(-x) for 0 <= x by the series of its inverse, in fixed point of 60 digits. */
function inverseExp(x: bigint): bigint {
  let sum = SCALE;
  let term = SCALE;
  for (let n = 1n; term > 0n; n++) {
    term = times(term, x) / n;
    sum += term;
  }
  return (SCALE * SCALE) / sum;
}

/** 1 / sqrt(2 pi), to 60 digits. */
const ROOT = 398942280401432677939946059934381868475858631164934657665925n;

/** P(Z > z) for z in hundredths by its Taylor series, exact to about 40 digits. */
function exactTail(hundredths: bigint): number {
  const z = fixed(hundredths);
  const square = times(z, z);
  let sum = 0n;
  let term = z;
  for (let odd = 3n; term > 0n; odd += 2n) {
    sum += term;
    term = times(term, square) / odd;
  }
  const inside = times(times(ROOT, inverseExp(square / 2n)), sum);
  return Number(SCALE / 2n - inside) / Number(SCALE);
}

/** Chance that a sum of standard normal steps is beyond z of its own deviations at one of so many looks at it. */
function chanceOfBreach(looks: number, z: number): number {
  const points = 201;
  let density: { at: number; weight: number }[] = [{ at: 0, weight: 1 }];
  let breached = 0;
  for (let look = 1; look <= looks; look++) {
    const edge = z * Math.sqrt(look);
    for (const { at, weight } of density)
      breached += weight * (normalUpperTail(edge - at) + normalUpperTail(edge + at));
    const width = (2 * edge) / (points - 1);
    density = Array.from({ length: points }, (_, i) => {
      const at = -edge + i * width;
      const simpson = i === 0 || i === points - 1 ? 1 : i % 2 === 1 ? 4 : 2;
      const sum = density.reduce(
        (all, from) => all + from.weight * Math.exp(-((at - from.at) * (at - from.at)) / 2),
        0,
      );
      return { at, weight: (simpson * width * sum) / 3 / Math.sqrt(2 * Math.PI) };
    });
  }
  return breached;
}

describe("the normal distribution", () => {
  it("has the tails of the exact series, to twelve digits and more, on both sides of where the method changes", () => {
    for (let hundredths = 0n; hundredths <= 800n; hundredths += 7n) {
      const exact = exactTail(hundredths);
      const z = Number(hundredths) / 100;
      expect(Math.abs(normalUpperTail(z) / exact - 1), `z = ${z}`).toBeLessThan(1e-13);
      expect(Math.abs(normalUpperTail(-z) - (1 - exact)), `z = -${z}`).toBeLessThan(1e-15);
    }
    expect(Math.abs(normalUpperTail(2.5) / exactTail(250n) - 1)).toBeLessThan(1e-14);
  });

  it("has one half at 0, two tails that together are 1 there, and nothing infinitely far out", () => {
    expect(normalUpperTail(0)).toBe(0.5);
    expect(normalBothTails(0)).toBe(1);
    expect(normalUpperTail(Infinity)).toBe(0);
    expect(normalUpperTail(-Infinity)).toBe(1);
    expect(normalBothTails(-3)).toBe(normalBothTails(3));
  });

  it("is undone by the quantile", () => {
    for (const p of [1e-9, 0.001, 0.05, 0.3, 0.5, 0.9, 0.999]) {
      expect(Math.abs(normalUpperTail(-normalQuantile(p)) / p - 1)).toBeLessThan(1e-12);
    }
  });

  it("says why one does not look again and again: five looks at 1.96 are wrong .142 of the time, twenty .248", () => {
    expect(chanceOfBreach(1, 1.96)).toBeCloseTo(0.05, 4);
    expect(chanceOfBreach(5, 1.96)).toBeCloseTo(0.142, 3);
    expect(chanceOfBreach(20, 1.96)).toBeCloseTo(0.248, 3);
  });
});
